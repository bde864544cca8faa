package dev.tegula.kms.vault;

import static dev.tegula.kms.vault.ScriptedVault.errors;
import static dev.tegula.kms.vault.ScriptedVault.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.failure.CannotOpenException;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.DeniedException;
import dev.tegula.kms.Kek;
import dev.tegula.kms.WrappedKey;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What wrapping sends, and what it takes as an answer. */
class AnswerToWrapTest {

    private static final String KEY = "transit/keys/main";
    private static final String ENCRYPT = "transit/encrypt/main";
    private static final String REWRAP = "transit/rewrap/main";

    private final ScriptedVault server = ScriptedVault.start();
    private VaultKms kms;
    private Kek kek;

    @BeforeEach
    void open() {
        server.on(KEY, json(200, Bodies.key("")));
        kms = Setup.kms(server.address()).build();
        kek = kms.kek("main");
    }

    @AfterEach
    void stop() {
        kms.close();
        server.close();
    }

    private WrappedKey wrap() {
        return kek.wrap(Setup.root(), Setup.context());
    }

    @Test
    void wrap_ofARoot_sendsItWithTheDigestAndKeepsTheAnswer() {
        server.on(ENCRYPT, json(200, Bodies.ciphertext(7)));

        WrappedKey wrapped = wrap();

        assertThat(wrapped.kekVersion()).isEqualTo("7");
        assertThat(new String(wrapped.bytes(), StandardCharsets.US_ASCII)).isEqualTo("vault:v7:" + Bodies.BLOB);
        assertThat(server.requests(ENCRYPT)).singleElement().satisfies(seen -> assertThat(seen.body())
                .contains(Base64.getEncoder().encodeToString(Setup.root()))
                .contains("\"context\":\""
                        + Base64.getEncoder().encodeToString(Setup.context().digest()) + "\"")
                .doesNotContain("tenant-canary", "patient.ssn"));
    }

    @Test
    void rewrap_twice_looksAtTheSettingsOnce() {
        server.on(REWRAP, json(200, Bodies.ciphertext(2)));

        kek.rewrap(Setup.wrapped(1), Setup.context());
        kek.rewrap(Setup.wrapped(1), Setup.context());

        assertThat(server.calls(KEY)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bao:v1:",
                "vault:v0:",
                "vault:v01:",
                "vault:v-1:",
                "vault:1:",
                "vault:v1",
                "vault:v9999999999:",
                "xvault:v1:"
            })
    void wrap_answerWithAWrongPrefix_isRefused(String prefix) {
        server.on(ENCRYPT, json(200, Bodies.ciphertext(prefix + Bodies.BLOB, 1)));

        assertThatThrownBy(this::wrap)
                .isExactlyInstanceOf(ConfigurationException.class)
                .hasMessageContaining("thrown away");
        assertThat(server.calls(ENCRYPT)).isEqualTo(1);
    }

    @Test
    void wrap_answerOfAnotherVersionThanNamed_isRefused() {
        server.on(ENCRYPT, json(200, Bodies.ciphertext("vault:v2:" + Bodies.BLOB, 3)));

        assertThatThrownBy(this::wrap)
                .isExactlyInstanceOf(ConfigurationException.class)
                .hasMessageContaining("version 2")
                .hasMessageContaining("3 is named");
    }

    @Test
    void wrap_answerOfAnotherLength_isRefused() {
        server.on(ENCRYPT, json(200, Bodies.ciphertext("vault:v1:AAAA", 1)));

        assertThatThrownBy(this::wrap).isExactlyInstanceOf(ConfigurationException.class);
    }

    @Test
    void wrap_answerWrappedByPolicy_saysSo() {
        server.on(ENCRYPT, json(200, "{\"data\":null,\"wrap_info\":{\"token\":\"hvs.x\"}}"));

        assertThatThrownBy(this::wrap)
                .isExactlyInstanceOf(ConfigurationException.class)
                .hasMessageContaining("min_wrapping_ttl");
    }

    @Test
    void rewrap_answerOfAnOlderVersion_isRefused() {
        server.on(REWRAP, json(200, Bodies.ciphertext(2)));

        assertThatThrownBy(() -> kek.rewrap(Setup.wrapped(3), Setup.context()))
                .isExactlyInstanceOf(ConfigurationException.class)
                .hasMessageContaining("3 is the lowest");
        assertThat(kek.rewrap(Setup.wrapped(1), Setup.context()).kekVersion()).isEqualTo("2");
    }

    @Test
    void wrap_noSuchKey_isConfigurationBeforeAnythingIsMade() {
        server.on(KEY, errors(404));

        assertThatThrownBy(this::wrap)
                .isExactlyInstanceOf(ConfigurationException.class)
                .hasMessageContaining("vault write -f transit/keys/main derived=true");
        assertThat(server.calls(ENCRYPT)).isZero();
    }

    @Test
    void wrap_noSuchMount_isConfiguration() {
        server.on(KEY, errors(404, "no handler for route \"transit/keys/main\". route entry not found."));

        assertThatThrownBy(this::wrap)
                .isExactlyInstanceOf(ConfigurationException.class)
                .hasMessageContaining("vault secrets enable -path=transit transit");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"\"derived\":false", "\"exportable\":true", "\"type\":\"aes128-gcm96\"", "\"type\":\"rsa-4096\""
            })
    void wrap_unfitKey_isRefusedWithTheCommandThatMakesAFitOne(String setting) {
        // The driver's parser takes the last of two equal names, as Go writes one.
        server.on(KEY, json(200, Bodies.key("," + setting)));

        assertThatThrownBy(this::wrap)
                .isExactlyInstanceOf(ConfigurationException.class)
                .hasMessageContaining("vault write -f transit/keys/main-2 derived=true exportable=false");
        assertThatThrownBy(() -> kek.rewrap(Setup.wrapped(), Setup.context()))
                .isExactlyInstanceOf(ConfigurationException.class);
        assertThat(server.calls(ENCRYPT)).isZero();
        assertThat(server.calls(REWRAP)).isZero();
    }

    @Test
    void wrap_keyNotVisible_isDeniedBeforeItIsSentAndNamesTheRight() {
        server.on(KEY, errors(403, Bodies.DENIED)).on(ENCRYPT, json(200, Bodies.ciphertext(1)));

        assertThatThrownBy(this::wrap)
                .isExactlyInstanceOf(DeniedException.class)
                .hasMessageContaining("refuses `read` on transit/keys/main")
                .hasMessageContaining("docs/policies/vault-application.hcl");
        assertThat(server.calls(ENCRYPT)).isZero();
    }

    @Test
    void wrap_keyThatIsGoneSinceTheLastWrap_isNotMadeAnew() {
        server.on(KEY, json(200, Bodies.key("")), errors(404)).on(ENCRYPT, json(200, Bodies.ciphertext(1)));
        wrap();

        assertThatThrownBy(this::wrap).isExactlyInstanceOf(ConfigurationException.class);
        assertThat(server.calls(ENCRYPT)).isEqualTo(1);
    }

    @Test
    void rewrap_keyNotVisible_rewraps() {
        server.on(KEY, errors(403, Bodies.DENIED)).on(REWRAP, json(200, Bodies.ciphertext(2)));

        assertThat(kek.rewrap(Setup.wrapped(1), Setup.context()).kekVersion()).isEqualTo("2");
    }

    @Test
    void wrap_denied_namesBothReasons() {
        server.on(ENCRYPT, errors(403, Bodies.DENIED));

        assertThatThrownBy(this::wrap)
                .isExactlyInstanceOf(DeniedException.class)
                .hasMessageContaining("policies")
                .hasMessageContaining("no such key");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "vault:v1:", "vault:v1:AAAA", "vault:v1:\n", "VAULT:v1:", "vault:v2:"})
    void unwrap_notOfTheForm_cannotOpenWithoutACall(String prefix) {
        byte[] bytes = (prefix + Bodies.BLOB.substring(prefix.equals("vault:v1:") ? 1 : 0))
                .getBytes(StandardCharsets.US_ASCII);

        assertThatThrownBy(() -> kek.unwrap(WrappedKey.copyOf(bytes, "1"), Setup.context()))
                .isExactlyInstanceOf(CannotOpenException.class);
        assertThat(server.calls("transit/decrypt/main")).isZero();
    }
}
