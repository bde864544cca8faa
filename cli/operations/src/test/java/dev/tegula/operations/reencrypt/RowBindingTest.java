package dev.tegula.operations.reencrypt;

import static dev.tegula.operations.live.LiveLab.scope;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Mode;
import dev.tegula.envelope.RowId;
import dev.tegula.envelope.Scope;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.operations.live.LiveLab;
import dev.tegula.value.Inner;
import dev.tegula.value.ValueCodecs;
import dev.tegula.value.ValueType;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values that are bound to their rows, in a table of somebody's own. */
final class RowBindingTest {

    private static final Scope BODY = scope("document.body");
    private static final UUID ID = UUID.fromString("0b9e7c1e-5a53-4b7f-8a7e-0f7d3b8f2a11");

    private LiveLab lab;

    @BeforeEach
    void start() {
        lab = LiveLab.start(LiveLab.shortLease());
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    private static EncryptedColumn column(String... keys) {
        return new EncryptedColumn(
                FieldId.of("document.body"),
                "public",
                "document",
                "body",
                List.of(keys),
                false,
                Optional.empty(),
                Mode.ROW,
                ValueType.STRING,
                false,
                "test");
    }

    private static RowId row(int part) {
        return RowId.of(
                RowId.uuid(ID), RowId.integer(part), RowId.text("zoë"), RowId.bytes(new byte[] {0, (byte) 0xff}));
    }

    private void insert(int part, RowId bound) throws SQLException {
        byte[] inner = Inner.encode(ValueCodecs.of(String.class), "body " + part, 0);
        lab.update(
                "INSERT INTO document VALUES (?, ?, 'zoë', '\\x00ff', ?)",
                ID,
                part,
                lab.tegula.keyring().writer(BODY).encrypt(Mode.ROW, bound, inner));
    }

    private void table() {
        lab.sql("CREATE TABLE document (id uuid, part int, tag text, raw bytea, body bytea,"
                + " PRIMARY KEY (id, part, tag, raw))");
    }

    private VerifyReport verify(EncryptedColumn column) {
        return new Verification(lab.database, CipherSource.of(lab.tegula.keyring()), SweepSettings.standard())
                .verify(List.of(column), 100, 1, new RunControl(), ProgressListener.none());
    }

    @Test
    void sweep_ofBoundValues_movesThemInTheirPlaceAndLeavesThatOfAnotherRow() throws Exception {
        table();
        for (int part = 1; part <= 20; part++) {
            insert(part, row(part));
        }
        insert(-7, row(-8));
        EncryptedColumn column = column("id", "part", "tag", "raw");
        KeyId old = lab.activeKey(BODY);
        KeyId next = lab.nextKey(BODY).keyId();
        Reencryption reencryption = lab.reencryption(SweepSettings.standard());

        Job job = reencryption.plan(LiveLab.spec(List.of(column), LiveLab.move(BODY, next, old)));
        JobReport report = reencryption.sweep(job.id(), 2, new RunControl(), ProgressListener.none());

        assertThat(report.moved()).isEqualTo(20);
        assertThat(lab.under(next, "document", "body")).isEqualTo(20);
        assertThat(lab.under(old, "document", "body")).isEqualTo(1);
        byte[] moved = lab.bytes("SELECT body FROM document WHERE part = 20");
        byte[] inner = lab.tegula.keyring().reader(next, BODY).decrypt(Mode.ROW, row(20), moved);
        assertThat(Inner.decode(ValueCodecs.of(String.class), inner)).isEqualTo("body 20");
        VerifyReport verified = verify(column);
        assertThat(verified.openedTotal()).isEqualTo(20);
        assertThat(verified.bad()).singleElement().satisfies(bad -> assertThat(bad.row() + " " + bad.reason())
                .contains("part=-7")
                .endsWith("cannot-open"));
    }

    @Test
    void job_whoseModeWasEdited_movesNothing() throws Exception {
        table();
        insert(1, row(1));
        EncryptedColumn column = column("id", "part", "tag", "raw");
        KeyId old = lab.activeKey(BODY);
        KeyId next = lab.nextKey(BODY).keyId();
        Reencryption reencryption = lab.reencryption(SweepSettings.standard());
        Job job = reencryption.plan(LiveLab.spec(List.of(column), LiveLab.move(BODY, next, old)));
        lab.sql("UPDATE tegula_job_key SET mode = 'FIELD'");

        JobReport report = reencryption.sweep(job.id(), 1, new RunControl(), ProgressListener.none());

        assertThat(report.moved()).isZero();
        assertThat(lab.under(old, "document", "body")).isEqualTo(1);
        assertThat(lab.text("SELECT reason FROM tegula_quarantine")).isEqualTo("mode-refused");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "id char(3) PRIMARY KEY|id|which is character. Expected",
                "id timestamptz PRIMARY KEY|id|which is timestamp with time zone. Expected",
                "id text COLLATE loose PRIMARY KEY|id|which is text of a nondeterministic collation. Expected",
                "id int PRIMARY KEY, part int|part|by [part], which is no unique key"
            })
    void keyThatCannotBind_isRefusedBeforeAnythingIsMoved(String columns, String key, String why) {
        lab.sql(
                "CREATE COLLATION loose (provider = icu, locale = 'und-u-ks-level2', deterministic = false)",
                "CREATE TABLE document (" + columns + ", body bytea)");
        KeyId old = lab.tegula.keyring().writer(BODY).keyId();
        KeyId next = lab.nextKey(BODY).keyId();

        assertThatThrownBy(() -> lab.reencryption(SweepSettings.standard())
                        .plan(LiveLab.spec(List.of(column(key)), LiveLab.move(BODY, next, old))))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(why);
        assertThatThrownBy(() -> verify(column(key))).hasMessageContaining(why);
    }
}
