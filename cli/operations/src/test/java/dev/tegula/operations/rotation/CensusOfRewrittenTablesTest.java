package dev.tegula.operations.rotation;

import static dev.tegula.operations.live.LiveLab.column;
import static dev.tegula.operations.live.LiveLab.scope;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.Context;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.KeyId;
import dev.tegula.failure.UnavailableException;
import dev.tegula.operations.live.LiveLab;
import dev.tegula.operations.reencrypt.Progress;
import dev.tegula.operations.reencrypt.ProgressListener;
import dev.tegula.operations.rotation.CensusReport.ColumnCount;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A table that is rewritten between the snapshot of a census and its scan reads as empty in it; nothing may be retired on that. */
final class CensusOfRewrittenTablesTest {

    private static final int ROWS = 40;

    private LiveLab lab;
    private KeyId key;

    @BeforeEach
    void start() {
        lab = LiveLab.start();
        byte[] envelope = lab.field("big.value").encrypt("a genuine value", Context.noTenant());
        key = lab.activeKey(scope("big.value"));
        String value = "'\\x" + HexFormat.of().formatHex(envelope) + "'::bytea";
        for (String table : List.of("first", "other")) {
            lab.sql(
                    "CREATE TABLE " + table + " (id bigint PRIMARY KEY, value bytea) WITH (autovacuum_enabled = off)",
                    "INSERT INTO " + table + " SELECT g, " + value + " FROM generate_series(1, " + ROWS + ") g");
            large(table);
        }
        lab.sql(
                "CREATE TABLE parted (id bigint PRIMARY KEY, value bytea) PARTITION BY RANGE (id)",
                "CREATE TABLE parted_low PARTITION OF parted FOR VALUES FROM (0) TO (20)",
                "CREATE TABLE parted_high PARTITION OF parted FOR VALUES FROM (20) TO (1000)",
                "INSERT INTO parted SELECT * FROM other");
        large("parted_low");
        lab.tegula.catalogue().orElseThrow().publish(List.of(named("first"), named("other"), named("parted")));
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    private static EncryptedColumn named(String table) {
        return column("big.value", table, "value", "id");
    }

    /** What the planner takes for a large table is counted in parts, and tells how far it is. */
    private void large(String table) {
        lab.sql("UPDATE pg_class SET reltuples = 1000000 WHERE oid = '" + table + "'::regclass");
    }

    private CensusReport census(ProgressListener listener) {
        return new Census(lab.tegula, lab.database, Duration.ofSeconds(1))
                .telling(listener)
                .take(c -> true);
    }

    private long counted(CensusReport report, String table) {
        return report.columns().stream()
                .filter(count -> count.column().table().equals(table))
                .mapToLong(count -> count.under(key))
                .sum();
    }

    /** Does something once, when the first table was counted. */
    private final class Once implements ProgressListener {

        private final String statements;
        private boolean done;

        Once(String statements) {
            this.statements = statements;
        }

        @Override
        public void progress(Progress progress) {
            if (!done && progress.table().name().equals("first")) {
                done = true;
                lab.sql(statements.split("; "));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ALTER TABLE other ADD COLUMN made uuid DEFAULT gen_random_uuid()",
                "ALTER TABLE parted ADD COLUMN made uuid DEFAULT gen_random_uuid()",
                "ALTER TABLE parted_high SET UNLOGGED",
                "ALTER TABLE other RENAME TO gone; CREATE TABLE other (LIKE gone INCLUDING ALL); INSERT INTO other TABLE gone",
                "ALTER TABLE parted DETACH PARTITION parted_high; "
                        + "CREATE TABLE parted_new PARTITION OF parted FOR VALUES FROM (20) TO (1000); "
                        + "INSERT INTO parted TABLE parted_high"
            })
    void take_ofATableThatIsRewrittenMeanwhile_countsIt(String rewrite) {
        Once once = new Once(rewrite);

        CensusReport report = census(once);

        assertThat(once.done).isTrue();
        assertThat(report.columns()).extracting(ColumnCount::total).containsOnly((long) ROWS);
    }

    @Test
    void take_ofATableThatIsRewrittenAgainAndAgain_isRefusedAndNamesIt() {
        ProgressListener again = progress -> {
            if (progress.table().name().equals("first")) {
                lab.sql("ALTER TABLE other ALTER COLUMN id TYPE int", "ALTER TABLE other ALTER COLUMN id TYPE bigint");
                large("other");
            }
        };

        assertThatThrownBy(() -> census(again))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("public.other was rewritten again and again");
    }

    /** A table that is counted at once, in the one statement that waits for the lock of the one who rewrites it. */
    @Test
    void take_whileASmallTableIsBeingRewritten_countsIt() throws Exception {
        lab.sql("UPDATE pg_class SET reltuples = 40 WHERE relname IN ('first', 'other', 'parted_low')");
        try (Connection rewriting = lab.database.getConnection();
                Statement statement = rewriting.createStatement()) {
            rewriting.setAutoCommit(false);
            statement.execute("ALTER TABLE other ADD COLUMN made uuid DEFAULT gen_random_uuid()");
            CompletableFuture<CensusReport> report =
                    CompletableFuture.supplyAsync(() -> census(ProgressListener.none()));
            long deadline = System.nanoTime() + Duration.ofMinutes(5).toNanos();
            while (lab.number("SELECT count(*) FROM pg_locks WHERE relation = 'other'::regclass AND NOT granted") == 0
                    && System.nanoTime() < deadline) {
                TimeUnit.MILLISECONDS.sleep(1);
            }
            rewriting.commit();

            assertThat(counted(report.get(5, TimeUnit.MINUTES), "other")).isEqualTo(ROWS);
        }
    }
}
