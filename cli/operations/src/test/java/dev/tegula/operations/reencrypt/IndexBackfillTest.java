package dev.tegula.operations.reencrypt;

import static dev.tegula.operations.live.LiveLab.patientColumns;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.Context;
import dev.tegula.FieldCipher;
import dev.tegula.FieldIndex;
import dev.tegula.Tegula;
import dev.tegula.blindindex.BlindIndex;
import dev.tegula.blindindex.DigitsOnly;
import dev.tegula.blindindex.IgnoreCase;
import dev.tegula.blindindex.IndexSpec;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.jdbc.TableName;
import dev.tegula.jdbc.Transactions;
import dev.tegula.operations.live.LiveLab;
import dev.tegula.value.ValueType;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rows that were written before there was an index get theirs, beside an application that goes on writing. */
final class IndexBackfillTest {

    private static final int ROWS = 1_500;
    private static final int WRITERS = 4;
    /** Rows at the end that no writer writes, however fast it is: they are left to the backfill. */
    private static final int ALONE = 100;

    private static final EncryptedColumn SSN = patientColumns().get(0);

    private LiveLab lab;
    private FieldIndex<String> index;

    @BeforeEach
    void start() throws Exception {
        lab = LiveLab.start();
        lab.patients(ROWS);
        lab.sql("ALTER TABLE patient ADD ssn_index bytea");
        index = lab.tegula.blindIndex(IndexSpec.of("patient.ssn", String.class, new IgnoreCase()));
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    private IndexBackfill backfill() {
        return new IndexBackfill(lab.database, SweepSettings.standard().withBatchRows(20));
    }

    private IndexSource source(String column) {
        return IndexSource.of(SSN, lab.field("patient.ssn"), index, column);
    }

    private BackfillReport fill() {
        return backfill().fill(source("ssn_index"), new RunControl());
    }

    private BackfillReport verify() {
        return backfill().verify(source("ssn_index"), new RunControl());
    }

    private byte[] computed(String value) {
        BlindIndex computed = index.compute(value, Context.noTenant());
        assertThat(computed).isNotNull();
        return computed.bytes();
    }

    private long empty() {
        return lab.number("SELECT count(*) FROM patient WHERE ssn_index IS NULL");
    }

    @Test
    void fill_ofAnEmptyColumn_givesEachRowTheIndexOfItsValue() {
        lab.sql("UPDATE patient SET ssn = NULL WHERE id = 3");

        BackfillReport report = fill();

        assertThat(report.filled()).isEqualTo(ROWS - 1);
        assertThat(report.clean()).isTrue();
        assertThat(lab.bytes("SELECT ssn_index FROM patient WHERE id = 7")).isEqualTo(computed("SSN-7"));
        assertThat(lab.bytes("SELECT ssn_index FROM patient WHERE id = 3")).isNull();
        assertThat(verify())
                .isEqualTo(new BackfillReport(0, ROWS - 1, List.of(), List.of(), List.of(), List.of(), 0, true));
        assertThat(fill().filled()).isZero();
    }

    @Test
    void fill_asInItsJavadoc_isClean() {
        DataSource database = lab.database;
        Tegula tegula = lab.tegula;
        IndexSource index = IndexSource.of(
                EncryptedColumn.of("patient.ssn", "public.patient.ssn", ValueType.STRING, "id"),
                tegula.field("patient.ssn", String.class),
                tegula.blindIndex(IndexSpec.of("patient.ssn", String.class, new DigitsOnly())),
                "ssn_index");
        IndexBackfill backfill = new IndexBackfill(database, SweepSettings.standard());
        BackfillReport filled = backfill.fill(index, new RunControl());
        BackfillReport verified = backfill.verify(index, new RunControl());
        assertThat(filled.clean() && verified.clean()).isTrue();
    }

    @Test
    void fill_stoppedOnTheWay_isResumedByRunningItAgain() throws Exception {
        RunControl control = new RunControl();
        IndexBackfill slow =
                new IndexBackfill(lab.database, SweepSettings.standard().withBatchRows(10));
        BackfillReport first =
                inThread(() -> slow.fill(source("ssn_index"), control), () -> empty() < ROWS, control::stop);
        long after = empty();

        BackfillReport second = fill();

        assertThat(first.filled()).isEqualTo(ROWS - after);
        assertThat(second.filled()).isEqualTo(after);
        assertThat(verify().sound()).isEqualTo(ROWS);
    }

    private static <T> T inThread(Callable<T> work, Callable<Boolean> until, Runnable then) throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            Future<T> running = thread.submit(work);
            while (!until.call() && !running.isDone()) {
                TimeUnit.MILLISECONDS.sleep(1);
            }
            then.run();
            return running.get();
        } finally {
            thread.shutdownNow();
        }
    }

    @Test
    void fill_besideWriters_losesNoWrite() throws Exception {
        Map<Long, String> written = new ConcurrentHashMap<>();
        AtomicBoolean go = new AtomicBoolean(true);
        ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
        try {
            List<Future<@Nullable Void>> writers = new ArrayList<>();
            for (int w = 0; w < WRITERS; w++) {
                long first = w;
                writers.add(threads.submit(() -> write(first, written, go)));
            }
            BackfillReport one = fill();
            BackfillReport two = fill();
            go.set(false);
            for (Future<@Nullable Void> writer : writers) {
                writer.get();
            }
            assertThat(one.filled() + two.filled()).isGreaterThanOrEqualTo(ALONE);
        } finally {
            go.set(false);
            threads.shutdownNow();
        }

        assertThat(fill().clean()).isTrue();
        assertThat(verify())
                .isEqualTo(new BackfillReport(0, ROWS, List.of(), List.of(), List.of(), List.of(), 0, true));
        FieldCipher<String> ssn = lab.field("patient.ssn");
        written.forEach((id, value) -> assertThat(
                        ssn.decrypt(lab.bytes("SELECT ssn FROM patient WHERE id = " + id), Context.noTenant()))
                .isEqualTo(value));
    }

    /** As an application does: value and index in one UPDATE; and the value alone. Each writer has rows of its own. */
    private @Nullable Void write(long first, Map<Long, String> written, AtomicBoolean go) throws Exception {
        FieldCipher<String> ssn = lab.field("patient.ssn");
        for (long n = 0; go.get(); n++) {
            long id = (first + n * WRITERS * 7) % ROWS / WRITERS * WRITERS + first;
            if (id < ROWS - ALONE) {
                String value = "new " + id + " " + n;
                byte[] envelope = ssn.encrypt(value, Context.noTenant());
                lab.update("UPDATE patient SET ssn = ? WHERE id = ? AND ssn_index IS NULL", envelope, id);
                if (n % 2 == 0) {
                    lab.update("UPDATE patient SET ssn = ?, ssn_index = ? WHERE id = ?", envelope, computed(value), id);
                    written.put(id, value);
                }
            }
        }
        return null;
    }

    @Test
    void compareAndSet_ofARowWithAnotherValueByNow_leavesIt() {
        byte[] read = lab.bytes("SELECT ssn FROM patient WHERE id = 5");
        List<FillCompareAndSet.Wanted> rows = List.of(new FillCompareAndSet.Wanted(
                List.of("5"), List.of(new Cell(read, Optional.empty())), List.of(computed("ssn-5"))));
        lab.sql("UPDATE patient SET ssn = (SELECT ssn FROM patient WHERE id = 6) WHERE id = 5");
        assertThat(compareAndSet(rows)).isEmpty();

        lab.sql("UPDATE patient SET ssn = decode('" + HexFormat.of().formatHex(read) + "', 'hex') WHERE id = 5");
        assertThat(compareAndSet(rows)).containsExactly(List.of("5"));
        assertThat(compareAndSet(rows)).isEmpty();
    }

    private Set<List<String>> compareAndSet(List<FillCompareAndSet.Wanted> rows) {
        return new Transactions(lab.database).readCommitted(session -> {
            TableShape shape = TableShape.read(session, TableName.of(SSN), List.of(SSN));
            return new FillCompareAndSet(
                            shape,
                            ColumnFill.of(
                                    source("ssn_index").sources(),
                                    ColumnFill.Target.of("ssn_index"),
                                    "t.ssn_index IS NULL",
                                    cells -> Computed.none(Computed.Why.CLOSED)),
                            session.dialect())
                    .run(session, rows);
        });
    }

    @Test
    void fill_ofEqualValuesInAUniqueColumn_fillsOneAndNamesTheOther() {
        lab.sql(
                "ALTER TABLE patient ADD UNIQUE (ssn_index)",
                "UPDATE patient SET ssn = (SELECT ssn FROM patient WHERE id = 1) WHERE id = 2");

        BackfillReport report = fill();

        assertThat(report.filled()).isEqualTo(ROWS - 1);
        assertThat(report.duplicates()).containsExactly("id=2");
        assertThat(report.left()).isEqualTo(1);
        assertThat(report.clean()).isFalse();
        assertThat(verify().missing()).containsExactly("id=2");
    }

    @Test
    void fill_ofAValueThatDoesNotOpen_namesItsRowAndFillsTheOthers() {
        lab.sql("UPDATE patient SET ssn = set_byte(ssn, 60, 255 - get_byte(ssn, 60)) WHERE id = 9");

        BackfillReport report = fill();

        assertThat(report.filled()).isEqualTo(ROWS - 1);
        assertThat(report.unreadable()).containsExactly("id=9");
        assertThat(report.clean()).isFalse();
        assertThat(lab.bytes("SELECT ssn_index FROM patient WHERE id = 9")).isNull();
    }

    @Test
    void verify_ofIndexesThatAreNotOfTheirValues_namesTheirRows() {
        fill();
        lab.sql(
                "UPDATE patient SET ssn_index = (SELECT ssn_index FROM patient WHERE id = 1) WHERE id = 2",
                "UPDATE patient SET ssn_index = NULL WHERE id = 4",
                "UPDATE patient SET ssn = NULL WHERE id = 6");

        BackfillReport report = verify();

        assertThat(report.wrong()).containsExactly("id=2", "id=6");
        assertThat(report.missing()).containsExactly("id=4");
        assertThat(report.sound()).isEqualTo(ROWS - 3);
        assertThat(report.clean()).isFalse();
    }

    @Test
    void fill_ofAnotherColumnThanBytes_isRefused() {
        assertThatThrownBy(() -> backfill().fill(source("other"), new RunControl()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("is text; a column of type bytea was expected for the blind index");
        assertThatThrownBy(() -> backfill().fill(source("nowhere"), new RunControl()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("is missing");
    }
}
