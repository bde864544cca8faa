package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.Recorded;
import dev.tegula.cli.Transcript;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What commands that change rows find before the first change. */
@Recorded
class PreflightTranscriptsTest {

    private static final String KEYS = "SELECT count(*) FROM tegula_key WHERE field = 'patient.ssn'";

    @TempDir
    Path folder;

    private static void countUpdates(ClinicDatabase clinic) {
        clinic.execute("CREATE TABLE fired (n int)");
        clinic.execute("CREATE FUNCTION fire() RETURNS trigger LANGUAGE plpgsql AS"
                + " $$ BEGIN INSERT INTO fired VALUES (1); RETURN NEW; END $$");
        clinic.execute("CREATE TRIGGER fire AFTER UPDATE ON patient FOR EACH ROW EXECUTE FUNCTION fire()");
    }

    @Test
    void reencrypt_ofATableWithUpdateTriggers_isRefusedUntilTheyAreAccepted() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 10);
        expect(0, clinic.run("rotate", "patient.ssn", "--until", "activate", "--yes"));
        countUpdates(clinic);

        assertThat(expect(0, clinic.run("reencrypt", "patient.ssn", "--dry-run"))
                        .out())
                .contains("UPDATE triggers that would fire for every row: fire.");
        Transcript refused = expect(8, clinic.run("reencrypt", "patient.ssn", "--yes"));

        assertThat(refused.err()).contains("fire for every row: fire.").contains("--accept-triggers");
        assertThat(clinic.number("SELECT count(*) FROM fired")).isZero();
        expect(0, clinic.run("reencrypt", "patient.ssn", "--yes", "--accept-triggers"));
        assertThat(clinic.number("SELECT count(*) FROM fired")).isEqualTo(10);
    }

    @Test
    void rotate_besidePlaintext_isRefusedBeforeAKeyIsMade() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 10);
        clinic.execute("UPDATE patient SET ssn = 'canary in clear'::bytea WHERE id = 3");

        Transcript refused = expect(8, clinic.run("rotate", "patient.ssn", "--yes"));

        assertThat(refused.err())
                .contains("row id=3: this looks like plaintext that was never encrypted")
                .contains("tegula verify patient.ssn");
        assertThat(refused.all()).doesNotContain("canary");
        assertThat(clinic.number(KEYS)).isEqualTo(1);
        assertThat(expect(0, clinic.run("rotate", "patient.ssn", "--dry-run")).out())
                .contains("Would be refused: public.patient.ssn holds values that are no envelopes");
        assertThat(expect(3, clinic.run("rotate", "patient.ssn", "--yes", "--accept-bad-values"))
                        .out())
                .contains("9 values moved");
    }

    @Test
    void dryRun_ofALargeTableWhoseColumnIsIndexed_advisesInTextAndJson() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 10);
        clinic.execute("INSERT INTO patient SELECT i, ssn FROM patient, generate_series(1000, 2200) i WHERE id = 1"
                + " UNION ALL SELECT 10000 + i, ssn FROM patient, generate_series(1, 9000) i WHERE id = 1");
        clinic.execute("CREATE INDEX patient_ssn ON patient USING hash (ssn)");
        clinic.execute("ANALYZE patient");

        assertThat(expect(0, clinic.run("rotate", "patient.ssn", "--dry-run")).out())
                .contains("Advice: public.patient: patient_ssn stands on columns that are moved");
        JsonNode plan = expect(0, clinic.run("rotate", "patient.ssn", "--dry-run", "--json"))
                .json()
                .get("plan");
        assertThat(plan.get("advice")).singleElement().satisfies(one -> {
            assertThat(one.get("indexes").get(0).asText()).isEqualTo("patient_ssn");
            assertThat(one.get("fillfactor").asInt()).isEqualTo(100);
        });
        assertThat(plan.get("findings")).isEmpty();
    }

    @Test
    void rotate_ofAReadOnlyDatabase_isRefusedBeforeAKeyIsMade() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 3);
        clinic.execute("DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = on',"
                + " current_database()); END $$");

        Transcript refused = expect(7, clinic.run("rotate", "patient.ssn", "--yes"));

        assertThat(refused.err())
                .contains("default_transaction_read_only is on")
                .contains("Nothing was changed.");
        assertThat(expect(7, clinic.run("rotate", "patient.ssn", "--dry-run")).err())
                .contains("default_transaction_read_only is on");
    }

    @Test
    void rotate_withAnAuditTriggerOnTegulasKeys_isRefusedUntilItIsAcceptedAndThenAudited() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 3);
        clinic.execute("CREATE TABLE audit (version int)");
        clinic.execute("CREATE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql AS"
                + " $$ BEGIN INSERT INTO public.audit VALUES (NEW.version); RETURN NULL; END $$");
        clinic.execute("CREATE TRIGGER audit AFTER INSERT ON tegula_key FOR EACH ROW EXECUTE FUNCTION audit()");

        assertThat(expect(8, clinic.run("rotate", "patient.ssn", "--yes")).err())
                .contains("tegula_key: AFTER trigger audit (DROP TRIGGER audit ON tegula_key)", "--accept-triggers");
        assertThat(clinic.number("SELECT count(*) FROM audit")).isZero();
        assertThat(expect(0, clinic.run("doctor")).out()).contains("AFTER trigger audit");

        expect(0, clinic.run("rotate", "patient.ssn", "--yes", "--accept-triggers"));

        assertThat(clinic.number("SELECT count(*) FROM audit WHERE version = 2"))
                .isEqualTo(1);
    }
}
