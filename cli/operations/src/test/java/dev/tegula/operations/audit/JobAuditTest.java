package dev.tegula.operations.audit;

import static dev.tegula.operations.live.LiveLab.move;
import static dev.tegula.operations.live.LiveLab.patientColumns;
import static dev.tegula.operations.live.LiveLab.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.audit.AuditAuthor;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.operations.live.LiveLab;
import dev.tegula.operations.reencrypt.CipherSource;
import dev.tegula.operations.reencrypt.Job;
import dev.tegula.operations.reencrypt.JobOutcome;
import dev.tegula.operations.reencrypt.ProgressListener;
import dev.tegula.operations.reencrypt.Reencryption;
import dev.tegula.operations.reencrypt.RunControl;
import dev.tegula.operations.reencrypt.SweepSettings;
import dev.tegula.registry.KeyLifecycle;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Steps of a rotation and changes of keys in the trail. */
final class JobAuditTest extends AuditLab {

    private static final Scope SSN = LiveLab.scope("patient.ssn");

    private List<String> actions() {
        List<String> all = new ArrayList<>();
        new AuditEntries(Optional.empty(), Optional.empty())
                .read(
                        transactions,
                        row -> all.add(row.told().orElseThrow().entry().action()));
        return all;
    }

    @Test
    void sweep_tellsThePlanEachRangeAndTheEnd_withTheCountsOfTheRanges() throws SQLException {
        lab.patients(40);
        KeyId old = lab.activeKey(SSN);
        KeyId fresh = lab.nextKey(SSN).keyId();
        start(lab);
        Reencryption reencryption =
                new Reencryption(lab.database, CipherSource.of(lab.tegula), SweepSettings.standard());
        Job job = reencryption.plan(spec(patientColumns().subList(0, 1), 4, move(SSN, fresh, old)));
        reencryption.sweep(job.id(), 2, new RunControl(), ProgressListener.none());
        reencryption.sweep(job.id(), 2, new RunControl(), ProgressListener.none());
        assertThat(reencryption.close(job.id(), new RunControl()).outcome()).isEqualTo(JobOutcome.DONE);

        assertThat(actions())
                .hasSize(job.ranges() + 2)
                .startsWith("tegula.job.plan")
                .endsWith("tegula.job.end");
        assertThat(actions().subList(1, job.ranges() + 1)).containsOnly("tegula.job.range");
        assertThat(lab.number("SELECT sum(substring(detail from ': (\\d+) values moved')::int8) FROM tegula_audit"))
                .isEqualTo(40);
        assertThat(verify().clean()).isTrue();
    }

    private static void start(LiveLab lab) {
        lab.sql(
                "ALTER TABLE tegula_audit DISABLE TRIGGER USER",
                "TRUNCATE tegula_audit",
                "UPDATE tegula_audit_head SET seq = 0, mac = decode(repeat('00', 32), 'hex'), seal = NULL");
    }

    @Test
    void changesOfKeys_areToldInTheTransactionOfTheChange() {
        lab.tegula
                .field("patient.ssn", String.class)
                .encrypt("first", dev.tegula.Context.noTenant()); // makes the key on demand
        lab.nextKey(SSN);

        assertThat(actions())
                .containsExactly("tegula.key.create", "tegula.key.create", "tegula.key.backup", "tegula.key.activate");
        assertThat(lab.text("SELECT string_agg(DISTINCT subject || ' ' || actor, ',') FROM tegula_audit"))
                .isEqualTo("patient.ssn application");
        assertThat(verify().clean()).isTrue();
    }

    /** What could not be told is not done. */
    @Test
    void changeThatCannotBeTold_isNotDone() {
        KeyLifecycle lifecycle = lab.tegula.lifecycle(row -> {
            throw new IllegalStateException();
        });
        long before = lab.number("SELECT count(*) FROM tegula_key");
        lab.sql("DROP TABLE tegula_audit");

        assertThatThrownBy(() -> lifecycle.create(SSN, "main"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("tegula schema apply");
        assertThat(lab.number("SELECT count(*) FROM tegula_key")).isEqualTo(before);
    }

    @Test
    void author_ofACommand_writesToTheChainOfCommands() {
        assertThat(AuditAuthor.command("x".repeat(300)).actor()).hasSize(200);
        assertThat(AuditAuthor.command("").actor()).isEqualTo("unknown");
        assertThat(AuditAuthor.command("zoë\ud800").actor()).isEqualTo("zoë?");
        assertThat(transactions.by(AuditAuthor.command("alice")).author().command())
                .isTrue();
        assertThat(transactions.author().command()).isFalse();
    }
}
