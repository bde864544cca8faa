package dev.tegula.operations.reencrypt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.envelope.KeyId;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;

/** The list of a fence that looks keys up, and every way by which a row comes into its table. */
final class LookupListTest extends LookupFenceLab {

    /** Else whoever sees one moment alone is told to try again, for ever. */
    @Test
    void unlisted_ofAListThatWasEmptied_isTheStatementThatEndsTheConflicts() throws Exception {
        assertThat(fence().unlisted(VISIT)).isEmpty();
        raise();
        assertThat(fence().unlisted(VISIT)).isEmpty();

        lab.sql("DELETE FROM tegula_refused");

        assertThatThrownBy(() -> insertAtOneMoment(10))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("40001"));
        lab.sql(fence().unlisted(VISIT).orElseThrow());
        assertThat(fence().unlisted(VISIT)).isEmpty();
        insertAtOneMoment(10);
        assertFenced(() -> insert(11, underOld));
        assertThat(fence().covers(VISIT, "body", old)).isTrue();
    }

    @Test
    void refused_ofKeysInTheList_areThoseAndNoOthers() throws Exception {
        raise();
        KeyId a = lab.activeKey(scope("a"));
        KeyId b = lab.activeKey(scope("b"));
        assertThat(fence().refused(VISIT, "body", Set.of(a, b))).isEmpty();

        lab.sql("INSERT INTO tegula_refused (fence, key_id) SELECT fence, '\\x" + b.hex() + "' FROM tegula_refused");

        assertThat(fence().refused(VISIT, "body", Set.of(a, b, old))).containsExactlyInAnyOrder(b, old);
        assertThat(fence().refused(VISIT, "other", Set.of(a, b, old))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO visit SELECT id + 10, tenant, body FROM kept",
                "INSERT INTO visit SELECT 0, tenant, body FROM kept ON CONFLICT (id) DO UPDATE SET body = excluded.body",
                "WITH k AS (SELECT * FROM kept) INSERT INTO visit SELECT id + 10, tenant, body FROM k RETURNING id",
                "UPDATE visit v SET body = k.body FROM kept k WHERE v.id = 1",
                "INSERT INTO seen SELECT id + 10, tenant, body FROM kept",
                "UPDATE seen SET body = (SELECT body FROM kept) WHERE id = 1",
                "DO $$ BEGIN INSERT INTO visit SELECT id + 10, tenant, body FROM kept; END $$",
                "SELECT put()",
                "MERGE INTO visit v USING kept k ON v.id = k.id + 10 WHEN NOT MATCHED THEN INSERT VALUES (k.id + 10, k.tenant, k.body)",
                "MERGE INTO visit v USING kept k ON v.id = k.id WHEN MATCHED THEN UPDATE SET body = k.body",
                "INSERT INTO kept SELECT 1, 'a', body FROM kept; ALTER TABLE kept ADD COLUMN other text;"
                        + " INSERT INTO visit SELECT id + 10, tenant, body FROM kept",
            })
    void write_ofAKeptRowUnderAFencedKey_isRefusedHoweverItComes(String write) throws Exception {
        lab.sql(
                "CREATE TABLE kept (id int, tenant text, body bytea)",
                "CREATE VIEW seen AS SELECT id, tenant, body FROM visit",
                "CREATE FUNCTION put() RETURNS void LANGUAGE sql AS"
                        + " 'INSERT INTO visit SELECT id + 10, tenant, body FROM kept'");
        lab.update("INSERT INTO kept VALUES (0, 'a', ?)", (Object) underOld);
        raise();

        assertFenced(() -> lab.sql(write));
        assertThat(lab.under(old, "visit", "body")).isZero();
    }

    @Test
    void copy_ofARowUnderAFencedKey_isRefused() throws Exception {
        raise();
        String line = "10\ta\t\\\\x" + HexFormat.of().formatHex(underOld) + "\n";

        assertFenced(() -> {
            try (Connection connection = lab.database.getConnection()) {
                connection
                        .unwrap(PGConnection.class)
                        .getCopyAPI()
                        .copyIn("COPY visit (id, tenant, body) FROM STDIN", new StringReader(line));
            }
        });
    }

    /** No trigger fires for rows that come with their table; what counts them sees them. */
    @Test
    void rows_thatComeWithTheirTable_areCountedByWhatValidates() throws Exception {
        lab.sql(
                "DROP TABLE visit",
                "CREATE TABLE visit (id int, tenant text, body bytea) PARTITION BY RANGE (id)",
                "CREATE TABLE visit_one PARTITION OF visit FOR VALUES FROM (0) TO (100)",
                "CREATE TABLE old (id int, tenant text, body bytea)");
        insert(1, encrypted("a"));
        lab.update("INSERT INTO old VALUES (101, 'a', ?)", (Object) underOld);
        raise();
        assertThat(fence().validate(VISIT, "body", new RunControl())).isTrue();

        assertThatThrownBy(() -> lab.sql("ALTER TABLE visit ALTER body TYPE bytea USING '\\x01'"))
                .hasStackTraceContaining("cannot alter type of a column used in a trigger definition");
        lab.sql("ALTER TABLE visit ATTACH PARTITION old FOR VALUES FROM (100) TO (200)");

        assertThat(fence().validate(VISIT, "body", new RunControl())).isFalse();
        assertFenced(() -> insert(102, underOld));
    }

    private void insertAtOneMoment(int id) throws SQLException {
        byte[] good = encrypted("a");
        try (Connection connection = lab.database.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
            statement.execute("SELECT 1");
            try {
                insert(connection, id, good);
                connection.commit();
            } catch (SQLException e) {
                connection.rollback();
                throw e;
            }
        }
    }
}
