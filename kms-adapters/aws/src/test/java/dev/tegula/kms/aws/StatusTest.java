package dev.tegula.kms.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.UnavailableException;
import dev.tegula.kms.KekFinding;
import dev.tegula.kms.KekFinding.Grade;
import dev.tegula.kms.KekStatus;
import dev.tegula.kms.aws.ScriptedKms.Step;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What status makes of the answers of DescribeKey and those after it. */
class StatusTest {

    private static final Step ROTATING =
            Steps.rotating("\"KeyRotationEnabled\":true,\"RotationPeriodInDays\":90," + "\"NextRotationDate\":1.8E9");
    private static final Step DENIED = Steps.error(400, "AccessDeniedException", "no");
    private static final Step ALLOWED = Steps.error(400, "DryRunOperationException", "it would have worked");

    /** The answers after DescribeKey and GetKeyRotationStatus to the trial of a key that works. */
    private static final List<Step> TRIED =
            List.of(Steps.described(), Steps.encrypted(), Steps.decrypted(Adapters.root()), ALLOWED);

    @TempDir
    static Path directory;

    private static KekStatus status(Step... answers) throws IOException {
        return status(Steps.KEY, answers);
    }

    private static KekStatus status(String key, Step... answers) throws IOException {
        try (ScriptedKms server = ScriptedKms.of(answers);
                AwsKms kms = Adapters.at(server.endpoint()).build()) {
            KekStatus status = kms.kek(key).status();
            assertThat(server.requests()).hasSize(answers.length);
            return status;
        }
    }

    private static KekStatus statusOfUsable(Step described, Step rotation) throws IOException {
        return status(
                Stream.concat(Stream.of(described, rotation), TRIED.stream()).toArray(Step[]::new));
    }

    private static KekFinding finding(KekStatus status, String what) {
        return status.findings().stream()
                .filter(finding -> finding.what().equals(what))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + what + " in " + status.findings()));
    }

    @Test
    void status_ofAGoodKey_isUsableAndEverythingIsGood() throws IOException {
        KekStatus status = statusOfUsable(Steps.described(), ROTATING);

        assertThat(status.usable()).isTrue();
        assertThat(status.newestVersion()).isEqualTo(Steps.MATERIAL);
        assertThat(status.detail()).contains(Steps.KEY, "Enabled", "SYMMETRIC_DEFAULT");
        assertThat(status.findings())
                .filteredOn(finding -> finding.grade() != Grade.GOOD)
                .extracting(KekFinding::what)
                .containsExactly("connection");
        assertThat(finding(status, "rotation").detail()).contains("90 days", "2027-01-15");
        assertThat(status.findings()).extracting(KekFinding::what).contains("clock", "rights", "right to rewrap");
    }

    static Stream<Arguments> unusable() {
        return Stream.of(
                Arguments.of(
                        "\"KeyState\":\"Disabled\",\"Enabled\":false",
                        "key state",
                        "Disabled",
                        "aws kms enable-key --region"),
                Arguments.of(
                        "\"KeyState\":\"PendingDeletion\",\"Enabled\":false,\"DeletionDate\":1.8E9",
                        "key state",
                        "2027-01-15",
                        "aws kms cancel-key-deletion --region eu-central-1 --key-id " + Steps.KEY),
                Arguments.of("\"KeyState\":\"PendingImport\"", "key state", "PendingImport", "Import"),
                Arguments.of("\"KeyState\":\"Unavailable\"", "key state", "Unavailable", "key store"),
                Arguments.of(
                        "\"KeySpec\":\"RSA_4096\",\"KeyUsage\":\"ENCRYPT_DECRYPT\"",
                        "key kind",
                        "RSA_4096",
                        "create-key"),
                Arguments.of(
                        "\"KeySpec\":\"HMAC_256\",\"KeyUsage\":\"GENERATE_VERIFY_MAC\"",
                        "key kind",
                        "GENERATE_VERIFY_MAC",
                        "create-key"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unusable")
    void status_ofAKeyThatCannotBeUsed_saysWhyAndWhatToDo(String fields, String what, String detail, String cure)
            throws IOException {
        KekStatus status = status(Steps.described(fields));

        assertThat(status.usable()).isFalse();
        assertThat(finding(status, what).grade()).isEqualTo(Grade.WRONG);
        assertThat(finding(status, what).detail()).contains(detail);
        assertThat(finding(status, what).cure()).contains(cure);
    }

    static Stream<Arguments> odd() {
        return Stream.of(
                Arguments.of("\"Origin\":\"EXTERNAL\"", "key origin", Grade.NOTE, "EXTERNAL"),
                Arguments.of(
                        "\"Origin\":\"EXTERNAL\",\"ExpirationModel\":\"KEY_MATERIAL_EXPIRES\",\"ValidTo\":1.8E9",
                        "key origin",
                        Grade.WRONG,
                        "2027-01-15"),
                Arguments.of("\"Origin\":\"AWS_CLOUDHSM\"", "key origin", Grade.NOTE, "AWS_CLOUDHSM"),
                Arguments.of("\"KeyManager\":\"AWS\"", "key policy", Grade.WRONG, "managed by AWS"),
                Arguments.of("\"KeyState\":\"Updating\"", "key state", Grade.GOOD, "Updating"),
                Arguments.of(
                        "\"MultiRegion\":true,\"MultiRegionConfiguration\":{\"MultiRegionKeyType\":\"PRIMARY\","
                                + "\"ReplicaKeys\":[{\"Arn\":\"x\",\"Region\":\"eu-west-1\"}]}",
                        "regions",
                        Grade.NOTE,
                        "eu-west-1"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("odd")
    void status_ofAKeyWithAnOddSetting_isUsableAndSaysSo(String fields, String what, Grade grade, String detail)
            throws IOException {
        KekStatus status = statusOfUsable(Steps.described(fields), ROTATING);

        assertThat(status.usable()).isTrue();
        assertThat(finding(status, what).grade()).isEqualTo(grade);
        assertThat(finding(status, what).detail()).contains(detail);
    }

    @Test
    void status_rotationOff_namesTheCommand() throws IOException {
        KekFinding rotation =
                finding(statusOfUsable(Steps.described(), Steps.rotating("\"KeyRotationEnabled\":false")), "rotation");

        assertThat(rotation.grade()).isEqualTo(Grade.NOTE);
        assertThat(rotation.cure())
                .isEqualTo("aws kms enable-key-rotation --region eu-central-1 --key-id " + Steps.KEY);
    }

    @Test
    void status_rotationDeniedOrUnsupported_isANote() throws IOException {
        KekFinding denied = finding(statusOfUsable(Steps.described(), DENIED), "rotation");
        KekFinding unsupported = finding(
                statusOfUsable(Steps.described(), Steps.error(400, "UnsupportedOperationException", "no")), "rotation");

        assertThat(denied.grade()).isEqualTo(Grade.NOTE);
        assertThat(denied.cure()).contains("kms:GetKeyRotationStatus");
        assertThat(unsupported.grade()).isEqualTo(Grade.NOTE);
    }

    @Test
    void status_describeDenied_triesTheKeyAndNamesTheRight() throws IOException {
        KekStatus status = status(DENIED, DENIED, Steps.encrypted(), Steps.decrypted(Adapters.root()), ALLOWED);

        assertThat(status.usable()).isTrue();
        assertThat(status.newestVersion()).isEqualTo(Steps.KEY);
        assertThat(finding(status, "key settings").grade()).isEqualTo(Grade.NOTE);
        assertThat(finding(status, "key settings").cure()).contains("kms:DescribeKey");
    }

    @Test
    void status_everythingDenied_isNotUsableAndNamesTheRight() throws IOException {
        KekStatus status = status(DENIED, DENIED, DENIED);

        assertThat(status.usable()).isFalse();
        assertThat(status.newestVersion()).isEqualTo(Steps.KEY);
        assertThat(status.detail()).contains("kms:Encrypt", "tegula.probe");
    }

    @Test
    void status_decryptDenied_isNotUsable() throws IOException {
        KekStatus status = status(Steps.described(), ROTATING, Steps.described(), Steps.encrypted(), DENIED);

        assertThat(status.usable()).isFalse();
        assertThat(status.detail()).contains("kms:Decrypt");
    }

    @Test
    void status_reEncryptDenied_isANoteThatNamesWhoNeedsIt() throws IOException {
        KekStatus status = status(
                Steps.described(),
                ROTATING,
                Steps.described(),
                Steps.encrypted(),
                Steps.decrypted(Adapters.root()),
                DENIED);

        assertThat(status.usable()).isTrue();
        assertThat(finding(status, "right to rewrap").grade()).isEqualTo(Grade.NOTE);
        assertThat(finding(status, "right to rewrap").detail()).contains("kms:ReEncryptFrom", "kms:ReEncryptTo");
    }

    @Test
    void status_rehearsalOfARewrap_isADryRun() throws IOException {
        Step[] answers = Stream.concat(Stream.of(Steps.described(), ROTATING), TRIED.stream())
                .toArray(Step[]::new);
        try (ScriptedKms server = ScriptedKms.of(answers);
                AwsKms kms = Adapters.at(server.endpoint()).build()) {
            kms.kek(Steps.KEY).status();

            assertThat(server.requests().get(5)).contains("TrentService.ReEncrypt", "\"DryRun\":true");
        }
    }

    @Test
    void status_ofAnAlias_asksForTheArn() throws IOException {
        KekStatus status = status(
                "alias/clinic",
                Stream.concat(Stream.of(Steps.described(), ROTATING), TRIED.stream())
                        .toArray(Step[]::new));

        assertThat(finding(status, "key name").grade()).isEqualTo(Grade.NOTE);
    }

    @ParameterizedTest
    @CsvSource({"0, GOOD", "29, GOOD", "-29, GOOD", "45, NOTE", "-45, NOTE", "600, WRONG", "-600, WRONG"})
    void status_clocksApart_isGraded(long secondsAhead, Grade grade) throws IOException {
        Instant theirs = Instant.parse("2026-11-21T10:00:00Z");
        Step denied = Steps.dated(theirs, 400, "{\"__type\":\"AccessDeniedException\"}");
        InstantSource ours = InstantSource.fixed(theirs.plusSeconds(secondsAhead));
        try (ScriptedKms server = ScriptedKms.of(denied);
                AwsKms kms = Adapters.at(server.endpoint()).clock(ours).build()) {
            assertThat(finding(kms.kek(Steps.KEY).status(), "clock").grade()).isEqualTo(grade);
        }
    }

    @Test
    void status_overTls_saysWhatIsChecked() throws Exception {
        Path store = Certificates.store(directory, "localhost");
        try (Certificates.Trust trust = Certificates.trust(store);
                ScriptedKms server = ScriptedKms.tls(Certificates.context(store), DENIED);
                AwsKms kms = Adapters.at(server.endpoint()).build()) {
            KekFinding connection = finding(kms.kek(Steps.KEY).status(), "connection");

            assertThat(connection.grade()).isEqualTo(Grade.GOOD);
            assertThat(connection.detail()).contains(server.endpoint().toString(), "certificate");
        }
    }

    @Test
    void status_keyMissing_isConfiguration() {
        assertThatThrownBy(() -> status(Steps.error(400, "NotFoundException", "no")))
                .isExactlyInstanceOf(ConfigurationException.class)
                .hasMessageContaining("aws kms describe-key");
    }

    @Test
    void status_serviceDown_isUnavailable() {
        assertThatThrownBy(() -> status(Steps.error(500, "KMSInternalException", "no")))
                .isExactlyInstanceOf(UnavailableException.class);
    }
}
