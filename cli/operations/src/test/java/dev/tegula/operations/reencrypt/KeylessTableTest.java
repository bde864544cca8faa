package dev.tegula.operations.reencrypt;

import static dev.tegula.operations.live.LiveLab.column;
import static dev.tegula.operations.live.LiveLab.move;
import static dev.tegula.operations.live.LiveLab.scope;
import static dev.tegula.operations.live.LiveLab.spec;
import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.tegula.Context;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.KeyId;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.operations.live.LiveLab;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A table without a key is refused, and what the message and the runbook propose makes it one that is not. */
final class KeylessTableTest {

    private static final EncryptedColumn SSN = column("patient.ssn", "visit_log", "ssn");
    private static final int ROWS = 12_000;

    private LiveLab lab;
    private KeyId old;
    private KeyId fresh;
    private byte[] envelope;

    @BeforeEach
    void start() throws Exception {
        lab = LiveLab.start();
        envelope = lab.field("patient.ssn").encrypt("value", Context.noTenant());
        lab.sql("CREATE TABLE visit_log (ssn bytea, other text)");
        lab.update("INSERT INTO visit_log SELECT ?, 'x' FROM generate_series(1, " + ROWS + ")", (Object) envelope);
        old = lab.activeKey(scope("patient.ssn"));
        fresh = lab.nextKey(scope("patient.ssn")).keyId();
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    private Job plan() {
        return lab.reencryption(SweepSettings.standard())
                .plan(spec(List.of(SSN), move(scope("patient.ssn"), fresh, old)));
    }

    private void sweep() {
        assertThat(lab.reencryption(SweepSettings.standard())
                        .sweep(plan().id(), 1, new RunControl(), ProgressListener.none())
                        .outcome())
                .isEqualTo(JobOutcome.DONE);
        assertThat(lab.under(old, "visit_log", "ssn")).isZero();
        assertThat(lab.field("patient.ssn").decrypt(lab.bytes("SELECT ssn FROM visit_log LIMIT 1"), Context.noTenant()))
                .isEqualTo("value");
    }

    private String refusal() {
        try {
            plan();
        } catch (ConfigurationException e) {
            return String.valueOf(e.getMessage());
        }
        throw new AssertionError("planned");
    }

    @Test
    void plan_ofATableWithoutAKey_isRefusedAndTheStatementOfTheMessageCuresIt() {
        String message = refusal();
        assertThat(message).contains("has no primary key and no UNIQUE index of NOT NULL columns");
        Matcher cure = Pattern.compile("`(ALTER TABLE [^`]+)`").matcher(message);
        assertThat(cure.find()).isTrue();

        lab.sql(cure.group(1));

        sweep();
    }

    @Test
    void plan_whereTheUniqueIndexMayHoldNulls_isRefusedUntilItsColumnMayNot() {
        lab.sql(
                "ALTER TABLE visit_log ADD COLUMN id int UNIQUE",
                "DELETE FROM visit_log",
                "INSERT INTO visit_log VALUES (NULL, 'x', 1)");
        lab.sql("UPDATE visit_log SET ssn = '\\x" + HexFormat.of().formatHex(envelope) + "'");
        assertThat(refusal()).contains("`ALTER COLUMN … SET NOT NULL`");

        lab.sql("ALTER TABLE visit_log ALTER COLUMN id SET NOT NULL");

        sweep();
    }

    /** Each statement of the runbook, while a role that knows nothing of the column writes between any two of them. */
    @Test
    void plan_afterTheStatementsOfTheRunbookBesideAWriter_goesThrough() throws Exception {
        List<String> statements = runbook();
        assertThat(statements).hasSize(10);
        lab.sql("CREATE ROLE writer LOGIN", "GRANT INSERT ON visit_log TO writer");
        try (HikariDataSource pool = lab.as("writer");
                Connection writer = pool.getConnection();
                Connection owner = lab.database.getConnection();
                Statement statement = owner.createStatement()) {
            int written = 0;
            for (String sql : statements) {
                int changed;
                do {
                    insert(writer);
                    written++;
                    statement.execute(sql);
                    changed = statement.getUpdateCount();
                } while (changed > 0);
            }
            insert(writer);
            assertThat(lab.number("SELECT count(DISTINCT tegula_row) FROM visit_log"))
                    .isEqualTo(ROWS + written + 1);
        } finally {
            lab.sql("DROP OWNED BY writer", "DROP ROLE writer");
        }

        sweep();
    }

    private void insert(Connection writer) throws SQLException {
        try (PreparedStatement insert = writer.prepareStatement("INSERT INTO visit_log (ssn, other) VALUES (?, 'y')")) {
            insert.setBytes(1, envelope);
            insert.executeUpdate();
        }
    }

    private static List<String> runbook() throws Exception {
        String text = Files.readString(Path.of(System.getProperty("basedir"), "../../docs/runbook-rotation.md"));
        Matcher block = Pattern.compile("(?s)### A table without a key\\R.*?```sql\\R(.*?)```")
                .matcher(text);
        assertThat(block.find()).isTrue();
        return List.of(block.group(1).strip().split(";\\s*"));
    }
}
