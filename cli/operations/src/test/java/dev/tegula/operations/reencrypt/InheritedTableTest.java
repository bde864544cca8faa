package dev.tegula.operations.reencrypt;

import static dev.tegula.operations.live.LiveLab.move;
import static dev.tegula.operations.live.LiveLab.patientColumns;
import static dev.tegula.operations.live.LiveLab.scope;
import static dev.tegula.operations.live.LiveLab.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.Context;
import dev.tegula.FieldIndex;
import dev.tegula.blindindex.IgnoreCase;
import dev.tegula.blindindex.IndexSpec;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Mode;
import dev.tegula.envelope.RowId;
import dev.tegula.envelope.Scope;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.jdbc.TableName;
import dev.tegula.jdbc.Transactions;
import dev.tegula.operations.live.LiveLab;
import dev.tegula.operations.reencrypt.CompareAndSetQuery.ChangedRow;
import dev.tegula.operations.reencrypt.QuarantineRetry.Result;
import dev.tegula.value.Inner;
import dev.tegula.value.ValueCodecs;
import dev.tegula.value.ValueType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A primary key is unique in its own table: in one that inherits from it the same key may stand again, in another row. */
final class InheritedTableTest {

    private static final Scope SSN = scope("patient.ssn");
    private static final int ROWS = 10;
    private static final List<String> TABLES = List.of("patient", "patient_old", "patient_older");
    private static final List<EncryptedColumn> COLUMNS = patientColumns().subList(0, 1);
    private static final List<String> TWINS = List.of("A", "B", "C");
    private static final TableShape SHAPE = new TableShape(
            TableName.of(COLUMNS.get(0)), new KeyPaging(List.of(new KeyColumn("id", "bigint"), KeyColumn.TABLE)));

    @TempDir
    Path folder;

    private LiveLab lab;
    private KeyId old;

    /** Each key in three tables, so that pages of odd sizes end between them. */
    @BeforeEach
    void start() throws Exception {
        lab = LiveLab.start();
        lab.patients(ROWS);
        lab.sql(
                "CREATE TABLE patient_old (PRIMARY KEY (id)) INHERITS (patient)",
                "CREATE TABLE patient_older (PRIMARY KEY (id)) INHERITS (patient_old)");
        for (String table : TABLES.subList(1, 3)) {
            for (long id = 0; id < ROWS; id++) {
                lab.update("INSERT INTO " + table + " (id, ssn) VALUES (?, ?)", id, envelope(table + "-" + id));
            }
        }
        old = lab.activeKey(SSN);
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    private byte[] envelope(String value) {
        byte[] envelope = lab.field("patient.ssn").encrypt(value, Context.noTenant());
        assertThat(envelope).isNotNull();
        return envelope;
    }

    private String opened(String table, long id) {
        return lab.field("patient.ssn")
                .decrypt(lab.bytes("SELECT ssn FROM ONLY " + table + " WHERE id = " + id), Context.noTenant());
    }

    private void assertOwnValues() {
        for (long id = 0; id < ROWS; id++) {
            assertThat(opened("patient", id)).isEqualTo("ssn-" + id);
            assertThat(opened("patient_old", id)).isEqualTo("patient_old-" + id);
            assertThat(opened("patient_older", id)).isEqualTo("patient_older-" + id);
        }
    }

    @Test
    void sweep_ofKeysInSeveralTables_leavesEachRowItsOwnValue() throws Exception {
        KeyId fresh = lab.nextKey(SSN).keyId();
        Reencryption reencryption = lab.reencryption(SweepSettings.standard().withBatchRows(7));
        Job job = reencryption.plan(spec(COLUMNS, 2, move(SSN, fresh, old)));

        JobReport swept = reencryption.sweep(job.id(), 2, new RunControl(), ProgressListener.none());
        JobReport finished = reencryption.finish(
                job.id(), new Fence(lab.database, Duration.ofSeconds(5)), 1, new RunControl(), ProgressListener.none());

        assertThat(swept.moved()).isEqualTo(3 * ROWS);
        assertThat(finished.outcome()).isEqualTo(JobOutcome.DONE);
        assertThat(lab.under(fresh, "patient", "ssn")).isEqualTo(3 * ROWS);
        assertOwnValues();
    }

    /** Its page ends between two rows of one key, and what was left is what somebody held. */
    @Test
    void verify_inPagesThatEndBetweenRowsOfOneKey_opensThemAll() {
        VerifyReport report = new Verification(
                        lab.database,
                        CipherSource.of(lab.tegula.keyring()),
                        SweepSettings.standard().withBatchRows(2))
                .verify(COLUMNS, 100, 1, new RunControl(), ProgressListener.none());

        assertThat(report.openedTotal()).isEqualTo(3 * ROWS);
        assertThat(report.badTotal()).isZero();
    }

    /** The table had none that inherits from it when its shape was read. */
    @Test
    void run_whereATableInheritsOnlySince_leavesEachRowItsOwnValue() throws Exception {
        lab.sql("ALTER TABLE patient_old NO INHERIT patient");
        TableShape before = new Transactions(lab.database)
                .readCommitted(session -> TableShape.read(session, TableName.of(COLUMNS.get(0)), COLUMNS));
        lab.sql("ALTER TABLE patient_old INHERIT patient");
        KeyId fresh = lab.nextKey(SSN).keyId();
        List<ChangedRow> rows = new ArrayList<>();
        for (String table : TABLES) {
            rows.add(changed(table));
        }

        Set<List<String>> changed = new Transactions(lab.database).readCommitted(session -> new CompareAndSetQuery(
                        before, List.of("ssn"), List.of(Optional.empty()), session.dialect())
                .run(session, rows));

        assertThat(changed).containsExactly(List.of("3"));
        assertThat(lab.under(fresh, "patient", "ssn")).isEqualTo(3);
        assertOwnValues();
    }

    private ChangedRow changed(String table) {
        return changed(List.of("3"), lab.bytes("SELECT ssn FROM ONLY " + table + " WHERE id = 3"));
    }

    private ChangedRow changed(List<String> key, byte[] read) {
        List<byte @Nullable []> values = new ArrayList<>();
        values.add(envelope(lab.field("patient.ssn").decrypt(read, Context.noTenant())));
        return new ChangedRow(key, List.of(new Cell(read, Optional.empty())), values);
    }

    /** Such a table is refused; but it may lose its key since. */
    @Test
    void run_whereAKeyStandsTwiceInOneTable_givesEachRowWhatWasMadeOfItsOwnValue() throws Exception {
        List<String> key = twins();
        KeyId fresh = lab.nextKey(SSN).keyId();
        List<ChangedRow> rows = new ArrayList<>();
        for (String twin : TWINS) {
            rows.add(changed(key, twin("ssn", twin)));
        }

        Set<List<String>> changed = new Transactions(lab.database).readCommitted(session -> new CompareAndSetQuery(
                        SHAPE, List.of("ssn"), List.of(Optional.empty()), session.dialect())
                .run(session, rows));

        assertThat(changed).containsExactly(key);
        assertThat(lab.under(fresh, "patient", "ssn")).isEqualTo(TWINS.size());
        for (String twin : TWINS) {
            assertThat(lab.field("patient.ssn").decrypt(twin("ssn", twin), Context.noTenant()))
                    .isEqualTo(twin);
        }
    }

    @Test
    void write_whereAKeyStandsTwiceInOneTable_givesEachRowWhatWasComputedFromItsOwnValue() throws Exception {
        List<String> key = twins();
        lab.sql("ALTER TABLE patient ADD copy bytea", "UPDATE patient SET copy = '\\x00' WHERE other = 'B'");
        List<FillCompareAndSet.Wanted> rows = new ArrayList<>();
        for (String twin : TWINS) {
            byte[] read = twin("ssn", twin);
            List<byte @Nullable []> computed = new ArrayList<>();
            computed.add(read);
            rows.add(new FillCompareAndSet.Wanted(key, List.of(new Cell(read, Optional.empty())), computed));
        }
        ColumnFill fill = ColumnFill.of(
                List.of(ColumnFill.Source.of("ssn", Optional.empty())),
                ColumnFill.Target.of("copy"),
                "t.copy IS NULL",
                cells -> Computed.none(Computed.Why.CLOSED));

        new Transactions(lab.database)
                .readCommitted(session -> new FillCompareAndSet(SHAPE, fill, session.dialect()).run(session, rows));

        assertThat(twin("copy", "A")).isEqualTo(twin("ssn", "A"));
        assertThat(twin("copy", "B")).as("not due").isEqualTo(new byte[1]);
        assertThat(twin("copy", "C")).isEqualTo(twin("ssn", "C"));
    }

    /** Rows of one key in one table. */
    private List<String> twins() throws Exception {
        lab.sql("ALTER TABLE patient_old DROP CONSTRAINT patient_old_pkey");
        for (String twin : TWINS) {
            lab.update("INSERT INTO patient_old (id, ssn, other) VALUES (100, ?, ?)", envelope(twin), twin);
        }
        return List.of("100", lab.text("SELECT CAST(CAST('patient_old' AS regclass) AS oid)"));
    }

    private byte[] twin(String column, String twin) {
        return lab.bytes("SELECT " + column + " FROM patient_old WHERE other = '" + twin + "'");
    }

    @Test
    void retry_ofOneOfTheRowsOfAKey_movesThatOne() throws Exception {
        String flipped = "UPDATE ONLY patient_old SET ssn = set_byte(ssn, 60, 255 - get_byte(ssn, 60)) WHERE id = 4";
        lab.sql(flipped);
        KeyId fresh = lab.nextKey(SSN).keyId();
        JobSpec spec = spec(COLUMNS, 1, move(SSN, fresh, old));
        Reencryption reencryption = lab.reencryption(SweepSettings.standard());
        Job job = reencryption.plan(spec);
        reencryption.sweep(job.id(), 1, new RunControl(), ProgressListener.none());
        reencryption.close(job.id(), new RunControl());
        lab.sql(flipped);

        QuarantineRetry.Report report = new QuarantineRetry(
                        lab.database, CipherSource.of(lab.tegula), SweepSettings.standard())
                .run(new QuarantineNotes(lab.database).all(), COLUMNS, List.of(spec), false, new RunControl());

        assertThat(report.count(Result.MOVED)).isEqualTo(1);
        assertThat(report.values().get(0).note().row())
                .isEqualTo("id=4, tableoid=" + lab.text("SELECT CAST(CAST('patient_old' AS regclass) AS oid)"));
        assertThat(lab.under(fresh, "patient", "ssn")).isEqualTo(3 * ROWS);
        assertOwnValues();
    }

    /** What a job notes of its key must go on to fit when nothing inherits from the table any more. */
    @Test
    void sweep_ofAJobPlannedWithTablesThatAreGone_goesOn() {
        KeyId fresh = lab.nextKey(SSN).keyId();
        Reencryption reencryption = lab.reencryption(SweepSettings.standard());
        Job job = reencryption.plan(spec(COLUMNS, 2, move(SSN, fresh, old)));
        lab.sql("ALTER TABLE patient_old NO INHERIT patient");

        assertThat(reencryption
                        .sweep(job.id(), 1, new RunControl(), ProgressListener.none())
                        .moved())
                .isEqualTo(ROWS);
    }

    /** The ranges of such a job cut between keys, so that a row of one may be passed over. */
    @Test
    void sweep_ofAJobPlannedBeforeATableInherited_isRefused() {
        lab.sql("ALTER TABLE patient_old NO INHERIT patient");
        KeyId fresh = lab.nextKey(SSN).keyId();
        Reencryption reencryption = lab.reencryption(SweepSettings.standard());
        Job job = reencryption.plan(spec(COLUMNS, 2, move(SSN, fresh, old)));
        lab.sql("ALTER TABLE patient_old INHERIT patient");

        assertThatThrownBy(() -> reencryption.sweep(job.id(), 1, new RunControl(), ProgressListener.none()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("[id, tableoid]");
        assertOwnValues();
    }

    @Test
    void backfill_ofKeysInSeveralTables_givesEachRowItsOwnIndex() {
        lab.sql("ALTER TABLE patient ADD ssn_index bytea");
        FieldIndex<String> index = lab.tegula.blindIndex(IndexSpec.of("patient.ssn", String.class, new IgnoreCase()));
        IndexBackfill backfill =
                new IndexBackfill(lab.database, SweepSettings.standard().withBatchRows(7));
        IndexSource source = IndexSource.of(COLUMNS.get(0), lab.field("patient.ssn"), index, "ssn_index");

        BackfillReport filled = backfill.fill(source, new RunControl());

        assertThat(filled.filled()).isEqualTo(3 * ROWS);
        BackfillReport verified = backfill.verify(source, new RunControl());
        assertThat(verified.wrong()).isEmpty();
        assertThat(verified.sound()).isEqualTo(3 * ROWS);
    }

    /** A list of moved rows has no place for their table. */
    @Test
    void rebind_ofAKeyInSeveralTables_isRefusedBeforeAnythingIsChanged() throws Exception {
        lab.sql(
                "CREATE TABLE paper (id bigint PRIMARY KEY, body bytea)",
                "CREATE TABLE paper_old (PRIMARY KEY (id)) INHERITS (paper)");
        Scope body = scope("paper.body");
        for (long id = 1; id <= 2; id++) {
            lab.update("INSERT INTO paper VALUES (?, ?)", 100 + id, bound(body, id, "paper-" + id));
        }
        lab.update("INSERT INTO paper_old VALUES (?, ?)", 102L, bound(body, 3, "other"));
        lab.update("INSERT INTO paper_old VALUES (?, ?)", 104L, bound(body, 4, "alone"));
        String before = papers();

        for (boolean dryRun : new boolean[] {true, false}) {
            assertThatThrownBy(() -> rebind(dryRun, "1,101\n2,102\n"))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("public.paper has several rows of the key id=102")
                    .hasMessageContaining("in tables that inherit from it");
            assertThat(papers()).isEqualTo(before);
        }

        Rebinding.Report report = rebind(false, "1,101\n4,104\n");
        assertThat(report.count(Rebinding.Result.BOUND)).isEqualTo(2);
        assertThat(report.left()).isEmpty();
    }

    private Rebinding.Report rebind(boolean dryRun, String lines) throws IOException {
        EncryptedColumn column = new EncryptedColumn(
                FieldId.of("paper.body"),
                "public",
                "paper",
                "body",
                List.of("id"),
                false,
                Optional.empty(),
                Mode.ROW,
                ValueType.STRING,
                false,
                "test");
        return new Rebinding(lab.tegula, lab.database, SweepSettings.standard().withLimits(2, 100))
                .run(
                        List.of(column),
                        List.of(),
                        MovedRows.read(Files.writeString(folder.resolve("moved.csv"), lines)),
                        dryRun,
                        new RunControl());
    }

    private byte[] bound(Scope scope, long id, String text) {
        return lab.tegula
                .keyring()
                .writer(scope)
                .encrypt(Mode.ROW, RowId.of(RowId.integer(id)), Inner.encode(ValueCodecs.of(String.class), text, 0));
    }

    private String papers() {
        return lab.text("SELECT string_agg(id || ' ' || encode(body, 'hex'), ', ' ORDER BY tableoid, id) FROM paper");
    }
}
