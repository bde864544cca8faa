package dev.tegula.test.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

@NeedsAwsKms(own = true)
final class AwsKmsServerTest {

    private static AwsKmsServer server;

    @BeforeAll
    static void start() {
        server = AwsKmsServer.open();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void encrypt_underNewKey_opensInItsContextOnly() {
        String key = server.createKey();
        assertThat(key).startsWith("arn:aws:kms:" + AwsKmsServer.REGION + ":");
        String blob = encrypt(key);
        assertThat(server.call("Decrypt", decryption(key, blob, "one"))
                        .path("Plaintext")
                        .asText())
                .isEqualTo("c2VjcmV0");
        assertThatThrownBy(() -> server.call("Decrypt", decryption(key, blob, "another")))
                .hasMessageContaining("InvalidCiphertext");
    }

    @Test
    void start_afterStop_servesAndHasForgotten() {
        String key = server.createKey();
        server.stop();
        assertThatThrownBy(() -> encrypt(key)).isInstanceOf(UncheckedIOException.class);
        server.start();
        assertThatThrownBy(() -> encrypt(key)).hasMessageContaining("NotFound");
        assertThat(encrypt(server.createKey())).isNotEmpty();
    }

    @Test
    void given_byTheEnvironment_isUsedAndNotStopped() {
        Map<String, String> environment =
                Map.of("TEGULA_TEST_AWS_KMS_ENDPOINT", server.endpoint().toString());
        AwsKmsServer given =
                AwsKmsServer.given(new ServerSearch(environment, Path.of(""))).orElseThrow();
        String key = given.createKey();
        assertThatThrownBy(given::stop).hasMessageContaining("not ours to stop");
        given.close();
        assertThat(encrypt(key)).isNotEmpty();
    }

    private static String encrypt(String key) {
        Map<String, ?> body =
                Map.of("KeyId", key, "Plaintext", "c2VjcmV0", "EncryptionContext", Map.of("tegula", "one"));
        return server.call("Encrypt", body).path("CiphertextBlob").asText();
    }

    private static Map<String, ?> decryption(String key, String blob, String context) {
        return Map.of("KeyId", key, "CiphertextBlob", blob, "EncryptionContext", Map.of("tegula", context));
    }
}
