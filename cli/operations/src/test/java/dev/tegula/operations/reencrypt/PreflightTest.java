package dev.tegula.operations.reencrypt;

import static dev.tegula.operations.live.LiveLab.column;
import static dev.tegula.operations.live.LiveLab.move;
import static dev.tegula.operations.live.LiveLab.patientColumns;
import static dev.tegula.operations.live.LiveLab.scope;
import static dev.tegula.operations.live.LiveLab.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.DeniedException;
import dev.tegula.failure.IntegrityException;
import dev.tegula.failure.RefusedException;
import dev.tegula.jdbc.TableName;
import dev.tegula.operations.live.LiveLab;
import dev.tegula.operations.reencrypt.Finding.Kind;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is found before the first change. */
final class PreflightTest {

    private static final List<EncryptedColumn> SSN = patientColumns().subList(0, 1);

    private LiveLab lab;

    @BeforeEach
    void start() throws Exception {
        lab = LiveLab.start();
        lab.patients(50);
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    private Preflight.Found look() {
        return new Preflight(lab.database).look(SSN);
    }

    @Test
    void look_atATableInOrder_findsNothing() {
        Preflight.Found found = look();

        assertThat(found.findings()).isEmpty();
        assertThat(found.facts(TableName.of(SSN.get(0))).estimatedRows()).isEqualTo(50);
    }

    @Test
    void look_asARoleThatQuotesAllNames_findsNothing() {
        lab.sql(
                "DROP ROLE IF EXISTS quoting",
                "CREATE ROLE quoting SUPERUSER LOGIN",
                "ALTER ROLE quoting SET quote_all_identifiers = on");

        try (HikariDataSource quoting = lab.as("quoting")) {
            assertThat(new Preflight(quoting).look(SSN).findings()).isEmpty();
        }
    }

    @Test
    void look_atUpdateTriggers_namesThoseThatWouldFire() {
        lab.sql(
                "CREATE FUNCTION noop() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
                "CREATE TRIGGER stamp BEFORE UPDATE ON patient FOR EACH ROW EXECUTE FUNCTION noop()",
                "CREATE TRIGGER elsewhere BEFORE UPDATE OF other ON patient FOR EACH ROW EXECUTE FUNCTION noop()");

        Preflight.Found found = look();

        assertThat(found.findings()).extracting(Finding::kind).containsExactly(Kind.UPDATE_TRIGGERS);
        assertThatThrownBy(() -> found.require(Set.of()))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("fire for every row: stamp.");
        found.require(Set.of(Kind.UPDATE_TRIGGERS));
    }

    @Test
    void look_atAnAfterTriggerOnTegulasOwnTables_canBeAccepted() {
        lab.sql(
                "CREATE FUNCTION noop() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
                "CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON tegula_key FOR EACH ROW EXECUTE FUNCTION noop()",
                "CREATE TRIGGER tally AFTER UPDATE ON tegula_job EXECUTE FUNCTION noop()");

        Preflight.Found found = look();

        assertThatThrownBy(() -> found.require(Set.of()))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("tegula_key: AFTER trigger audit (DROP TRIGGER audit ON tegula_key)")
                .hasMessageContaining("tegula_job: AFTER trigger tally")
                .hasMessageContaining("--accept-triggers");
        found.require(Set.of(Kind.UPDATE_TRIGGERS));
    }

    /** What is fired later or before can do more than look, and so can what somebody else wrote. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE TRIGGER audit BEFORE UPDATE ON tegula_key FOR EACH ROW EXECUTE FUNCTION noop()",
                "CREATE CONSTRAINT TRIGGER audit AFTER UPDATE ON tegula_key DEFERRABLE INITIALLY DEFERRED"
                        + " FOR EACH ROW EXECUTE FUNCTION noop()",
                "ALTER FUNCTION noop() OWNER TO pg_monitor;"
                        + "CREATE TRIGGER audit AFTER UPDATE ON tegula_key FOR EACH ROW EXECUTE FUNCTION noop()"
            })
    void look_atOtherTriggersOnTegulasOwnTables_cannotBeAccepted(String trigger) {
        lab.sql("CREATE FUNCTION noop() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'", trigger);

        assertThatThrownBy(() -> look().require(Set.of(Kind.UPDATE_TRIGGERS)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("DROP TRIGGER audit ON tegula_key");
    }

    @Test
    void look_atATriggerOfOnePartition_namesIt() {
        lab.sql(
                "CREATE TABLE parted (id int PRIMARY KEY, ssn bytea) PARTITION BY RANGE (id)",
                "CREATE TABLE parted_low PARTITION OF parted FOR VALUES FROM (0) TO (10)",
                "CREATE FUNCTION noop() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
                "CREATE TRIGGER low BEFORE UPDATE OF ssn ON parted_low FOR EACH ROW EXECUTE FUNCTION noop()");

        Preflight.Found found = new Preflight(lab.database).look(List.of(column("patient.ssn", "parted", "ssn", "id")));

        assertThat(found.findings()).singleElement().satisfies(f -> assertThat(f.message())
                .contains("fire for every row: low."));
    }

    @Test
    void look_atPlaintext_namesTheRowAndNeverTheValue() {
        lab.sql("UPDATE patient SET ssn = 'Mueller-4711'::bytea WHERE id = 7");

        Preflight.Found found = look();

        assertThatThrownBy(() -> found.require(Set.of()))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("in row id=7: this looks like plaintext that was never encrypted")
                .hasMessageNotContaining("Mueller")
                .extracting("code")
                .isEqualTo("not-an-envelope");
    }

    @Test
    void look_asARoleThatPoliciesApplyTo_isDenied() {
        lab.sql(
                "ALTER TABLE patient ENABLE ROW LEVEL SECURITY",
                "CREATE POLICY half ON patient USING (id < 20)",
                "DROP ROLE IF EXISTS preflight_tool",
                "CREATE ROLE preflight_tool LOGIN",
                "GRANT SELECT, UPDATE ON patient TO preflight_tool");
        try (HikariDataSource tool = lab.as("preflight_tool")) {
            Preflight.Found found = new Preflight(tool).look(SSN);

            assertThat(found.findings()).extracting(Finding::kind).containsExactly(Kind.ROW_SECURITY, Kind.NOT_OWNER);
            assertThatThrownBy(() -> found.require(Set.of(Kind.NOT_OWNER)))
                    .isInstanceOf(DeniedException.class)
                    .hasMessageContaining("BYPASSRLS");
        } finally {
            lab.sql("DROP OWNED BY preflight_tool", "DROP ROLE preflight_tool");
        }
    }

    @Test
    void look_asARoleThatMayOnlyRead_isDenied() {
        lab.sql(
                "DROP ROLE IF EXISTS preflight_reader",
                "CREATE ROLE preflight_reader LOGIN",
                "GRANT SELECT ON patient TO preflight_reader");
        try (HikariDataSource reader = lab.as("preflight_reader")) {
            assertThatThrownBy(() -> new Preflight(reader).look(SSN).require(Set.of()))
                    .isInstanceOf(DeniedException.class)
                    .hasMessageContaining("preflight_reader may not SELECT and UPDATE public.patient.ssn");
        } finally {
            lab.sql("DROP OWNED BY preflight_reader", "DROP ROLE preflight_reader");
        }
    }

    @Test
    void look_atAReadOnlyDatabase_saysSo() {
        String name = lab.text("SELECT current_database()");
        lab.sql("ALTER DATABASE " + name + " SET default_transaction_read_only = on");
        try (HikariDataSource fresh = lab.as("postgres")) {
            assertThatThrownBy(() -> new Preflight(fresh).look(SSN).require(Set.of()))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("default_transaction_read_only is on");
        }
    }

    @Test
    void look_atATextColumn_saysWhatItMustBe() {
        lab.sql("ALTER TABLE patient ALTER ssn TYPE text USING encode(ssn, 'hex')");

        assertThatThrownBy(() -> look().require(Set.of()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("The column is text; bytea was expected");
    }

    @Test
    void plan_withAnOpenJobOfAnotherPrimaryKey_plansAnewAndEndsThatOne() {
        Scope scope = scope("patient.ssn");
        KeyId old = lab.activeKey(scope);
        KeyId fresh = lab.nextKey(scope).keyId();
        Reencryption reencryption = lab.reencryption(SweepSettings.standard());
        Job before = reencryption.plan(spec(SSN, 2, move(scope, fresh, old)));
        lab.sql(
                "ALTER TABLE patient DROP CONSTRAINT patient_pkey",
                "ALTER TABLE patient ADD COLUMN nr bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY");

        Job after = reencryption.plan(spec(SSN, 2, move(scope, fresh, old)));
        JobReport report = reencryption.sweep(after.id(), 1, new RunControl(), ProgressListener.none());

        assertThat(after.id()).isNotEqualTo(before.id());
        assertThat(lab.text("SELECT state FROM tegula_job WHERE id = '" + before.id() + "'"))
                .isEqualTo("STALE");
        assertThat(report.outcome()).isEqualTo(JobOutcome.DONE);
        assertThat(lab.under(fresh, "patient", "ssn")).isEqualTo(50);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ALTER TABLE tegula_job ADD owner text NOT NULL DEFAULT 'x'; ALTER TABLE tegula_job ALTER owner DROP DEFAULT|NOT NULL column owner|ALTER TABLE tegula_job ALTER COLUMN owner DROP NOT NULL",
                "ALTER TABLE tegula_job ALTER finished_at SET NOT NULL|NOT NULL column finished_at|ALTER TABLE tegula_job ALTER COLUMN finished_at DROP NOT NULL",
                "ALTER TABLE tegula_job ALTER created_at DROP DEFAULT|no default of column created_at|ALTER TABLE tegula_job ALTER COLUMN created_at SET DEFAULT now()",
                "ALTER TABLE tegula_range ALTER done DROP DEFAULT|no default of column done|ALTER TABLE tegula_range ALTER COLUMN done SET DEFAULT false",
                "ALTER TABLE tegula_range ADD CONSTRAINT small CHECK (idx < 0)|constraint small|ALTER TABLE tegula_range DROP CONSTRAINT small",
                "ALTER TABLE tegula_range ADD CONSTRAINT \"Only one\" UNIQUE (worker)|constraint Only one|ALTER TABLE tegula_range DROP CONSTRAINT \"Only one\"",
                "CREATE UNIQUE INDEX one_each ON tegula_job (table_name)|unique index one_each|DROP INDEX one_each",
                "ALTER TABLE tegula_key ENABLE ROW LEVEL SECURITY|row-level security of tegula_key|ALTER TABLE tegula_key DISABLE ROW LEVEL SECURITY",
                "CREATE RULE quiet AS ON INSERT TO tegula_job_key DO INSTEAD NOTHING|rule quiet|DROP RULE quiet ON tegula_job_key",
                "CREATE TRIGGER quiet BEFORE INSERT ON tegula_quarantine FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()|trigger quiet|DROP TRIGGER quiet ON tegula_quarantine"
            })
    void look_atOwnTablesThatWereChanged_namesItWithAStatementThatUndoesIt(String change, String what, String undo) {
        lab.sql(change.split("; ", -1));

        assertThatThrownBy(() -> look().require(Set.of()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(": " + what + " (" + undo + ")");
        lab.sql(undo);

        look().require(Set.of());
    }

    @Test
    void look_atOwnTablesWithColumnsThatNeedNoValue_findsNothing() {
        lab.sql(
                "ALTER TABLE tegula_job ADD ticket text",
                "ALTER TABLE tegula_job ADD owner text NOT NULL DEFAULT 'ours'",
                "ALTER TABLE tegula_key ADD nr bigint GENERATED ALWAYS AS IDENTITY");

        look().require(Set.of());
    }

    @ParameterizedTest
    @ValueSource(strings = {"tegula_job", "tegula_job_key", "tegula_range"})
    void plan_withATriggerThatLeavesRowsOut_isNotTakenForDone(String table) {
        lab.sql(
                "CREATE FUNCTION quiet() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
                "CREATE TRIGGER quiet BEFORE INSERT ON " + table + " FOR EACH ROW EXECUTE FUNCTION quiet()");
        Scope ssn = scope("patient.ssn");
        KeyId old = lab.activeKey(ssn);

        assertThatThrownBy(() -> lab.reencryption(SweepSettings.standard())
                        .plan(spec(SSN, move(ssn, lab.nextKey(ssn).keyId(), old))))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining(table);
    }

    @Test
    void plan_withAColumnThatMustNotBeNull_namesOurTableAndNotTheUsers() {
        lab.sql(
                "ALTER TABLE tegula_job ADD owner text",
                "ALTER TABLE tegula_job ADD CONSTRAINT owned CHECK (owner <> '') NOT VALID",
                "ALTER TABLE tegula_job ALTER owner SET NOT NULL");
        Scope ssn = scope("patient.ssn");
        KeyId old = lab.activeKey(ssn);

        assertThatThrownBy(() -> lab.reencryption(SweepSettings.standard())
                        .plan(spec(SSN, move(ssn, lab.nextKey(ssn).keyId(), old))))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("Tegula's own table tegula_job refused a row (SQLSTATE 23502): owner.");
    }

    @Test
    void look_atTablesThatNobodyAnalyzed_estimatesTheirRowsBySize() {
        lab.sql(
                "CREATE TABLE parted (id int PRIMARY KEY, ssn bytea) PARTITION BY RANGE (id)",
                "CREATE TABLE parted_low PARTITION OF parted FOR VALUES FROM (0) TO (5000)",
                "CREATE TABLE parted_high PARTITION OF parted FOR VALUES FROM (5000) TO (10000)",
                "INSERT INTO parted SELECT i, ('\\x01' || repeat('ab', 90))::bytea FROM generate_series(0, 9999) i");

        assertThat(new Preflight(lab.database)
                        .look(List.of(column("patient.ssn", "parted", "ssn", "id")))
                        .facts(new TableName("public", "parted"))
                        .estimatedRows())
                .isBetween(2_000L, 20_000L);
    }
}
