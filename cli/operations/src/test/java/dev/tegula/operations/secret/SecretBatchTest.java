package dev.tegula.operations.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.tegula.Tegula;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.IntegrityException;
import dev.tegula.failure.RefusedException;
import dev.tegula.failure.UnavailableException;
import dev.tegula.jdbc.Transactions;
import dev.tegula.operations.live.LiveLab;
import dev.tegula.secret.Secret;
import dev.tegula.secret.SecretBatch;
import dev.tegula.secret.SecretMoment;
import dev.tegula.secret.SecretName;
import dev.tegula.secret.SecretStore;
import dev.tegula.secret.SecretValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Many secrets in one transaction, and many values as of one moment. */
final class SecretBatchTest extends SecretLab {

    private static final SecretName PROD = new SecretName("app/prod");
    private static final SecretName OF_TEST = new SecretName("app/test/key");

    private List<String> texts(String prefix) {
        List<SecretValue> values = secrets.getAll(new SecretName(prefix));
        List<String> texts = values.stream().map(SecretValue::text).toList();
        values.forEach(SecretValue::close);
        return texts;
    }

    @Test
    void batch_ofNewKnownAndDeleted_overTwoNamespaces_isMadeAsOne() {
        put(KEY, "one");
        put(OTHER, "other");
        try (SecretBatch batch = new SecretBatch()) {
            batch.put(KEY, bytes("two"), ALICE.ifVersion(1));
            batch.put(OF_TEST, bytes("test"), ALICE.ifVersion(0));
            batch.delete(OTHER, ALICE.ifVersion(1));

            assertThat(secrets.change(batch))
                    .extracting(Secret::name, Secret::current, Secret::state)
                    .containsExactly(
                            tuple(OTHER, 1L, Secret.State.DELETED),
                            tuple(KEY, 2L, Secret.State.LIVE),
                            tuple(OF_TEST, 1L, Secret.State.LIVE));
        }
        assertThat(texts("app")).containsExactly("two", "test");
        assertThat(texts("app/prod")).containsExactly("two");
        assertThat(texts("app/prod/stripe-key")).containsExactly("two");
        assertThat(texts("app/pro")).isEmpty();
    }

    @Test
    void batch_oneOfWhichIsRefused_changesNothing() {
        put(KEY, "one");
        try (SecretBatch batch = new SecretBatch()) {
            batch.put(OTHER, bytes("other"), ALICE.ifVersion(0));
            batch.put(KEY, bytes("two"), ALICE.ifVersion(0));
            assertThatThrownBy(() -> secrets.change(batch))
                    .isInstanceOfSatisfying(
                            RefusedException.class, e -> assertThat(e.code()).isEqualTo("secret-conflict"));
        }
        try (SecretBatch batch = new SecretBatch()) {
            batch.put(OTHER, bytes("other"), ALICE);
            batch.delete(new SecretName("app/prod/absent"), ALICE);
            assertThatThrownBy(() -> secrets.change(batch)).isInstanceOf(RefusedException.class);
        }
        try (SecretBatch batch = new SecretBatch()) {
            batch.put(OTHER, bytes("other"), ALICE);
            batch.put(new SecretName("other/key"), bytes("x"), ALICE);
            assertThatThrownBy(() -> secrets.change(batch)).isInstanceOf(ConfigurationException.class);
        }
        assertThat(lab.number("SELECT count(*) FROM tegula_secret")).isEqualTo(1);
        assertThat(lab.number("SELECT count(*) FROM tegula_secret_version")).isEqualTo(1);
        assertThat(secrets.describe(KEY).current()).isEqualTo(1);
    }

    @Test
    void batch_ofTwoWritersAtOnce_isMadeWholeByOneOfThem() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Callable<Boolean>> writers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                String value = "by " + i;
                writers.add(() -> {
                    try (SecretBatch batch = new SecretBatch()) {
                        for (SecretName name : List.of(KEY, OTHER, OF_TEST)) {
                            batch.put(name, bytes(value), ALICE.ifVersion(0));
                        }
                        secrets.change(batch);
                        return true;
                    } catch (RefusedException e) {
                        return false;
                    }
                });
            }
            List<Boolean> won = new ArrayList<>();
            for (Future<Boolean> each : threads.invokeAll(writers, 5, TimeUnit.MINUTES)) {
                won.add(each.get());
            }
            assertThat(won).containsOnlyOnce(true);
            assertThat(texts("app")).hasSize(3).containsOnly("by " + won.indexOf(true));
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void batch_refusesWhatDoesNotFit() {
        try (SecretBatch batch = new SecretBatch()) {
            batch.put(KEY, bytes("x"), ALICE);
            assertThatThrownBy(() -> batch.delete(KEY, ALICE)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> batch.put(OTHER, new byte[SecretStore.LONGEST_VALUE + 1], ALICE))
                    .isInstanceOfSatisfying(
                            RefusedException.class, e -> assertThat(e.code()).isEqualTo("secret-too-long"));
            for (int i = 1; i < SecretBatch.MOST; i++) {
                batch.put(new SecretName("app/prod/n" + i), bytes("x"), ALICE);
            }
            assertThatThrownBy(() -> batch.put(OTHER, bytes("x"), ALICE)).isInstanceOf(IllegalArgumentException.class);
            assertThat(secrets.change(batch)).hasSize(SecretBatch.MOST);
        }
        assertThat(texts("app")).hasSize(SecretBatch.MOST).containsOnly("x");
    }

    /** What is sent does not grow with the number of secrets. */
    @Test
    void batchesAndReads_takeAHandfulOfStatements_howeverManySecrets() {
        List<String> sent = Collections.synchronizedList(new ArrayList<>());
        put(KEY, "warm");
        try (Tegula counted = builder(LiveLab.shortLease(), "counted")
                .secrets(new Transactions(lab.database, sent::add))
                .build()) {
            counted.secrets().put(OTHER, bytes("warm"), ALICE);
            // Which database it is, is asked once.
            counted.secrets().get(OTHER).close();
            List<Integer> writes = new ArrayList<>();
            for (int round : List.of(1, 300)) {
                sent.clear();
                try (SecretBatch batch = new SecretBatch()) {
                    for (int i = 0; i < round; i++) {
                        batch.put(new SecretName("app/prod/n" + i), bytes("x"), ALICE);
                    }
                    counted.secrets().change(batch);
                }
                writes.add(statements(sent).size());
            }
            // Two more where the connection is not the one that knows where its chain of the audit trail ends.
            assertThat(writes).allSatisfy(count -> assertThat(count).isLessThanOrEqualTo(11));

            sent.clear();
            counted.secrets().get(KEY).close();
            assertThat(statements(sent)).hasSize(1).allMatch(sql -> sql.startsWith("SELECT left(s.name"));
            sent.clear();
            counted.secrets().getAll(PROD).forEach(SecretValue::close);
            assertThat(statements(sent)).hasSize(1);
        }
        assertThat(lab.number("SELECT count(*) FROM tegula_audit WHERE action = 'tegula.secret.put'"))
                .isEqualTo(303);
    }

    /** Without what begins and ends every transaction. */
    private static List<String> statements(List<String> sent) {
        return sent.stream()
                .filter(sql -> !sql.startsWith("SET ") && !sql.equals("SELECT 1") && !sql.contains("set_config"))
                .toList();
    }

    @Test
    void ifRev_countsADeletionToo() {
        put(KEY, "one");
        long rev = secrets.describe(KEY).rev();
        secrets.delete(KEY, ALICE);
        try (SecretBatch batch = new SecretBatch()) {
            batch.put(OTHER, bytes("other"), ALICE.ifRev(0));
            batch.put(KEY, bytes("two"), ALICE.ifVersion(1).ifRev(rev));
            assertThatThrownBy(() -> secrets.change(batch))
                    .isInstanceOfSatisfying(
                            RefusedException.class, e -> assertThat(e.code()).isEqualTo("secret-conflict"))
                    .hasMessageContaining("was changed 2 times, and was to have been 1 times");
        }
        assertThat(secrets.describe(KEY).state()).isEqualTo(Secret.State.DELETED);
        assertThat(secrets.put(KEY, bytes("two"), ALICE.ifRev(rev + 1)).rev()).isEqualTo(rev + 2);
    }

    @Test
    void moment_saysWhatTheRowsSay_whileTheKmsIsAway() {
        put(KEY, "one");
        put(OTHER, "other");
        secrets.delete(OTHER, ALICE);
        secrets.put(OF_TEST, bytes("test"), ALICE.expiresIn(Duration.ofDays(1)));
        try (Tegula cold = engine(LiveLab.shortLease(), "cold")) {
            lab.kms.down();
            SecretMoment moment = cold.secrets().moment(List.of(KEY, OTHER, OF_TEST), List.of(PROD));
            assertThat(moment.names(PROD)).containsExactly(KEY);
            assertThat(moment.live(OF_TEST).expires()).isPresent();
            assertThatThrownBy(() -> moment.live(OTHER)).hasMessageContaining("was deleted");
            assertThatThrownBy(() -> moment.open(OTHER)).isInstanceOf(RefusedException.class);
            assertThatThrownBy(() -> moment.live(new SecretName("app/prod/none")))
                    .isInstanceOfSatisfying(
                            RefusedException.class, e -> assertThat(e.code()).isEqualTo("secret-unknown"));
            assertThatThrownBy(() -> moment.open(KEY)).isInstanceOf(UnavailableException.class);
            lab.kms.work();
            try (SecretValue value = moment.open(KEY)) {
                assertThat(value.text()).isEqualTo("one");
            }
        }
    }

    @Test
    void getAll_ofARowThatWasEditedOrIsGone_isRefusedWhole() {
        put(KEY, "one");
        put(OTHER, "other");
        lab.sql("UPDATE tegula_secret SET note = 'x' WHERE name = 'app/prod/other'");
        assertThatThrownBy(() -> secrets.getAll(PROD))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("app/prod/other");
        lab.sql(
                "DELETE FROM tegula_secret_version WHERE name = 'app/prod/other'",
                "DELETE FROM tegula_secret WHERE name = 'app/prod/other'");
        assertThatThrownBy(() -> secrets.getAll(PROD))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("app/prod/other is gone");
    }

    @Test
    void getAll_afterARestoreOfAnOlderState_isRefused() {
        put(KEY, "one");
        lab.sql("CREATE TABLE kept AS SELECT * FROM tegula_secret");
        put(KEY, "two");
        lab.sql(
                "ALTER TABLE tegula_secret_version DROP CONSTRAINT tegula_secret_version_secret",
                "DELETE FROM tegula_secret");
        lab.sql("INSERT INTO tegula_secret SELECT * FROM kept");
        assertThatThrownBy(() -> secrets.getAll(PROD))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("has seen it at rev 2");
    }
}
