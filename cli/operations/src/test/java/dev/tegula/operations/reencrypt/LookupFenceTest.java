package dev.tegula.operations.reencrypt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.tegula.envelope.KeyId;
import dev.tegula.jdbc.TableName;
import dev.tegula.operations.live.LiveLab;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The trigger that looks keys up, for columns whose tenants have keys of their own: what it refuses. */
final class LookupFenceTest extends LookupFenceLab {

    @Test
    void raise_ofATenantsKey_refusesItsNewValuesAndNoOthers() throws Exception {
        raise();

        assertThat(fence().kind(VISIT, "body")).isEqualTo(Fence.Kind.LOOKUP);
        assertThat(fence().covers(VISIT, "body", old)).isTrue();
        assertThat(fence().covers(VISIT, "body", lab.activeKey(scope("a")))).isFalse();
        assertThat(fence().covers(VISIT, "body", Set.of(old, lab.activeKey(scope("b")))))
                .isFalse();
        assertThat(fence().covers(VISIT, "other", old)).isFalse();
        assertFenced(() -> insert(10, underOld));
        assertFenced(() -> lab.update("UPDATE visit SET body = ? WHERE id = 1", (Object) underOld));
        insert(11, encrypted("a"));
        insert(12, encrypted("b"));
        insert(13, encrypted("new"));
        insert(14, null);
        lab.update("UPDATE visit SET body = ? WHERE id = 0", (Object) encrypted("a"));
        assertThat(count("pg_constraint WHERE conname LIKE 'tegula\\_fence%' AND conrelid = 'visit'::regclass"))
                .isZero();
    }

    /** A CHECK refuses that too, and a row that cannot be moved can then not be touched at all. */
    @Test
    void update_ofAnotherColumnOfARowUnderAFencedKey_isLetThrough() throws Exception {
        insert(10, underOld);
        raise();

        lab.update("UPDATE visit SET other = 'y' WHERE id = 10");
        lab.update("UPDATE visit SET other = 'y', body = body WHERE id = 10");

        assertFenced(() -> lab.update(
                "UPDATE visit SET body = ? WHERE id = 0", (Object) lab.bytes("SELECT body FROM visit WHERE id = 10")));
        assertThat(fence().validate(VISIT, "body", new RunControl())).isFalse();
        lab.update("UPDATE visit SET body = ? WHERE id = 10", (Object) encrypted("a"));
        assertThat(fence().validate(VISIT, "body", new RunControl())).isTrue();
    }

    @Test
    void write_underAKeyThatIsRetiredDestroyedOrUnknown_isRefused() throws Exception {
        raise();
        byte[] underB = encrypted("b");
        String b = lab.activeKey(scope("b")).hex();

        lab.sql("UPDATE tegula_key SET state = 'RETIRED', retired_at = now() WHERE key_id = '\\x" + b + "'");
        assertFenced(() -> insert(10, underB));
        lab.sql("UPDATE tegula_key SET state = 'DESTROYED', wrapped = NULL, kek_version = '' WHERE key_id = '\\x" + b
                + "'");
        assertFenced(() -> insert(10, underB));
        lab.sql("DELETE FROM tegula_key WHERE key_id = '\\x" + b + "'");
        assertFenced(() -> insert(10, underB));
        assertFenced(
                () -> insert(10, "no envelope at all, but a line of text in clear".getBytes(StandardCharsets.UTF_8)));
        lab.update("UPDATE visit SET other = 'y' WHERE id = 1");
    }

    @Test
    void fence_isNotGoneRoundByTheReplicaRoleALaterTriggerOrASearchPath() throws Exception {
        raise();
        lab.sql(
                "CREATE SCHEMA shadow",
                "CREATE TABLE shadow.tegula_key AS SELECT key_id, 'ACTIVE'::text AS state FROM tegula_key",
                "CREATE TABLE shadow.tegula_refused AS SELECT * FROM tegula_refused WHERE false");

        for (String setting : List.of(
                "SET LOCAL session_replication_role = replica",
                "SET LOCAL search_path = shadow, public",
                "SET LOCAL standard_conforming_strings = off")) {
            assertFenced(() -> {
                try (Connection writer = lab.database.getConnection();
                        Statement statement = writer.createStatement()) {
                    writer.setAutoCommit(false);
                    statement.execute(setting);
                    insert(writer, 10, underOld);
                }
            });
        }
        lab.sql(
                "CREATE TABLE kept (body bytea)",
                "CREATE FUNCTION put_back() RETURNS trigger LANGUAGE plpgsql AS"
                        + " $$ BEGIN NEW.body := (SELECT k.body FROM kept k); RETURN NEW; END $$",
                "CREATE TRIGGER zz_put_back BEFORE UPDATE ON visit FOR EACH ROW EXECUTE FUNCTION put_back()");
        lab.update("INSERT INTO kept VALUES (?)", (Object) underOld);
        assertFenced(() -> lab.update("UPDATE visit SET other = 'y' WHERE id = 0"));
    }

    /** What it sees is from before the fence; so what it looks up proves nothing. */
    @Test
    void write_inATransactionThatSeesAMomentBeforeTheFence_isAConflict() throws Exception {
        raise(lab.activeKey(scope("b")));
        try (Connection before = atOneMoment()) {
            raise();

            assertThatThrownBy(() -> insert(before, 10, underOld))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("40001"));
            before.rollback();
            assertFenced(() -> insert(before, 10, underOld));
            before.rollback();
            insert(before, 10, encrypted("a"));
            before.commit();
        }
    }

    /** The first value of a tenant makes its key, on another connection, after the transaction began. */
    @Test
    void write_underAKeyThatIsYoungerThanTheTransaction_isAConflictWhereOneMomentIsSeen() throws Exception {
        raise();
        try (Connection before = atOneMoment()) {
            byte[] first = encrypted("new");

            assertThatThrownBy(() -> insert(before, 10, first))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("40001"));
            before.rollback();
            insert(before, 10, first);
            before.commit();
        }
        try (Connection writer = lab.database.getConnection()) {
            writer.setAutoCommit(false);
            insert(writer, 11, encrypted("a"));
            insert(writer, 12, encrypted("newer"));
            writer.commit();
        }
    }

    /** It has read the table only, so nobody waits for it; what it writes is looked up as of then. */
    @Test
    void write_inAnOlderTransactionThatSeesWhatIsCommitted_isRefused() throws Exception {
        try (Connection before = lab.database.getConnection();
                Statement statement = before.createStatement()) {
            before.setAutoCommit(false);
            statement.execute("SELECT count(*) FROM visit");
            raise();
            assertFenced(() -> insert(before, 10, underOld));
            before.rollback();

            insert(before, 10, encrypted("b"));
            before.rollback();
            statement.execute("SELECT count(*) FROM visit");
            byte[] underB = encrypted("b");
            raise(lab.activeKey(scope("b")));
            assertFenced(() -> insert(before, 10, underB));
        }
    }

    /** Nobody but the operator needs to see Tegula's tables. */
    @Test
    void write_byARoleWithoutRightsOnTegulasTables_isLookedUpAllTheSame() throws Exception {
        lab.sql("CREATE ROLE clerk LOGIN", "GRANT INSERT ON visit TO clerk");
        raise();
        byte[] good = encrypted("a");
        try (HikariDataSource pool = lab.as("clerk");
                Connection clerk = pool.getConnection()) {
            insert(clerk, 10, good);
            assertFenced(() -> insert(clerk, 11, underOld));
        } finally {
            lab.sql("DROP OWNED BY clerk", "DROP ROLE clerk");
        }
    }

    @Test
    void raise_onAPartitionedTable_refusesInEveryPartitionAndInLaterOnes() throws Exception {
        lab.sql(
                "DROP TABLE visit",
                "CREATE TABLE visit (id int, tenant text, body bytea) PARTITION BY RANGE (id)",
                "CREATE TABLE visit_one PARTITION OF visit FOR VALUES FROM (0) TO (100)",
                "CREATE TABLE \"Visit two\" (body bytea, tenant text, id int NOT NULL)",
                "ALTER TABLE visit ATTACH PARTITION \"Visit two\" FOR VALUES FROM (100) TO (200)");

        raise();
        lab.sql("CREATE TABLE visit_three PARTITION OF visit FOR VALUES FROM (200) TO (300)");

        assertThat(fence().covers(VISIT, "body", old)).isTrue();
        for (int id : new int[] {1, 101, 201}) {
            assertFenced(() -> insert(id, underOld));
            insert(id, encrypted("a"));
        }
        lab.sql("ALTER TABLE \"Visit two\" DISABLE TRIGGER \"tegula_fence_body of new rows\"");
        assertThat(fence().covers(VISIT, "body", old)).isFalse();
        raise();
        assertThat(fence().covers(VISIT, "body", old)).isTrue();
    }

    @Test
    void raise_onOddNames_isBelievedAndFollowsTheColumn() throws Exception {
        String column = "A 'b' \\ \"COLUMN\" SCHEMA FENCE, longer than a name of a trigger";
        String quoted = '"' + column.substring(0, 60).replace("\"", "\"\"") + '"';
        lab.sql(
                "CREATE DOMAIN envelope AS bytea",
                "ALTER TABLE visit ALTER body TYPE envelope",
                "ALTER TABLE visit RENAME body TO " + quoted,
                "ALTER TABLE visit RENAME TO \"Visit's KEYID\"");
        TableName odd = new TableName("public", "Visit's KEYID");

        fence().raise(
                        odd,
                        Map.of(column.substring(0, 60), Set.of(old)),
                        Set.of(column.substring(0, 60)),
                        new Looks().control());

        assertThat(fence().kind(odd, column.substring(0, 60))).isEqualTo(Fence.Kind.LOOKUP);
        lab.sql(
                "ALTER TABLE \"Visit's KEYID\" RENAME " + quoted + " TO body",
                "ALTER TABLE \"Visit's KEYID\" RENAME TO visit");
        assertThatThrownBy(() -> insert(10, underOld))
                .satisfies(e -> assertThat(lab.tegula.fenced(e)).isTrue());
    }

    @Test
    void look_atATableWithTheFence_findsNoTriggerAndNoForeignCode() throws Exception {
        raise();

        Preflight.Found found = new Preflight(lab.database)
                .look(List.of(LiveLab.column("visit.text", "visit", "body", Optional.of("tenant"), "id")));

        assertThat(found.findings()).isEmpty();
        assertThat(found.facts(VISIT).updateTriggers()).isEmpty();
    }

    /** Ten thousand tenants: one call, one pair of triggers, and as much work for each row as with one key. */
    @Test
    void raise_ofTenThousandKeys_costsARowTwoLookupsWhateverTheirNumber() throws Exception {
        raise();
        Lookups one = lookups(50);
        lab.sql(
                "INSERT INTO tegula_key SELECT sha256(n::text::bytea), decode('01', 'hex') || convert_to('t' || n, 'UTF8'),"
                        + " 'visit.text', 'DATA', 1, 1, 'DECRYPT_ONLY', 1000000 + n, provider, kek_alias, kek_version, wrapped,"
                        + " created_at, activated_at, NULL, exported_at, seal FROM tegula_key, generate_series(1, 10000) n"
                        + " WHERE key_id = '\\x" + old.hex() + "'");
        Set<KeyId> many = new HashSet<>();
        try (Connection connection = lab.database.getConnection();
                Statement statement = connection.createStatement();
                var row = statement.executeQuery("SELECT encode(key_id, 'hex') FROM tegula_key WHERE rev > 1000000")) {
            while (row.next()) {
                many.add(KeyId.ofHex(row.getString(1)));
            }
        }
        long definitions = definitions();

        fence().raise(VISIT, Map.of("body", many), BODY, new Looks().control());

        assertThat(many).hasSize(10_000);
        assertThat(fence().covers(VISIT, "body", many)).isTrue();
        assertThat(definitions()).isEqualTo(definitions);
        assertThat(lookups(50)).isEqualTo(one).isEqualTo(new Lookups(50, 50, 0));
        byte[] underOne = underOld.clone();
        System.arraycopy(many.iterator().next().bytes(), 0, underOne, 2, 32);
        assertFenced(() -> insert(13, underOne));
        assertThat(fence().validate(VISIT, "body", new RunControl())).isTrue();
    }

    /** Sizes of all that defines the table for those who write it. */
    private long definitions() {
        return lab.number("SELECT (SELECT coalesce(sum(length(pg_get_triggerdef(oid))), 0) FROM pg_trigger)"
                + " + (SELECT sum(length(prosrc)) FROM pg_proc WHERE proname LIKE 'tegula\\_fence%')"
                + " + (SELECT count(*) FROM pg_constraint)");
    }

    /** What writes of rows read, by the server's own count. */
    private record Lookups(long fence, long key, long scans) {}

    private Lookups lookups(int rows) throws SQLException {
        try (Connection writer = lab.database.getConnection()) {
            writer.setAutoCommit(false);
            byte[] good = encrypted("b");
            insert(writer, 20, good);
            Lookups before = lookups(writer);
            for (int i = 0; i < rows; i++) {
                insert(writer, 21 + i, good);
            }
            Lookups after = lookups(writer);
            return new Lookups(
                    after.fence() - before.fence(), after.key() - before.key(), after.scans() - before.scans());
        }
    }

    private static Lookups lookups(Connection writer) throws SQLException {
        try (Statement statement = writer.createStatement();
                var row = statement.executeQuery("SELECT sum(idx_scan) FILTER (WHERE relname = 'tegula_refused'),"
                        + " sum(idx_scan) FILTER (WHERE relname = 'tegula_key'), sum(seq_scan)"
                        + " FROM pg_stat_xact_user_tables WHERE relname IN ('tegula_refused', 'tegula_key')")) {
            row.next();
            return new Lookups(row.getLong(1), row.getLong(2), row.getLong(3));
        }
    }
}
