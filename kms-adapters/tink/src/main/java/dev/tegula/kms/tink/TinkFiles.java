package dev.tegula.kms.tink;

import com.sun.security.auth.module.UnixSystem;
import dev.tegula.file.FileDemands;
import dev.tegula.file.PrivateFile;
import java.nio.file.Path;

/** The two files of a KEK: each must be a plain file of the user of this process, closed to others. */
final class TinkFiles {

    private static final int KEYSET_BYTES = 1 << 20;
    private static final int PASSPHRASE_BYTES = 8 << 10;
    private static final String WHEN_MISSING =
            "Correct the path, restore the file from a backup, or let `tegula init` make one.";

    private TinkFiles() {}

    /** It may not be a link: replacing it would replace the link and leave the old keys behind. */
    static PrivateFile keyset(Path path) {
        return new PrivateFile(
                "The keyset " + path.toAbsolutePath(),
                path,
                WHEN_MISSING,
                ours(KEYSET_BYTES).withoutLink());
    }

    /** It may be a link, as container platforms mount secrets. */
    static PrivateFile passphrase(Path path) {
        return new PrivateFile(
                "The passphrase file " + path.toAbsolutePath(), path, WHEN_MISSING, ours(PASSPHRASE_BYTES));
    }

    private static FileDemands ours(int maximumBytes) {
        return FileDemands.ownedBy(new UnixSystem().getUid(), maximumBytes);
    }
}
