package dev.tegula.operations.reencrypt;

import static dev.tegula.operations.live.LiveLab.move;
import static dev.tegula.operations.live.LiveLab.patientColumns;
import static dev.tegula.operations.live.LiveLab.scope;
import static dev.tegula.operations.live.LiveLab.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.jdbc.TableName;
import dev.tegula.operations.live.LiveLab;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows, and tables, that do not let themselves be changed: noted, never fenced in, never hammered. */
final class TableRefusesTest {

    private static final Scope SSN = scope("patient.ssn");
    private static final int ROWS = 400;

    private LiveLab lab;
    private Fence fence;
    private KeyId old;
    private KeyId fresh;

    @BeforeEach
    void start() throws Exception {
        lab = LiveLab.start();
        lab.patients(ROWS);
        fence = new Fence(lab.database, Duration.ofSeconds(5));
        old = lab.activeKey(SSN);
        fresh = lab.nextKey(SSN).keyId();
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    private JobReport finish() {
        Reencryption reencryption = lab.reencryption(SweepSettings.standard().withLimits(2, 100));
        Job job = reencryption.plan(spec(patientColumns().subList(0, 1), 1, move(SSN, fresh, old)));
        return reencryption.finish(job.id(), fence, 1, new RunControl(), ProgressListener.none());
    }

    private void trigger(String body) {
        lab.sql(
                "CREATE SEQUENCE IF NOT EXISTS fired",
                "CREATE OR REPLACE FUNCTION guard_patient() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                        + " PERFORM nextval('fired'); " + body + " RETURN NEW; END $$",
                "CREATE OR REPLACE TRIGGER guard BEFORE UPDATE ON patient FOR EACH ROW EXECUTE FUNCTION"
                        + " guard_patient()");
    }

    @Test
    void finish_withARowThatAConstraintRefuses_notesItAndDoesNotFenceIt() throws Exception {
        lab.sql("ALTER TABLE patient ADD CONSTRAINT no_nine CHECK (id <> 9 OR other <> 'x') NOT VALID");

        JobReport report = finish();

        assertThat(report.outcome()).isEqualTo(JobOutcome.PARTIAL);
        assertThat(report.moved()).isEqualTo(ROWS - 1);
        assertThat(report.quarantined()).isEqualTo(1);
        assertThat(report.left()).isZero();
        assertThat(report.refusals()).containsExactly("SQLSTATE 23514, no_nine: 1, for example row id=9");
        assertThat(lab.text("SELECT row_key || ' ' || reason || ' ' || sqlstate || ' ' || constraint_name || ' '"
                        + " || encode(key_id, 'hex') FROM tegula_quarantine"))
                .isEqualTo("id=9 refused 23514 no_nine " + old.hex());
        assertThat(fence.covers(new TableName("public", "patient"), "ssn", old)).isFalse();
    }

    @Test
    void finish_afterTheRowWasMended_movesItAndForgetsTheNote() throws Exception {
        lab.sql("ALTER TABLE patient ADD CONSTRAINT no_nine CHECK (id <> 9 OR other <> 'x') NOT VALID");
        finish();
        lab.update("UPDATE patient SET other = 'mended' WHERE id = 9");

        JobReport report = finish();

        assertThat(report.outcome()).isEqualTo(JobOutcome.DONE);
        assertThat(lab.under(fresh, "patient", "ssn")).isEqualTo(ROWS);
        assertThat(lab.number("SELECT count(*) FROM tegula_quarantine")).isZero();
        assertThat(fence.covers(new TableName("public", "patient"), "ssn", old)).isTrue();
    }

    /** Whatever SQLSTATE a trigger gives, also those of other classes than constraints. */
    @ParameterizedTest
    @ValueSource(strings = {"P0001", "22012", "42501", "ZZ123", "22P02"})
    void finish_withRowsThatATriggerRefuses_namesTriggerAndState(String state) {
        trigger("IF OLD.id IN (5, 250) THEN RAISE EXCEPTION 'canary-%', OLD.other USING ERRCODE = '" + state
                + "'; END IF;");

        JobReport report = finish();

        assertThat(report.outcome()).isEqualTo(JobOutcome.PARTIAL);
        assertThat(report.moved()).isEqualTo(ROWS - 2);
        assertThat(report.refusals())
                .containsExactly("SQLSTATE " + state + ", trigger guard: 2, for example row id=250");
        assertThat(lab.text("SELECT string_agg(q::text, ' ') FROM tegula_quarantine q"))
                .doesNotContain("canary");
    }

    @Test
    void finish_withATriggerThatMakesNothingOfAnUpdate_doesNotFenceThatRow() {
        trigger("IF OLD.id = 7 THEN RETURN NULL; END IF;");

        JobReport report = finish();

        assertThat(report.outcome()).isEqualTo(JobOutcome.PARTIAL);
        assertThat(report.quarantined()).isEqualTo(1);
        assertThat(report.refusals())
                .containsExactly("SQLSTATE 00000, a trigger that returns NULL: 1, for example row id=7");
        assertThat(fence.covers(new TableName("public", "patient"), "ssn", old)).isFalse();
    }

    @Test
    void finish_ofATableThatRefusesEverything_isNoticedAfterAPage() {
        trigger("RAISE EXCEPTION 'no';");

        assertThatThrownBy(this::finish)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(
                        "public.patient itself refuses every row that was tried (SQLSTATE P0001, trigger" + " guard)");
        assertThat(lab.number("SELECT last_value FROM fired")).isLessThan(100);
        assertThat(lab.number("SELECT count(*) FROM tegula_quarantine")).isEqualTo(20);
        assertThat(lab.under(old, "patient", "ssn")).isEqualTo(ROWS);
    }

    @Test
    void finish_withMoreRefusedRowsThanTheLimit_stops() {
        trigger("IF OLD.id % 3 = 0 THEN RAISE EXCEPTION 'no'; END IF;");

        assertThatThrownBy(this::finish)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("values, more than the limit of 100 (SQLSTATE P0001, trigger guard: ");
        assertThat(lab.number("SELECT count(*) FROM tegula_quarantine")).isLessThan(150);
    }
}
