package dev.tegula.kms.vault;

import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.Suite;
import dev.tegula.envelope.TenantId;
import dev.tegula.kms.WrapContext;
import dev.tegula.kms.WrappedKey;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/** What tests against a scripted server share. */
final class Setup {

    static final String TOKEN = "hvs.canary-token";
    static final String SECRET_ID = "canary-secret-id";
    /** Enough for the first TLS handshake of a JVM on a busy machine. */
    static final Duration TIMEOUT = Duration.ofSeconds(30);

    /** For servers that never answer; a busy machine connects in less. */
    static final Duration SHORT = Duration.ofSeconds(3);

    /** Of all numbers the least: attempts follow each other at once. */
    static final RandomGenerator NO_PAUSES = new RandomGenerator() {
        @Override
        public long nextLong() {
            return 0;
        }

        @Override
        public long nextLong(long origin, long bound) {
            return 0;
        }
    };

    private Setup() {}

    static VaultKms.Builder kms(URI address) {
        return VaultKms.builder()
                .address(address)
                .auth(Token.of(TOKEN))
                .caFile(Certificates.trusted())
                .timeout(TIMEOUT);
    }

    static AppRole appRole(Path directory) {
        return AppRole.of("role-1", write(directory.resolve("secret-id"), SECRET_ID));
    }

    static Path write(Path file, String content) {
        try {
            return Files.writeString(file, content);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static byte[] root() {
        byte[] root = new byte[32];
        Arrays.fill(root, (byte) 0x5a);
        return root;
    }

    static WrappedKey wrapped() {
        return wrapped(1);
    }

    static WrappedKey wrapped(int version) {
        byte[] bytes = ("vault:v" + version + ":" + Bodies.BLOB).getBytes(StandardCharsets.US_ASCII);
        return WrappedKey.copyOf(bytes, Integer.toString(version));
    }

    static WrapContext context() {
        Scope scope = Scope.data(new FieldId("patient.ssn"), TenantId.of("tenant-canary"));
        return WrapContext.of("clinic", Suite.XAES_256_GCM, scope, KeyId.copyOf(new byte[KeyId.SIZE_BYTES]));
    }
}
