package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.Recorded;
import dev.tegula.cli.Transcript;
import dev.tegula.test.servers.AwsKmsServer;
import dev.tegula.test.servers.NeedsAwsKms;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line on an AWS KMS. */
@NeedsAwsKms
@Recorded
@Tag("long")
class AwsTranscriptsTest {

    private static final Map<String, String> CREDENTIALS =
            Map.of("aws.accessKeyId", "AKIAIOSFODNN7EXAMPLE", "aws.secretAccessKey", "canary-secret-access-key");

    @TempDir
    Path folder;

    private final AwsKmsServer aws = AwsKmsServer.shared();

    @BeforeEach
    void credentials() {
        CREDENTIALS.forEach(System::setProperty);
    }

    @AfterEach
    void noCredentials() {
        CREDENTIALS.keySet().forEach(System::clearProperty);
    }

    private Transcript init(ClinicDatabase clinic, String key) {
        return clinic.run(
                "init",
                "--url=" + clinic.url(),
                "--username=postgres",
                "--aws-region=" + AwsKmsServer.REGION,
                "--aws-endpoint=" + aws.endpoint(),
                "--key=" + key);
    }

    @Test
    void init_onAwsKms_passesDoctor() {
        ClinicDatabase clinic = ClinicDatabase.empty(folder);
        expect(0, init(clinic, aws.createKey()));
        Transcript run = expect(0, clinic.run("doctor"));
        assertThat(run.out())
                .contains("KEK main: rights")
                .contains("1 key unwrapped to the key id")
                .doesNotContain("FAILED");
        assertThat(run.all()).doesNotContain("canary");
        assertThat(expect(0, clinic.run("keys", "list", "--behind")).out()).contains("No key matches.");
    }

    @Test
    void init_keyThatIsNotThere_makesNothing() {
        ClinicDatabase clinic = ClinicDatabase.empty(folder);
        Transcript run = init(clinic, "alias/clinic-mian");
        assertThat(run.exit()).as(run.all()).isIn(5, 7);
        assertThat(run.err()).contains("alias/clinic-mian");
        assertThat(clinic.file()).doesNotExist();
    }

    @Test
    void doctor_nobodyListens_isUnavailable() {
        ClinicDatabase clinic = ClinicDatabase.empty(folder);
        expect(0, init(clinic, aws.createKey()));
        clinic.edit(":" + aws.endpoint().getPort(), ":1");
        Transcript run = expect(4, clinic.run("doctor"));
        assertThat(run.out()).containsPattern("FAILED +KEK main").contains("aws kms describe-key --region");
    }

    @Test
    void doctor_noCredentials_saysWhereTheyAreLookedFor() {
        ClinicDatabase clinic = ClinicDatabase.empty(folder);
        expect(0, init(clinic, aws.createKey()));
        noCredentials();
        System.setProperty("aws.disableEc2Metadata", "true");
        try {
            Transcript run = clinic.run("doctor");
            assertThat(run.exit()).as(run.all()).isIn(5, 7);
            assertThat(run.out()).contains("redentials").contains("aws sts get-caller-identity");
        } finally {
            System.clearProperty("aws.disableEc2Metadata");
        }
    }

    @Test
    void rewrap_fromKeysetToAwsAndBack_leavesValuesAlone() throws IOException {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 3);
        clinic.edit(
                "  keks:\n",
                "    aws: { type: aws, region: " + AwsKmsServer.REGION + ", endpoint: \"" + aws.endpoint()
                        + "\" }\n  keks:\n    aws: { kms: aws, key: \"" + aws.createKey() + "\" }\n");
        long before =
                clinic.number("SELECT hashtextextended(string_agg(ssn::text, id::text ORDER BY id), 0) FROM patient");
        for (String target : new String[] {"aws", "main"}) {
            expect(0, clinic.run("keys", "backup"));
            expect(0, clinic.run("keys", "rewrap", "--all", "--to", target, "--yes"));
            expect(0, clinic.run("verify", "patient.ssn"));
        }
        assertThat(clinic.number(
                        "SELECT hashtextextended(string_agg(ssn::text, id::text ORDER BY id), 0) FROM patient"))
                .isEqualTo(before);
        assertThat(clinic.number("SELECT count(*) FROM tegula_key WHERE kek_alias = 'main' AND provider = 'tink'"))
                .isEqualTo(2);
    }
}
