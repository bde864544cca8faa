package dev.tegula.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.DeniedException;
import dev.tegula.failure.UnavailableException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

/** The table of decision 33: what each SQLSTATE means, whether trying again mends it, and that no text of a row comes out. */
final class SqlFailuresTest {

    private static final String CANARY = "123-45-6789";

    private PGSimpleDataSource database;

    @BeforeEach
    void open() throws SQLException {
        database = Postgres.freshSchema();
    }

    /** What callers get. */
    enum Told {
        UNAVAILABLE(UnavailableException.class),
        COMMIT_UNKNOWN(CommitUnknownException.class),
        DENIED(DeniedException.class),
        CONFIGURATION(ConfigurationException.class),
        BUG(IllegalStateException.class);

        private final Class<?> type;

        Told(Class<?> type) {
            this.type = type;
        }
    }

    /** Columns: state, kind, when the same may succeed, whether it may be about rows, what callers get. */
    @ParameterizedTest
    @CsvSource({
        "40001, CONFLICT,     SOON,  false, UNAVAILABLE",
        "40P01, CONFLICT,     SOON,  false, UNAVAILABLE",
        "40003, CONFLICT,     SOON,  false, UNAVAILABLE",
        "55P03, HELD,         SOON,  false, UNAVAILABLE",
        "57014, TIMED_OUT,    SOON,  false, UNAVAILABLE",
        "25P03, TIMED_OUT,    SOON,  false, UNAVAILABLE",
        "25P04, TIMED_OUT,    SOON,  false, UNAVAILABLE",
        "57P01, ENDED,        SOON,  false, UNAVAILABLE",
        "57P02, ENDED,        SOON,  false, UNAVAILABLE",
        "57P05, ENDED,        SOON,  false, UNAVAILABLE",
        "25006, READ_ONLY,    SOON,  false, UNAVAILABLE",
        "08000, UNREACHABLE,  LATER, false, UNAVAILABLE",
        "08001, UNREACHABLE,  LATER, false, UNAVAILABLE",
        "08006, UNREACHABLE,  LATER, false, UNAVAILABLE",
        "08P01, UNREACHABLE,  LATER, false, UNAVAILABLE",
        "57P03, UNREACHABLE,  LATER, false, UNAVAILABLE",
        "53300, UNREACHABLE,  LATER, false, UNAVAILABLE",
        "'',    UNNAMED,      NEVER, false, UNAVAILABLE",
        "53000, EXHAUSTED,    NEVER, false, UNAVAILABLE",
        "53100, EXHAUSTED,    NEVER, false, UNAVAILABLE",
        "53200, EXHAUSTED,    NEVER, false, UNAVAILABLE",
        "58030, DAMAGED,      NEVER, true,  UNAVAILABLE",
        "58P01, DAMAGED,      NEVER, true,  UNAVAILABLE",
        "XX000, DAMAGED,      NEVER, true,  UNAVAILABLE",
        "XX001, DAMAGED,      NEVER, true,  UNAVAILABLE",
        "XXUUU, DAMAGED,      NEVER, true,  UNAVAILABLE",
        "28000, LOGIN,        NEVER, false, DENIED",
        "28P01, LOGIN,        NEVER, false, DENIED",
        "42501, RIGHTS,       NEVER, true,  DENIED",
        "3D000, NO_DATABASE,  NEVER, false, CONFIGURATION",
        "57P04, NO_DATABASE,  NEVER, false, CONFIGURATION",
        "42P01, MISSING,      NEVER, true,  CONFIGURATION",
        "3F000, MISSING,      NEVER, true,  CONFIGURATION",
        "42703, UNFIT,        NEVER, true,  CONFIGURATION",
        "42704, UNFIT,        NEVER, true,  CONFIGURATION",
        "42883, UNFIT,        NEVER, true,  CONFIGURATION",
        "42804, UNFIT,        NEVER, true,  CONFIGURATION",
        "0A000, UNFIT,        NEVER, true,  CONFIGURATION",
        "55000, UNFIT,        NEVER, true,  CONFIGURATION",
        "42P05, MIXED_UP,     NEVER, false, CONFIGURATION",
        "26000, MIXED_UP,     NEVER, false, CONFIGURATION",
        "22001, DATA,         NEVER, true,  CONFIGURATION",
        "22P02, DATA,         NEVER, true,  CONFIGURATION",
        "54000, DATA,         NEVER, true,  CONFIGURATION",
        "54001, DATA,         NEVER, true,  CONFIGURATION",
        "23502, CONSTRAINT,   NEVER, true,  CONFIGURATION",
        "23505, CONSTRAINT,   NEVER, true,  CONFIGURATION",
        "23514, CONSTRAINT,   NEVER, true,  CONFIGURATION",
        "44000, CONSTRAINT,   NEVER, true,  CONFIGURATION",
        "27000, CONSTRAINT,   NEVER, true,  CONFIGURATION",
        "P0001, CONSTRAINT,   NEVER, true,  CONFIGURATION",
        "38000, CONSTRAINT,   NEVER, true,  CONFIGURATION",
        "25P02, MISUSE,       NEVER, false, BUG",
        "25001, MISUSE,       NEVER, false, BUG",
        "ZZ123, UNFORESEEN,   NEVER, true,  BUG",
        "72000, UNFORESEEN,   NEVER, true,  BUG",
    })
    void of_eachState_isOneKindAndQuotesNoRow(
            String state, SqlKind kind, SqlKind.Again again, boolean ofRows, Told told) {
        SQLException failure = new SQLException(
                "ERROR: something about " + CANARY + "\n  Detail: Failing row contains (" + CANARY + ").", state);

        assertThat(SqlKind.of(failure)).isEqualTo(kind);
        assertThat(kind.again()).isEqualTo(again);
        assertThat(SqlFailures.ofRows(failure)).isEqualTo(ofRows);
        assertThat(SqlFailures.retryable(failure)).isEqualTo(again != SqlKind.Again.NEVER);
        RuntimeException meaning = SqlFailures.of(failure, "looking");
        assertThat(meaning).isInstanceOf(told.type).satisfies(e -> assertThat(trace(e))
                .doesNotContain(CANARY));
        if (kind != SqlKind.MIXED_UP) {
            assertThat(meaning)
                    .hasMessageContaining(state.isEmpty() ? "unknown" : state)
                    .hasMessageContaining("while looking");
        }
        if (told != Told.BUG) {
            assertThat(meaning).hasMessageEndingWith(".");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"40001", "40P01"})
    void conflict_ofATransactionThatIsGone_is(String state) {
        assertThat(SqlFailures.conflict(new SQLException("", state))).isTrue();
    }

    /** Of the same class is "statement completion unknown": an application that ran it again might do its work twice. */
    @ParameterizedTest
    @ValueSource(strings = {"40003", "25006", "57014", "55P03", "23505", "08006", ""})
    void conflict_ofEverythingElse_isNot(String state) {
        assertThat(SqlFailures.conflict(new SQLException("", state))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "42501, true",
        "42P01, true",
        "3F000, true",
        "42704, true",
        "0A000, true",
        "42P05, false",
        "26000, false",
        "55006, false",
        "55P03, false",
        "23514, false"
    })
    void notDone_isWhatIsMissingUnfitOrNotAllowed_andNotWhatAPoolerMixedUp(String state, boolean notDone) {
        assertThat(SqlFailures.notDone(new SQLException("", state))).isEqualTo(notDone);
    }

    @ParameterizedTest
    @CsvSource({"22P02, true", "22003, true", "54000, false", "54001, false", "42846, false"})
    void ofValues_isWhatSomebodyWrote_andNotALimitOfTheServer(String state, boolean ofValues) {
        assertThat(SqlFailures.ofValues(new SQLException("", state))).isEqualTo(ofValues);
    }

    @Test
    void fenced_ofACheckThatIsAFence_isAlsoInABatch() {
        SQLException fence = new SQLException("violates check constraint \"tegula_fence_ssn\"", "23514");
        BatchUpdateException batch = new BatchUpdateException("Batch entry 0", "23514", new int[0]);
        batch.setNextException(fence);

        assertThat(SqlFailures.fenced(fence)).isTrue();
        assertThat(SqlFailures.fenced(batch)).isTrue();
        assertThat(SqlFailures.fenced(new SQLException("violates check constraint \"positive\"", "23514")))
                .isFalse();
        assertThat(SqlFailures.fenced(new SQLException("tegula_fence_ssn", "42704")))
                .isFalse();
    }

    @Test
    void of_aLostAnswerToCommit_isCommitUnknown() {
        SQLException lost = new CommitLost(new SQLException(CANARY, "08006"));

        assertThat(SqlFailures.retryable(lost)).isTrue();
        assertThat(SqlFailures.ofRows(lost)).isFalse();
        assertThat(SqlFailures.of(lost, ""))
                .isInstanceOf(Told.COMMIT_UNKNOWN.type)
                .satisfies(e -> assertThat(trace(e)).doesNotContain(CANARY));
    }

    /**
     * Constraints and triggers may be put off to the end, and a trigger says what it likes; a pooler that knows no statement of that
     * name has run no COMMIT.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "40001", "40P01", "55P03", "25P02", "25P03", "23514", "44000", "42P05", "26000", "P0001", "22012",
                "38000", "42501", "42P01"
            })
    void commitAmbiguous_ofAnAnswerThatSaysNo_isNot(String state) {
        assertThat(SqlFailures.commitAmbiguous(new SQLException("no", state))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"08006", "08007", "40003", "57P01", "XX000", "53100", "57014"})
    void commitAmbiguous_ofEverythingElse_is(String state) {
        assertThat(SqlFailures.commitAmbiguous(new SQLException("?", state))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"08001", "57P03", "53300", "28P01", "3D000", "42P01", "42703", "42501"})
    void of_whatServerOrDriverSayByThemselves_isQuoted(String state) {
        assertThat(SqlFailures.of(new SQLException("ERROR: only \"tegula_x\" is named.\n  Position: 17", state), ""))
                .hasMessageContaining("only \"tegula_x\" is named");
    }

    @Test
    void of_aPoolThatHasNoConnection_saysWhatThePoolSays() {
        assertThat(SqlFailures.of(new SQLTransientConnectionException("pool - request timed out after 30000ms"), ""))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("request timed out after 30000ms");
    }

    @Test
    void of_memoryThatThisProcessRanOutOf_namesTheOptionOfJava() {
        SQLException failure =
                new SQLException("Ran out of memory retrieving query results.", "53200", new OutOfMemoryError());

        assertThat(SqlFailures.of(failure, "verifying"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("JAVA_TOOL_OPTIONS=-Xmx")
                .hasMessageNotContaining("run the same again");
    }

    @Test
    void of_aStatementAfterAFailure_isWhatTheFirstOneMeans() {
        SQLException second = new SQLException("current transaction is aborted", "25P02");
        second.setNextException(new SQLException("conflict", "40001"));

        assertThat(SqlKind.of(second)).isEqualTo(SqlKind.CONFLICT);
    }

    @Test
    void of_aBatchWithoutAState_isWhatItsNextFailureMeans() {
        BatchUpdateException batch =
                new BatchUpdateException("Batch entry 0 INSERT … ('" + CANARY + "')", null, 0, new int[0]);
        batch.setNextException(new SQLException("gone", "08006"));

        assertThat(SqlFailures.state(batch)).isEqualTo("08006");
        assertThat(SqlFailures.of(batch, "")).hasMessageContaining("gone").satisfies(e -> assertThat(trace(e))
                .doesNotContain(CANARY));
    }

    /** The driver puts the statement with its parameters before the server's text. */
    @Test
    void of_aBatchOfTheDriver_quotesNoParameter() throws SQLException {
        Postgres.run(database, "CREATE TABLE noted (place text, number int8 NOT NULL)");
        SQLException failure = null;
        try (Connection connection = database.getConnection();
                PreparedStatement insert = connection.prepareStatement("INSERT INTO noted VALUES (?, ?::int8)")) {
            for (String number : new String[] {"1", null}) {
                insert.setString(1, CANARY);
                insert.setString(2, number);
                insert.addBatch();
            }
            insert.executeBatch();
        } catch (SQLException e) {
            failure = e;
        }

        assertThat((Throwable) failure).isInstanceOf(BatchUpdateException.class).hasMessageContaining(CANARY);
        assertThat(SqlFailures.state(failure)).isEqualTo("23502");
        assertThat(SqlFailures.of(failure, "noting"))
                .isInstanceOf(ConfigurationException.class)
                .satisfies(e -> assertThat(trace(e)).doesNotContain(CANARY));
    }

    /** A function of somebody's puts a value where the server names a table, a right or a host. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "EXECUTE 'SELECT 1 FROM \"' || NEW.place || '\"';",
                "EXECUTE 'SELECT \"' || NEW.place || '\"';",
                "RAISE EXCEPTION '%', NEW.place USING ERRCODE = '42501';",
                "RAISE EXCEPTION '%', NEW.place USING ERRCODE = '08006';",
                "RAISE EXCEPTION '%', NEW.place USING ERRCODE = '28000';",
                "RAISE EXCEPTION '%', NEW.place USING ERRCODE = '3D000';",
            })
    void of_whatAFunctionSays_isNotQuoted(String body) throws SQLException {
        Postgres.run(database, "CREATE TABLE noted (place text)");
        Postgres.run(
                database,
                "CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN " + body + " RETURN NEW; END $$");
        Postgres.run(database, "CREATE TRIGGER tell BEFORE INSERT ON noted FOR EACH ROW EXECUTE FUNCTION tell()");

        SQLException failure = failure("INSERT INTO noted VALUES ('" + CANARY + "')");

        assertThat((Throwable) failure).hasMessageContaining(CANARY);
        assertThat(trace(SqlFailures.of(failure, ""))).doesNotContain(CANARY);
    }

    /** What a real server answers. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SELECT 1 FROM nowhere                                        | 42P01",
                "SELECT 1 FROM nowhere.at                                     | 42P01",
                "SELECT nothing                                               | 42703",
                "SELECT no_function()                                         | 42883",
                "SELECT 'x'::no_type                                          | 42704",
                "SELECT 'x'::int8                                             | 22P02",
                "SELECT 1 / 0                                                 | 22012",
                "SELECT repeat('x', 1 << 30)                                  | 54000",
                "DO $$ BEGIN RAISE EXCEPTION 'no'; END $$                     | P0001",
                "SET lock_timeout = 1; SET statement_timeout = 5; SELECT pg_sleep(9) | 57014",
                "SELECT pg_terminate_backend(pg_backend_pid())                | 57P01",
                "BEGIN READ ONLY; CREATE TABLE later (id int)                 | 25006",
                "EXECUTE no_statement                                         | 26000",
                "VACUUM; VACUUM                                               | 25001",
                "SET ROLE pg_monitor; CREATE TABLE pg_catalog.x (id int)      | 42501",
            })
    void state_ofARealServer_isOneOfTheTable(String sql, String state) {
        SQLException failure = failure(sql);

        assertThat(SqlFailures.state(failure)).isEqualTo(state);
        assertThat(SqlKind.of(failure)).isNotEqualTo(SqlKind.UNFORESEEN);
    }

    private SQLException failure(String sql) {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            return e;
        }
        throw new AssertionError("It did not fail: " + sql);
    }

    private static String trace(Throwable e) {
        StringWriter text = new StringWriter();
        e.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
