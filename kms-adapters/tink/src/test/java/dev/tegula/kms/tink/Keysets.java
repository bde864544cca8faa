package dev.tegula.kms.tink;

import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Purpose;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.Suite;
import dev.tegula.envelope.TenantId;
import dev.tegula.kms.WrapContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;

/** Keyset and passphrase files for tests. Deriving the key of a file costs a third of a second, so one is shared. */
final class Keysets {

    static final String PASSPHRASE = "canary-passphrase-of-the-shared-keyset";

    private static final byte[] SHARED = create();

    private Keysets() {}

    private static byte[] create() {
        try {
            Path directory = Files.createTempDirectory("keyset");
            Path keyset = directory.resolve("keyset");
            TinkKeyset.create(keyset, passphrase());
            byte[] content = Files.readAllBytes(keyset);
            Files.delete(keyset);
            Files.delete(directory);
            return content;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static Passphrase passphrase() {
        return Passphrase.copyOf(PASSPHRASE.toCharArray());
    }

    /** The content of a keyset file with one version. */
    static byte[] content() {
        return SHARED.clone();
    }

    static Path keyset(Path directory) throws IOException {
        return write(directory.resolve("keyset"), content());
    }

    static Path passphraseFile(Path directory) throws IOException {
        return write(directory.resolve("passphrase"), (PASSPHRASE + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** Writes a file of mode 0600, as a whole. */
    static Path write(Path path, byte[] content) throws IOException {
        Path fresh = path.resolveSibling(path.getFileName() + ".fresh");
        Files.write(fresh, content);
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-------"));
        return Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    static byte[] root() {
        byte[] root = new byte[32];
        Arrays.fill(root, (byte) 0x5a);
        return root;
    }

    static WrapContext context() {
        return context("clinic", TenantId.of("north"), "patient.ssn", Purpose.DATA, 1);
    }

    static WrapContext context(String deployment, TenantId tenant, String field, Purpose purpose, int id) {
        byte[] keyId = new byte[KeyId.SIZE_BYTES];
        keyId[31] = (byte) id;
        return WrapContext.of(
                deployment, Suite.XAES_256_GCM, new Scope(tenant, new FieldId(field), purpose), KeyId.copyOf(keyId));
    }
}
