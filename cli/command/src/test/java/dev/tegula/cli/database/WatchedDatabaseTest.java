package dev.tegula.cli.database;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WatchedDatabaseTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT version()",
                "  select 1 FOR UPDATE",
                "SELECT id FROM t FOR NO KEY UPDATE SKIP LOCKED",
                "SELECT has_column_privilege(c.oid, 'ssn', 'UPDATE') FROM pg_class c",
                "SET LOCAL search_path = pg_catalog",
                "LOCK TABLE t IN SHARE MODE",
                "SELECT \"update\" FROM \"it's\"",
                "WITH x AS (SELECT 1) SELECT * FROM x"
            })
    void statement_thatOnlyReads_isNoChange(String sql) {
        assertThat(WatchedDatabase.writes(sql)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO t VALUES (1)",
                "WITH x AS (DELETE FROM t RETURNING id) SELECT id FROM x",
                "ALTER TABLE t ADD CHECK (true)",
                "CREATE TABLE t (id int)",
                "SELECT 1 INTO t",
                "WITH v AS (SELECT \"it's\" FROM t) UPDATE t SET \"it's\" = 1",
                "DO $$ BEGIN END $$",
                "DO 'BEGIN DELETE FROM t; END'"
            })
    void statement_thatMayWrite_isAChange(String sql) {
        assertThat(WatchedDatabase.writes(sql)).isTrue();
    }

    @Test
    void statement_unknown_isAChange() {
        assertThat(WatchedDatabase.writes("VACUUM t")).isTrue();
    }
}
