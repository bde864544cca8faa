package dev.tegula.test.servers.cockroach;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each rule refuses what it is there for, and names the page. */
final class CockroachRulesTest {

    private static final String OFF = "SET LOCAL autocommit_before_ddl = off";
    private static final String SERIALIZABLE = "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE";
    private static final String ADD = "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID";

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    SELECT pg_advisory_xact_lock(1) | postgresql-compatibility#unsupported-features
                    SELECT a / 2 FROM t | postgresql-compatibility#integer-division
                    SELECT CAST(a AS int4range) FROM t | postgresql-compatibility#unsupported-features
                    SELECT a FROM t TABLESAMPLE SYSTEM (1) | table-expressions
                    SELECT count(*) FROM t GROUP BY ROLLUP (a) | select-clause
                    SELECT a FROM t ORDER BY a FETCH FIRST 1 ROWS WITH TIES | limit-offset
                    CREATE TABLE t (a int8) INHERITS (u) | create-table
                    SELECT lower(a COLLATE "C") FROM t | collate#known-limitations
                    CREATE TABLE t (a int8 REFERENCES u (a) DEFERRABLE) | set-transaction
                    SET TRANSACTION ISOLATION LEVEL REPEATABLE READ | transactions#isolation-levels
                    CREATE TEMP TABLE t (a int8) | temporary-tables
                    SELECT ctid FROM t | create-table
                    SELECT t.xmin FROM t | create-table
                    LOCK TABLE t IN SHARE MODE | sql-statements
                    DO $$ BEGIN END $$ | sql-statements
                    CREATE DOMAIN d AS bytea | sql-statements
                    CREATE TRIGGER t BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f() | sql-statements
                    LISTEN keys | sql-statements
                    NOTIFY keys | sql-statements
                    VACUUM t | sql-statements
                    PREPARE TRANSACTION 'x' | sql-statements
                    COPY t FROM STDIN | sql-statements
                    MERGE INTO t USING u ON true WHEN MATCHED THEN DELETE | sql-statements
                    SELECT pg_relation_filenode(1) | functions-and-operators
                    SELECT pid FROM pg_locks | pg-catalog
                    SET LOCAL work_mem = '1GB' | session-variables
                    SELECT set_config('plan_cache_mode', 'auto', true) | session-variables
                    ALTER TABLE t DROP CONSTRAINT "c d", ADD CONSTRAINT "c d" CHECK (a > 0) | alter-table#add-constraint
                    ALTER TABLE t DROP CONSTRAINT IF EXISTS c, ADD CONSTRAINT c CHECK (a > 0) | alter-table#add-constraint
                    WITH a AS (UPDATE t SET a = 1 RETURNING a) UPDATE t SET a = 2 FROM a | subqueries#known-limitations
                    """)
    void statement_thatTheDocumentationRulesOut_isRefused(String sql, String page) {
        assertThat(CockroachRules.inStatement(sql)).anyMatch(fault -> fault.contains("/" + page + ":"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT a, 'LOCK TABLE / ctid' FROM t WHERE b = '\\x00'",
                "INSERT INTO t (a) VALUES (?) ON CONFLICT (a) DO UPDATE SET a = excluded.a",
                "WITH l AS (SELECT a FROM t FOR NO KEY UPDATE SKIP LOCKED) UPDATE t SET a = 1 FROM l",
                "SELECT \"ctid\" FROM t",
                "ALTER TABLE t DROP CONSTRAINT \"c\", ADD CONSTRAINT \"c~\" CHECK (a > 0)",
                "select lower(a) from t"
            })
    void statement_thatTheDocumentationAllows_isNot(String sql) {
        assertThat(CockroachRules.inStatement(sql)).isEmpty();
    }

    @Test
    void schemaChange_inATransaction_needsItsSettings() {
        assertThat(CockroachRules.inTransaction(List.of(ADD))).isEmpty();
        assertThat(CockroachRules.inTransaction(List.of("BEGIN", SERIALIZABLE, OFF, ADD, "COMMIT")))
                .isEmpty();
        assertThat(CockroachRules.inTransaction(List.of("BEGIN", SERIALIZABLE, ADD, "COMMIT")))
                .singleElement()
                .asString()
                .contains("autocommit-before-ddl");
        assertThat(CockroachRules.inTransaction(List.of("BEGIN", OFF, ADD, "COMMIT")))
                .singleElement()
                .asString()
                .contains("read-committed");
        assertThat(CockroachRules.inTransaction(List.of("BEGIN", SERIALIZABLE, OFF, ADD, ADD, "COMMIT")))
                .singleElement()
                .asString()
                .contains("one schema change");
        assertThat(CockroachRules.inTransaction(List.of("BEGIN", "SELECT 1", SERIALIZABLE, "COMMIT")))
                .singleElement()
                .asString()
                .contains("set-transaction");
    }
}
