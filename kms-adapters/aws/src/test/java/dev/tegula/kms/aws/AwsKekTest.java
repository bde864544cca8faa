package dev.tegula.kms.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tegula.failure.CannotOpenException;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.DeniedException;
import dev.tegula.failure.UnavailableException;
import dev.tegula.kms.KekProbe;
import dev.tegula.kms.WrappedKey;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.model.DecryptResponse;

/** What is sent, and what is made of the answers that moto does not give. */
class AwsKekTest {

    @Test
    void wrap_ofAKeyWithMaterialIds_namesTheNewestOne() throws IOException {
        try (ScriptedKms server = ScriptedKms.of(Steps.described(), Steps.encrypted());
                AwsKms kms = Adapters.at(server.endpoint()).build()) {
            assertThat(kms.kek(Steps.KEY).wrap(Adapters.root(), Adapters.context()))
                    .isEqualTo(Adapters.wrapped());
            assertThat(server.requests()).hasSize(2);
        }
    }

    @Test
    void wrap_withoutTheRightToDescribe_namesTheKey() throws IOException {
        try (ScriptedKms server = ScriptedKms.of(Steps.error(400, "AccessDeniedException", "no"), Steps.encrypted());
                AwsKms kms = Adapters.at(server.endpoint()).build()) {
            assertThat(kms.kek("alias/clinic")
                            .wrap(Adapters.root(), Adapters.context())
                            .kekVersion())
                    .isEqualTo(Steps.KEY);
        }
    }

    @Test
    void wrap_describeKeyDown_isUnavailable() throws IOException {
        try (ScriptedKms server = ScriptedKms.of(Steps.error(500, "KMSInternalException", "no"), Steps.encrypted());
                AwsKms kms = Adapters.at(server.endpoint()).build()) {
            assertThatThrownBy(() -> kms.kek(Steps.KEY).wrap(Adapters.root(), Adapters.context()))
                    .isExactlyInstanceOf(UnavailableException.class)
                    .hasMessageContaining("kms:DescribeKey");
        }
    }

    @Test
    void unwrap_request_namesKeyAndContext() throws IOException {
        try (ScriptedKms server = ScriptedKms.of(Steps.decrypted(Adapters.root()));
                AwsKms kms = Adapters.at(server.endpoint()).build()) {
            kms.kek(Steps.KEY).unwrap(Adapters.wrapped(), Adapters.context());

            assertThat(server.requests())
                    .singleElement()
                    .asString()
                    .contains("TrentService.Decrypt")
                    .contains("\"KeyId\":\"" + Steps.KEY + "\"")
                    .contains("\"CiphertextBlob\":\"" + Steps.base64(Steps.BLOB) + "\"")
                    .contains("\"tegula-field\":\"patient.ssn\"")
                    .contains("\"tegula-purpose\":\"DATA\"")
                    .contains("\"tegula-key-id\":\"3f" + "00".repeat(31) + "\"")
                    .contains("\"tegula-context\":\""
                            + HexFormat.of().formatHex(Adapters.context().digest()) + "\"");
        }
    }

    @Test
    void unwrap_emptyOrLongerThanKmsTakes_cannotOpenWithoutACall() throws IOException {
        try (ScriptedKms server = ScriptedKms.of(Steps.decrypted(Adapters.root()));
                AwsKms kms = Adapters.at(server.endpoint()).build()) {
            for (int size : new int[] {0, 6145}) {
                WrappedKey odd = WrappedKey.copyOf(new byte[size], Steps.MATERIAL);
                assertThatThrownBy(() -> kms.kek(Steps.KEY).unwrap(odd, Adapters.context()))
                        .isExactlyInstanceOf(CannotOpenException.class);
            }
            assertThat(server.requests()).isEmpty();
        }
    }

    @Test
    void rewrap_oneCall_reEncryptsUnderBothContextsAndNamesTheNewMaterial() throws IOException {
        try (ScriptedKms server = ScriptedKms.of(Steps.reEncrypted(Steps.KEY, Steps.KEY));
                AwsKms kms = Adapters.at(server.endpoint()).build()) {
            WrappedKey moved = kms.kek(Steps.KEY).rewrap(Adapters.wrapped(), Adapters.context());

            assertThat(moved.kekVersion()).isEqualTo(Steps.NEXT_MATERIAL);
            assertThat(server.requests())
                    .singleElement()
                    .asString()
                    .contains("TrentService.ReEncrypt")
                    .contains("\"SourceKeyId\":\"" + Steps.KEY + "\"")
                    .contains("\"DestinationKeyId\":\"" + Steps.KEY + "\"")
                    .contains("\"SourceEncryptionContext\":{", "\"DestinationEncryptionContext\":{")
                    .doesNotContain("Plaintext");
        }
    }

    @Test
    void rewrapFrom_keyOfTheSameService_reEncryptsWithoutPlaintext() throws IOException {
        try (ScriptedKms server = ScriptedKms.of(Steps.reEncrypted(Steps.KEY, Steps.OTHER_KEY));
                AwsKms kms = Adapters.at(server.endpoint()).build()) {
            kms.kek(Steps.OTHER_KEY).rewrapFrom(kms.kek(Steps.KEY), Adapters.wrapped(), Adapters.context());

            assertThat(server.requests())
                    .singleElement()
                    .asString()
                    .contains("\"SourceKeyId\":\"" + Steps.KEY + "\"")
                    .contains("\"DestinationKeyId\":\"" + Steps.OTHER_KEY + "\"");
        }
    }

    @Test
    void rewrapFrom_keyOfAnotherService_unwrapsThereAndWrapsHere() throws IOException {
        try (ScriptedKms there = ScriptedKms.of(Steps.decrypted(Adapters.root()));
                ScriptedKms here = ScriptedKms.of(Steps.described(), Steps.encrypted());
                AwsKms from = Adapters.at(there.endpoint()).build();
                AwsKms to = Adapters.at(here.endpoint()).build()) {
            to.kek(Steps.KEY).rewrapFrom(from.kek(Steps.KEY), Adapters.wrapped(), Adapters.context());

            assertThat(there.requests()).singleElement().asString().contains("TrentService.Decrypt");
            assertThat(here.requests()).last().asString().contains("TrentService.Encrypt");
        }
    }

    @Test
    void rewrap_answerFromAnotherSource_cannotOpen() throws IOException {
        try (ScriptedKms server = ScriptedKms.of(Steps.reEncrypted(Steps.OTHER_KEY, Steps.KEY));
                AwsKms kms = Adapters.at(server.endpoint()).build()) {
            assertThatThrownBy(() -> kms.kek(Steps.KEY).rewrap(Adapters.wrapped(), Adapters.context()))
                    .isExactlyInstanceOf(CannotOpenException.class);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"KeyState\":\"Disabled\",\"Enabled\":false | is Disabled | enable-key",
                "\"KeyState\":\"PendingDeletion\",\"Enabled\":false | is PendingDeletion | cancel-key-deletion",
                "\"KeyState\":\"PendingImport\",\"Enabled\":false | is PendingImport | Import its key material"
            })
    void wrap_keyThatIsNotEnabled_isDeniedWhateverEncryptAnswers(String fields, String what, String cure)
            throws IOException {
        assertThat(refused(fields))
                .isExactlyInstanceOf(DeniedException.class)
                .hasMessageContaining(what)
                .hasMessageContaining(cure);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"KeySpec\":\"RSA_2048\"",
                "\"KeySpec\":\"HMAC_256\",\"KeyUsage\":\"GENERATE_VERIFY_MAC\"",
                "\"KeyUsage\":\"SIGN_VERIFY\"",
                "\"KeySpec\":\"OF_TOMORROW\""
            })
    void wrap_keyOfAnotherKind_isConfigurationWhateverEncryptAnswers(String fields) throws IOException {
        assertThat(refused(fields))
                .isExactlyInstanceOf(ConfigurationException.class)
                .hasMessageContaining("only SYMMETRIC_DEFAULT for ENCRYPT_DECRYPT");
    }

    /** Of the probe, which is what stands before every first wrap; nothing but DescribeKey was sent. */
    private static Throwable refused(String fields) throws IOException {
        try (ScriptedKms server = ScriptedKms.of(Steps.described(fields), Steps.encrypted());
                AwsKms kms = Adapters.at(server.endpoint()).build()) {
            Throwable thrown = catchThrowable(() -> KekProbe.check("main", kms.kek(Steps.KEY)));
            assertThat(server.requests()).singleElement().asString().contains("TrentService.DescribeKey");
            return thrown;
        }
    }

    @Test
    void root_ofAnotherKeyOrLength_isWiped() {
        Call call = new Call("kms:Decrypt", List.of(Steps.KEY), Steps.REGION, "patient.ssn");
        KeyName name = KeyName.of(Steps.KEY, Steps.REGION);
        byte[] ofAnotherKey = Adapters.root();
        byte[] tooLong = Arrays.copyOf(Adapters.root(), 33);
        byte[] ofNoKey = Adapters.root();

        assertThatThrownBy(() -> AwsKek.root(call, answer(ofAnotherKey, Steps.OTHER_KEY), name))
                .isExactlyInstanceOf(CannotOpenException.class);
        assertThatThrownBy(() -> AwsKek.root(call, answer(tooLong, Steps.KEY), name))
                .isExactlyInstanceOf(CannotOpenException.class);
        assertThatThrownBy(() -> AwsKek.root(call, answer(ofNoKey, null), name))
                .isExactlyInstanceOf(UnavailableException.class);

        assertThat(ofAnotherKey).containsOnly(0);
        assertThat(tooLong).containsOnly(0);
        assertThat(ofNoKey).containsOnly(0);
        byte[] good = Adapters.root();
        assertThat(AwsKek.root(call, answer(good, Steps.KEY), name)).isEqualTo(Adapters.root());
    }

    private static DecryptResponse answer(byte[] root, String key) {
        return DecryptResponse.builder()
                .plaintext(SdkBytes.fromByteArrayUnsafe(root))
                .keyId(key)
                .build();
    }
}
