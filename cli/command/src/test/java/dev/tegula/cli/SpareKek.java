package dev.tegula.cli;

import dev.tegula.kms.tink.Passphrase;
import dev.tegula.kms.tink.TinkKeyset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A second KEK of a clinic, {@code spare}, in a keyset file of its own. */
public final class SpareKek {

    private SpareKek() {}

    /** Makes the file beside the configuration, and names it there. */
    public static void addTo(ClinicDatabase clinic) throws IOException {
        Path first = clinic.file().resolveSibling("tegula.passphrase");
        Path second = first.resolveSibling("spare.passphrase");
        Files.copy(first, second, StandardCopyOption.COPY_ATTRIBUTES);
        try (Passphrase passphrase = Passphrase.fromFile(second)) {
            TinkKeyset.create(first.resolveSibling("spare.keyset"), passphrase);
        }
        clinic.edit("  keks:\n", """
                    spare: { type: tink, keyset: spare.keyset, passphrase-file: spare.passphrase }
                  keks:
                    spare: { kms: spare, key: primary }
                """);
    }
}
