package dev.tegula.operations.reencrypt;

import static dev.tegula.operations.live.LiveLab.move;
import static dev.tegula.operations.live.LiveLab.patientColumns;
import static dev.tegula.operations.live.LiveLab.scope;
import static dev.tegula.operations.live.LiveLab.spec;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.Context;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.operations.live.LiveLab;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ReencryptionTest {

    private static final Scope SSN = scope("patient.ssn");
    private static final Scope NOTE = scope("patient.note");

    private LiveLab lab;

    @BeforeEach
    void start() {
        lab = LiveLab.start();
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    @Test
    void sweep_ofTwoColumns_movesAllValuesInOneUpdateARow() throws Exception {
        lab.patients(3_000);
        lab.sql(
                "CREATE TABLE touched (id bigint, n int GENERATED ALWAYS AS IDENTITY)",
                "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO touched VALUES (NEW.id);"
                        + " RETURN NULL; END $$",
                "CREATE TRIGGER touch AFTER UPDATE ON patient FOR EACH ROW EXECUTE FUNCTION touch()");
        KeyId ssn1 = lab.activeKey(SSN);
        KeyId note1 = lab.activeKey(NOTE);
        KeyId ssn2 = lab.nextKey(SSN).keyId();
        KeyId note2 = lab.nextKey(NOTE).keyId();
        Reencryption reencryption = lab.reencryption(SweepSettings.standard());

        Job job = reencryption.plan(spec(patientColumns(), 7, move(SSN, ssn2, ssn1), move(NOTE, note2, note1)));
        JobReport report = reencryption.sweep(job.id(), 2, new RunControl(), ProgressListener.none());

        assertThat(job.total()).isEqualTo(5_000);
        assertThat(job.ranges()).isEqualTo(7);
        assertThat(report.outcome()).isEqualTo(JobOutcome.DONE);
        assertThat(report.moved()).isEqualTo(5_000);
        assertThat(lab.under(ssn2, "patient", "ssn")).isEqualTo(3_000);
        assertThat(lab.under(note2, "patient", "note")).isEqualTo(2_000);
        assertThat(lab.number("SELECT count(*) FROM touched")).isEqualTo(3_000);
        assertThat(lab.field("patient.ssn")
                        .decrypt(lab.bytes("SELECT ssn FROM patient WHERE id = 17"), Context.noTenant()))
                .isEqualTo("ssn-17");
    }

    @Test
    void finish_afterSweep_fencesAndCountsNothingLeft() throws Exception {
        lab.patients(300);
        KeyId old = lab.activeKey(SSN);
        KeyId fresh = lab.nextKey(SSN).keyId();
        Reencryption reencryption = lab.reencryption(SweepSettings.standard());
        Job job = reencryption.plan(spec(patientColumns().subList(0, 1), move(SSN, fresh, old)));
        reencryption.sweep(job.id(), 1, new RunControl(), ProgressListener.none());
        Fence fence = new Fence(lab.database, Duration.ofSeconds(5));

        JobReport report = reencryption.finish(job.id(), fence, 1, new RunControl(), ProgressListener.none());

        assertThat(report.outcome()).isEqualTo(JobOutcome.DONE);
        assertThat(report.left()).isZero();
        assertThat(fence.covers(job.table(), "ssn", old)).isTrue();
        assertThat(fence.covers(job.table(), "ssn", fresh)).isFalse();
        assertThat(fence.validate(job.table(), "ssn", new RunControl())).isTrue();
    }
}
