package dev.tegula.operations.reencrypt;

import static dev.tegula.operations.live.LiveLab.move;
import static dev.tegula.operations.live.LiveLab.patientColumns;
import static dev.tegula.operations.live.LiveLab.scope;
import static dev.tegula.operations.live.LiveLab.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.RefusedException;
import dev.tegula.operations.live.LiveLab;
import dev.tegula.operations.rotation.OrphanedJobs;
import dev.tegula.operations.rotation.Rotation;
import dev.tegula.operations.rotation.RotationListener;
import dev.tegula.operations.rotation.RotationRequest;
import dev.tegula.operations.rotation.RotationSettings;
import dev.tegula.registry.KeyUses;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A job that is paused moves nothing more, wherever its workers are, and goes on only over the table that it was planned for. */
final class JobPauseTest {

    private static final Scope SSN = scope("patient.ssn");
    private static final List<EncryptedColumn> COLUMNS = patientColumns().subList(0, 1);
    private static final int ROWS = 300;

    private LiveLab lab;
    private OpenJobs jobs;
    private KeyId old;
    private KeyId fresh;

    @BeforeEach
    void start() throws Exception {
        lab = LiveLab.start(LiveLab.shortLease());
        lab.patients(ROWS);
        lab.tegula.catalogue().orElseThrow().publish(patientColumns());
        jobs = new OpenJobs(lab.database, CipherSource.of(lab.tegula));
        old = lab.activeKey(SSN);
        fresh = lab.nextKey(SSN).keyId();
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    private Reencryption engine() {
        return lab.reencryption(SweepSettings.standard().withBatchRows(20));
    }

    private Job planned() {
        return engine().plan(spec(COLUMNS, 3, move(SSN, fresh, old)));
    }

    private JobReport swept(UUID job) {
        return engine().sweep(job, 1, new RunControl(), ProgressListener.none());
    }

    private String state(UUID job) {
        return lab.text("SELECT state FROM tegula_job WHERE id = '" + job + "'");
    }

    @Test
    void pause_whileAWorkerIsAtWork_endsItAndResumeGoesOnWhereItWas() {
        Job job = planned();
        CipherSource keys = CipherSource.of(lab.tegula.keyring());
        int[] opened = new int[1];
        CipherSource pausing = (keyId, scope) -> {
            if (++opened[0] == 1) {
                assertThat(jobs.pause(job.id())).isTrue();
            }
            return keys.cipher(keyId, scope);
        };

        JobReport held = new Reencryption(
                        lab.database, pausing, SweepSettings.standard().withBatchRows(20))
                .sweep(job.id(), 2, new RunControl(), ProgressListener.none());

        assertThat(held.outcome()).isEqualTo(JobOutcome.PAUSED);
        assertThat(lab.under(old, "patient", "ssn"))
                .isEqualTo(ROWS - held.moved())
                .isPositive();
        assertThat(jobs.list().get(0).paused()).isPresent();
        long moved = held.moved();
        assertThat(swept(job.id()).outcome()).isEqualTo(JobOutcome.PAUSED);
        assertThat(lab.under(old, "patient", "ssn")).isEqualTo(ROWS - moved);

        assertThat(jobs.resume(job.id())).isTrue();
        assertThat(planned().id()).isEqualTo(job.id());
        JobReport end = swept(job.id());
        assertThat(end.outcome()).isEqualTo(JobOutcome.DONE);
        assertThat(end.moved()).isEqualTo(ROWS);
        assertThat(lab.under(fresh, "patient", "ssn")).isEqualTo(ROWS);
        assertThat(lab.text("SELECT string_agg(action, ' ' ORDER BY seq) FROM tegula_audit WHERE action IN"
                        + " ('tegula.job.pause', 'tegula.job.resume')"))
                .contains("tegula.job.pause")
                .contains("tegula.job.resume");
    }

    @Test
    void pauseAndResume_twice_changeNothingTheSecondTime() {
        UUID job = planned().id();

        assertThat(jobs.resume(job)).isFalse();
        assertThat(jobs.pause(job)).isTrue();
        assertThat(jobs.pause(job)).isFalse();
        assertThat(jobs.resume(job)).isTrue();
        assertThat(jobs.resume(job)).isFalse();
        assertThat(state(job)).isEqualTo("OPEN");
    }

    @Test
    void pauseAndResume_ofAJobThatEnded_areRefused() {
        UUID job = planned().id();
        jobs.pause(job);
        assertThat(jobs.cancel(job)).isTrue();

        assertThatThrownBy(() -> jobs.pause(job))
                .isInstanceOfSatisfying(
                        RefusedException.class, e -> assertThat(e.code()).isEqualTo("job-ended"));
        assertThatThrownBy(() -> jobs.resume(job)).isInstanceOf(RefusedException.class);
        assertThat(state(job)).isEqualTo("CANCELLED");
        assertThatThrownBy(() -> jobs.pause(LiveLab.uuid(7))).isInstanceOf(ConfigurationException.class);
    }

    @Test
    void rotation_besideAPausedJob_isRefusedBeforeItMakesAKey() {
        UUID job = planned().id();
        jobs.pause(job);
        lab.tegula
                .lifecycle(row -> new KeyUses.Uses(new TreeMap<>(), List.of(), true))
                .retire(old);
        long keys = lab.number("SELECT count(*) FROM tegula_key");
        Rotation rotation = new Rotation(lab.tegula, lab.database, rows -> {}, RotationSettings.standard());

        assertThatThrownBy(() ->
                        rotation.run(RotationRequest.of("patient.ssn"), RotationListener.quiet(), new RunControl()))
                .isInstanceOfSatisfying(
                        RefusedException.class, e -> assertThat(e.code()).isEqualTo("job-paused"))
                .hasMessageContaining("`tegula jobs resume " + job + "`");
        assertThat(lab.number("SELECT count(*) FROM tegula_key")).isEqualTo(keys);
        assertThatThrownBy(this::planned).isInstanceOf(RefusedException.class);
        assertThat(lab.number("SELECT count(*) FROM tegula_job")).isEqualTo(1);
    }

    /** Days may lie between; a plan for another order of the key would leave rows out, or fail in the middle. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ALTER TABLE patient ALTER COLUMN id TYPE text USING id::text | another type or order",
                "ALTER TABLE patient ALTER COLUMN id TYPE uuid USING gen_random_uuid() | another type or order",
                "ALTER TABLE patient DROP CONSTRAINT patient_pkey | no unique key [id]",
                "ALTER TABLE patient RENAME COLUMN ssn TO social | not all of the columns [ssn]",
                "ALTER TABLE patient RENAME TO person | no unique key [id]"
            })
    void resume_afterTheTableWasChanged_isRefusedAndChangesNothing(String change, String why) {
        UUID job = planned().id();
        jobs.pause(job);
        lab.sql(change);

        assertThatThrownBy(() -> jobs.resume(job))
                .isInstanceOfSatisfying(
                        RefusedException.class, e -> assertThat(e.code()).isEqualTo("job-outdated"))
                .hasMessageContaining(why)
                .hasMessageContaining("`tegula jobs cancel " + job + "`");
        assertThat(state(job)).isEqualTo("PAUSED");
        assertThat(jobs.cancel(job)).isTrue();
    }

    @Test
    void resume_afterAColumnWasAdded_goesOn() {
        UUID job = planned().id();
        jobs.pause(job);
        lab.sql(
                "ALTER TABLE patient ADD COLUMN made uuid DEFAULT gen_random_uuid()",
                "ALTER TABLE patient ALTER COLUMN id TYPE numeric");

        assertThat(jobs.resume(job)).isTrue();
        assertThat(swept(job).outcome()).isEqualTo(JobOutcome.DONE);
        assertThat(lab.under(fresh, "patient", "ssn")).isEqualTo(ROWS);
    }

    /** Else it would write under a key that is not the ACTIVE one any more. */
    @Test
    void resume_afterAnotherKeyWasActivated_leavesItStale() {
        UUID job = planned().id();
        jobs.pause(job);
        lab.nextKey(SSN);

        assertThat(jobs.resume(job)).isTrue();

        assertThat(jobs.list().get(0).stale()).isTrue();
        assertThat(swept(job).outcome()).isEqualTo(JobOutcome.STALE);
        assertThat(lab.under(fresh, "patient", "ssn")).isZero();
    }

    /** What speaks against retiring its keys does not go away because somebody paused it. */
    @Test
    void orphans_thatArePaused_areFound() {
        UUID job = planned().id();
        jobs.pause(job);

        assertThat(new OrphanedJobs(lab.database).ids(List.of())).containsExactly(job);
    }

    @Test
    void show_ofAPausedJob_saysWhatItMoves() {
        UUID job = planned().id();
        swept(job);
        jobs.pause(job);

        OpenJobs.Shown shown = jobs.show(job);

        assertThat(shown.job().done()).isEqualTo(3);
        assertThat(shown.job().moved()).isEqualTo(ROWS);
        assertThat(shown.detail().state()).isEqualTo("PAUSED");
        assertThat(shown.detail().moves()).containsExactly(new JobDetail.Move("ssn", "patient.ssn", 1, 1));
        assertThat(shown.detail().workers()).isEmpty();
    }
}
