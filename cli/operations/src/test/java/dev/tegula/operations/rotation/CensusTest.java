package dev.tegula.operations.rotation;

import static dev.tegula.operations.live.LiveLab.column;
import static dev.tegula.operations.live.LiveLab.patientColumns;
import static dev.tegula.operations.live.LiveLab.scope;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.operations.live.LiveLab;
import dev.tegula.operations.reencrypt.RunControl;
import dev.tegula.operations.reencrypt.SweepSettings;
import dev.tegula.operations.rotation.CensusReport.ColumnCount;
import dev.tegula.registry.InstanceReport;
import dev.tegula.registry.KeyInUseException;
import dev.tegula.registry.KeyState;
import dev.tegula.registry.Retention;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CensusTest {

    private static final Scope SSN = scope("patient.ssn");
    private static final Retention NO_COPIES =
            new Retention(Optional.of(Duration.ZERO), Optional.of(Duration.ZERO), Duration.ZERO);

    private LiveLab lab;
    private Rotation rotation;
    private KeyId old;

    @BeforeEach
    void start() throws Exception {
        lab = LiveLab.start(LiveLab.shortLease());
        lab.patients(90);
        lab.tegula.catalogue().orElseThrow().publish(patientColumns());
        RotationSettings settings = RotationSettings.standard()
                .withWriteLimit(Duration.ofSeconds(2))
                .withSweep(SweepSettings.standard());
        rotation = new Rotation(lab.tegula, lab.database, rows -> {}, settings);
        old = lab.activeKey(SSN);
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    private void rotate() {
        RotationReport report =
                rotation.run(RotationRequest.of("patient.ssn"), RotationListener.quiet(), new RunControl());
        assertThat(report.outcome()).isEqualTo(RotationOutcome.DONE);
    }

    @Test
    void take_ofColumns_countsKeysNullsStrangersAndUnknownKeys() {
        lab.sql(
                "UPDATE patient SET note = NULL WHERE id = 1",
                "UPDATE patient SET note = '\\x' WHERE id = 2",
                "UPDATE patient SET note = substring(note from 1 for 74) WHERE id = 4",
                "UPDATE patient SET note = overlay(note placing '\\x" + "cd".repeat(32)
                        + "' from 3 for 32) WHERE id = 5");

        CensusReport report = rotation.census().take(c -> true);

        ColumnCount ssn = report.columns().get(1);
        ColumnCount note = report.columns().get(0);
        assertThat(ssn.column().column()).isEqualTo("ssn");
        assertThat(ssn.values()).isEqualTo(Map.of(old, 90L));
        assertThat(note.nulls()).isEqualTo(31);
        assertThat(note.notEnvelopes()).isEqualTo(2);
        assertThat(note.unknown()).isEqualTo(1);
        assertThat(note.total()).isEqualTo(57);
        assertThat(report.sound()).isFalse();
        assertThat(report.under(old)).isEqualTo(90);
    }

    @Test
    void retire_ofAKeyInUse_isRefusedWithCountsAndChangesNothing() {
        lab.nextKey(SSN);

        assertThatThrownBy(() -> rotation.lifecycle().retire(old))
                .isInstanceOfSatisfying(KeyInUseException.class, e -> {
                    assertThat(e.uses().values()).containsEntry("public.patient.ssn", 90L);
                    assertThat(e.uses().fenced()).isFalse();
                })
                .hasMessageContaining("public.patient.ssn 90");
        assertThat(lab.tegula.registry().find(old).orElseThrow().state()).isEqualTo(KeyState.DECRYPT_ONLY);
    }

    @Test
    void retire_withAnInstanceThatHasNotSeenIt_isRefused() {
        rotation.run(RotationRequest.of("patient.ssn").until(Step.VERIFY), RotationListener.quiet(), new RunControl());
        lab.tegula.registry().report(new InstanceReport(UUID.randomUUID(), "app-2", 1, Instant.EPOCH));

        // Seen for an hour: a look that takes its time must not outlast it.
        Rotation patient = new Rotation(
                lab.tegula,
                lab.database,
                rows -> {},
                RotationSettings.standard().withWriteLimit(Duration.ofHours(1)));
        assertThatThrownBy(() -> patient.lifecycle().retire(old))
                .isInstanceOf(KeyInUseException.class)
                .hasMessageContaining("app-2, epoch 1");
    }

    @Test
    void destroy_ofAKeyNothingNeeds_isDone() {
        rotate();

        rotation.lifecycle().destroy(old, NO_COPIES);

        assertThat(lab.tegula.registry().find(old).orElseThrow().state()).isEqualTo(KeyState.DESTROYED);
    }

    @Test
    void destroy_withACopyOutsideTheCatalogue_isRefusedAndNamesIt() {
        lab.sql(
                "CREATE SCHEMA archive",
                "CREATE TABLE archive.\"Old\" AS SELECT id, ssn AS \"S\" FROM patient WHERE id < 7");
        rotate();

        assertThatThrownBy(() -> rotation.lifecycle().destroy(old, NO_COPIES))
                .isInstanceOf(KeyInUseException.class)
                .hasMessageContaining("archive.Old (rows that hold its key id) 7");
        assertThat(lab.tegula.registry().find(old).orElseThrow().state()).isEqualTo(KeyState.RETIRED);
    }

    @Test
    void destroy_withoutTheFence_isRefused() {
        rotate();
        lab.sql("ALTER TABLE patient DROP CONSTRAINT tegula_fence_ssn");

        assertThatThrownBy(() -> rotation.lifecycle().destroy(old, NO_COPIES))
                .isInstanceOf(KeyInUseException.class)
                .hasMessageContaining("not every column is fenced");
    }

    @Test
    void destroy_withAValueNobodyCanAccountFor_isRefused() {
        rotate();
        lab.sql("UPDATE patient SET ssn = '\\x01' WHERE id = 3");

        assertThatThrownBy(() -> rotation.lifecycle().destroy(old, NO_COPIES))
                .isInstanceOf(KeyInUseException.class)
                .hasMessageContaining("public.patient.ssn (values that are no envelopes) 1");
    }

    @Test
    void retire_withValuesUnderAKeyNobodyKnows_isRefused() {
        toVerify();
        lab.sql("UPDATE patient SET ssn = overlay(ssn placing '\\x" + "cd".repeat(32)
                + "' from 3 for 32) WHERE id = 3");

        assertThatThrownBy(() -> rotation.lifecycle().retire(old))
                .isInstanceOf(KeyInUseException.class)
                .hasMessageContaining("public.patient.ssn (values under unknown keys) 1");
        assertThat(lab.tegula.registry().find(old).orElseThrow().state()).isEqualTo(KeyState.DECRYPT_ONLY);
    }

    @Test
    void retire_withARowOfItInTheQuarantine_isRefused() {
        toVerify();
        lab.sql(
                "INSERT INTO tegula_quarantine (schema_name, table_name, column_name, row_key, job, key_id, reason, sha256)"
                        + " VALUES ('public', 'patient', 'ssn', 'id=3', gen_random_uuid(), '\\x" + old.hex()
                        + "', 'cannot-open', '\\x"
                        + "00".repeat(32) + "')");

        assertThatThrownBy(() -> rotation.lifecycle().retire(old))
                .isInstanceOf(KeyInUseException.class)
                .hasMessageContaining("quarantine 1");
        assertThat(lab.tegula.registry().find(old).orElseThrow().state()).isEqualTo(KeyState.DECRYPT_ONLY);
    }

    private void toVerify() {
        rotation.run(RotationRequest.of("patient.ssn").until(Step.VERIFY), RotationListener.quiet(), new RunControl());
    }

    /** Anybody who may write there could put a row for a key of his own into the registry. */
    @Test
    void take_ofValuesUnderAKeyWhoseRowHasNoSeal_countsThemAsUnknown() {
        String forged = "cd".repeat(32);
        lab.sql(
                "INSERT INTO tegula_key SELECT (jsonb_populate_record(k, jsonb_build_object('key_id', '\\x" + forged
                        + "', 'version', 7, 'rev', 1000, 'state', 'PENDING', 'activated_at', NULL))).*"
                        + " FROM tegula_key k WHERE key_id = '\\x" + old.hex() + "'",
                "UPDATE patient SET ssn = overlay(ssn placing '\\x" + forged + "' from 3 for 32) WHERE id = 3");
        assertThat(lab.number("SELECT count(*) FROM tegula_key WHERE key_id = '\\x" + forged + "'"))
                .isEqualTo(1);

        CensusReport report = rotation.census().take(c -> c.column().equals("ssn"));

        assertThat(report.columns().get(0).unknown()).isEqualTo(1);
        assertThat(report.sound()).isFalse();
    }

    /** A catalogue that gives a column to another field must not hide what is in it. */
    @Test
    void retire_withValuesInAColumnOfAnotherField_isRefusedAndNamesIt() {
        lab.sql(
                "CREATE TABLE moved AS SELECT id, ssn AS text FROM patient WHERE id < 7",
                "ALTER TABLE moved ADD PRIMARY KEY (id)");
        toVerify();
        List<EncryptedColumn> columns = new ArrayList<>(patientColumns());
        columns.add(column("letter.text", "moved", "text", "id"));
        lab.tegula.catalogue().orElseThrow().publish(columns);

        assertThatThrownBy(() -> rotation.lifecycle().retire(old))
                .isInstanceOf(KeyInUseException.class)
                .hasMessageContaining("public.moved.text (a column of letter.text) 7");
    }

    /** Its table lives on under another name, with values that nobody counts. */
    @ParameterizedTest
    @ValueSource(strings = {"source", "target"})
    void retire_withAnUnfinishedJobOfAColumnThatIsInNoCatalogue_isRefusedAndNamesTheJob(String role) {
        toVerify();
        String job = "00000000-0000-0000-0000-00000000000a";
        String other = role.equals("source") ? "target" : "source";
        lab.sql(
                "INSERT INTO tegula_job (id, schema_name, table_name, key_columns, state, total) VALUES ('" + job
                        + "', 'public', 'patient_of_old', '{id}', 'OPEN', 5)",
                "INSERT INTO tegula_job_key (job, column_name, field, tenant, " + role + ", " + other + ") VALUES ('"
                        + job + "', 'ssn', 'patient.ssn', '\\x', '\\x" + old.hex() + "', sha256('another key'))");

        assertThatThrownBy(() -> rotation.lifecycle().retire(old))
                .isInstanceOf(KeyInUseException.class)
                .hasMessageContaining("`tegula jobs cancel " + job + "`");
        assertThat(lab.tegula.registry().find(old).orElseThrow().state()).isEqualTo(KeyState.DECRYPT_ONLY);
    }
}
