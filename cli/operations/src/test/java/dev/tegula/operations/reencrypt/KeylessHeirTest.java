package dev.tegula.operations.reencrypt;

import static dev.tegula.operations.live.LiveLab.move;
import static dev.tegula.operations.live.LiveLab.patientColumns;
import static dev.tegula.operations.live.LiveLab.scope;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.Context;
import dev.tegula.blindindex.IgnoreCase;
import dev.tegula.blindindex.IndexSpec;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.jdbc.TableName;
import dev.tegula.operations.live.LiveLab;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A table that inherits gets no key from PostgreSQL: without one of its own, a key names several rows of it. */
final class KeylessHeirTest {

    private static final Scope SSN = scope("patient.ssn");
    private static final List<EncryptedColumn> COLUMNS = patientColumns().subList(0, 1);
    private static final TableName TABLE = TableName.of(COLUMNS.get(0));
    private static final String HEIR = "CREATE TABLE heir (label text) INHERITS (patient)";

    private LiveLab lab;
    private KeyId old;
    private KeyId fresh;

    @BeforeEach
    void start() throws Exception {
        lab = LiveLab.start();
        lab.patients(5);
        old = lab.activeKey(SSN);
        fresh = lab.nextKey(SSN).keyId();
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    private void rows(String table) throws Exception {
        for (int i = 0; i < 3; i++) {
            byte[] envelope = lab.field("patient.ssn").encrypt(table + "-" + i, Context.noTenant());
            lab.update("INSERT INTO " + table + " (id, ssn) VALUES (1, ?)", (Object) envelope);
        }
    }

    private JobSpec spec() {
        return LiveLab.spec(COLUMNS, 2, move(SSN, fresh, old));
    }

    private VerifyReport verify() {
        return new Verification(
                        lab.database,
                        CipherSource.of(lab.tegula.keyring()),
                        SweepSettings.standard().withBatchRows(2))
                .verify(COLUMNS, 100, 1, new RunControl(), ProgressListener.none());
    }

    private TableTally count() {
        return new PagedCount(lab.database, SweepSettings.standard())
                .run(TABLE, COLUMNS, UnaryOperator.identity(), new RunControl(), tally -> {}, ProgressListener.none());
    }

    private void refused(ThrowingCallable work, String cure) {
        assertThatThrownBy(work)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("Tables that inherit from public.patient have no unique key [id] of their own")
                .hasMessageContaining("public.heir")
                .hasMessageContaining(cure);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                HEIR + "|ALTER TABLE \"public\".\"heir\" ADD PRIMARY KEY (\"id\")",
                "CREATE TABLE above (PRIMARY KEY (id)) INHERITS (patient); CREATE TABLE heir () INHERITS (above)"
                        + "|ALTER TABLE \"public\".\"heir\" ADD PRIMARY KEY (\"id\")",
                HEIR + "; CREATE UNIQUE INDEX ON heir (id) WHERE label IS NULL"
                        + "|ALTER TABLE \"public\".\"heir\" ADD PRIMARY KEY (\"id\")",
                HEIR + "; CREATE UNIQUE INDEX ON heir ((id + 1))"
                        + "|ALTER TABLE \"public\".\"heir\" ADD PRIMARY KEY (\"id\")",
                HEIR + "; CREATE INDEX ON heir (id)" + "|ALTER TABLE \"public\".\"heir\" ADD PRIMARY KEY (\"id\")",
                "CREATE TABLE heir (PRIMARY KEY (id) DEFERRABLE) INHERITS (patient)"
                        + "|ALTER TABLE \"public\".\"heir\" ALTER COLUMN \"id\" SET NOT NULL, ADD UNIQUE (\"id\")",
                "CREATE TABLE heir (part int, PRIMARY KEY (id, part)) INHERITS (patient)"
                        + "|ALTER TABLE \"public\".\"heir\" ALTER COLUMN \"id\" SET NOT NULL, ADD UNIQUE (\"id\")",
                "CREATE FOREIGN DATA WRAPPER nowhere; CREATE SERVER far FOREIGN DATA WRAPPER nowhere;"
                        + " CREATE FOREIGN TABLE heir () INHERITS (patient) SERVER far"
                        + "|ALTER FOREIGN TABLE \"public\".\"heir\" NO INHERIT \"public\".\"patient\"",
            })
    void look_ofATableOneOfWhoseHeirsHasNoSuchKey_refusesUntilItHasOne(String heir, String cure) {
        lab.sql(heir);

        refused(() -> new Preflight(lab.database).look(COLUMNS).require(Set.of()), cure);

        lab.sql(cure);
        assertThatCode(() -> new Preflight(lab.database).look(COLUMNS).require(Set.of()))
                .doesNotThrowAnyException();
    }

    @Test
    void everyWork_byPages_isRefusedBeforeAnythingIsChanged() throws Exception {
        lab.sql("ALTER TABLE patient ADD ssn_index bytea", HEIR);
        rows("heir");
        IndexBackfill backfill = new IndexBackfill(lab.database, SweepSettings.standard());
        IndexSource index = IndexSource.of(
                COLUMNS.get(0),
                lab.field("patient.ssn"),
                lab.tegula.blindIndex(IndexSpec.of("patient.ssn", String.class, new IgnoreCase())),
                "ssn_index");
        String before = stored();
        String cure = "`ALTER TABLE \"public\".\"heir\" ADD PRIMARY KEY (\"id\")`";

        refused(() -> lab.reencryption(SweepSettings.standard()).plan(spec()), cure);
        refused(this::verify, cure);
        refused(() -> backfill.fill(index, new RunControl()), cure);
        refused(() -> backfill.verify(index, new RunControl()), cure);
        refused(this::count, cure);
        refused(
                () -> new ValueReader(lab.database)
                        .read(COLUMNS, List.of(lab.field("patient.ssn")), 10, new RunControl(), row -> {}),
                cure);

        assertThat(new PagedCount(lab.database, SweepSettings.standard()).pages(TABLE))
                .isFalse();
        assertThat(stored()).isEqualTo(before);
        assertThat(lab.number("SELECT count(*) FROM tegula_job")).isZero();
    }

    private String stored() {
        return lab.text("SELECT string_agg(CAST(p AS text), ', ' ORDER BY tableoid, ctid) FROM patient p");
    }

    @Test
    void sweep_ofAJobWhoseTableGotSuchAnHeir_isRefused() throws Exception {
        Reencryption reencryption = lab.reencryption(SweepSettings.standard());
        Job job = reencryption.plan(spec());
        lab.sql(HEIR);
        rows("heir");
        String before = stored();

        refused(() -> reencryption.sweep(job.id(), 1, new RunControl(), ProgressListener.none()), "ADD PRIMARY KEY");

        assertThat(stored()).isEqualTo(before);
    }

    /** What is unique by some columns of the key is unique by all of them. */
    @Test
    void verify_ofHeirsWithAKeyOfFewerColumns_opensThemAll() throws Exception {
        lab.sql(
                "ALTER TABLE patient ADD part int NOT NULL DEFAULT 0",
                "ALTER TABLE patient DROP CONSTRAINT patient_pkey",
                "ALTER TABLE patient ADD PRIMARY KEY (id, part)",
                "CREATE TABLE heir (PRIMARY KEY (id)) INHERITS (patient)");
        lab.sql("INSERT INTO heir SELECT * FROM ONLY patient");

        assertThat(verify().openedTotal()).isEqualTo(10);
    }

    @Test
    void verify_ofATableThatGotAnHeirMeanwhile_isRefused() throws Exception {
        lab.sql("CREATE TABLE heir (PRIMARY KEY (id)) INHERITS (patient)", "ALTER TABLE heir NO INHERIT patient");
        boolean[] begun = new boolean[1];

        assertThatThrownBy(() -> new Verification(
                                lab.database,
                                CipherSource.of(lab.tegula.keyring()),
                                SweepSettings.standard().withBatchRows(2))
                        .verify(COLUMNS, 100, 1, new RunControl(), progress -> {
                            if (!begun[0]) {
                                begun[0] = true;
                                lab.sql("ALTER TABLE heir INHERIT patient");
                            }
                        }))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("[id, tableoid]");
    }
}
