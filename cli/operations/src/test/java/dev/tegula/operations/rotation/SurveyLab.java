package dev.tegula.operations.rotation;

import static dev.tegula.operations.live.LiveLab.column;
import static dev.tegula.operations.live.LiveLab.scope;

import com.zaxxer.hikari.HikariDataSource;
import dev.tegula.Context;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.jdbc.TableName;
import dev.tegula.operations.live.LiveLab;
import dev.tegula.operations.reencrypt.Progress;
import dev.tegula.operations.reencrypt.RunControl;
import dev.tegula.operations.reencrypt.SweepSettings;
import dev.tegula.operations.rotation.CensusReport.ColumnCount;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** A table with more rows than are counted at once, for looks and counts. */
abstract class SurveyLab {

    static final Scope FIELD = scope("big.value");
    static final TableName BIG = new TableName("public", "big");
    /** More than are counted at once; two thirds have a value, one in a hundred of those is no envelope. */
    static final int ROWS = 240_000;

    private static LiveLab made;
    static KeyId old;
    static KeyId fresh;

    LiveLab lab;
    final List<Progress> told = new ArrayList<>();

    /** Once for all classes, because so many rows take longer than most of what is done with them. */
    @BeforeAll
    static void make() {
        if (made != null) {
            return;
        }
        made = LiveLab.start();
        byte[] envelope = made.field("big.value").encrypt("a genuine value", Context.noTenant());
        old = made.activeKey(FIELD);
        fresh = made.nextKey(FIELD).keyId();
        byte[] later = made.field("big.value").encrypt("a later value", Context.noTenant());
        made.sql(
                "CREATE TABLE big (id bigint PRIMARY KEY, value bytea, other bytea, wide text) WITH (autovacuum_enabled = off)",
                "INSERT INTO big SELECT g, CASE WHEN g % 3 = 0 THEN NULL WHEN g % 100 = 1 THEN '\\xff'::bytea"
                        + " WHEN g % 5 = 0 THEN " + literal(later) + " ELSE " + literal(envelope)
                        + " END, NULL, repeat('w', 150) FROM generate_series(1, "
                        + ROWS + ") g",
                "ANALYZE big");
        made.close();
    }

    @BeforeEach
    void start() {
        lab = made.copy();
        publish(bigColumns());
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    private static String literal(byte[] bytes) {
        return "'\\x" + HexFormat.of().formatHex(bytes) + "'::bytea";
    }

    static List<EncryptedColumn> bigColumns() {
        return List.of(column("big.value", "big", "value", "id"), column("big.value", "big", "other", "id"));
    }

    final void publish(List<EncryptedColumn> columns) {
        lab.tegula.catalogue().orElseThrow().publish(columns);
    }

    final Survey survey() {
        return survey(lab.database);
    }

    final Survey survey(HikariDataSource database) {
        return new Survey(lab.tegula, database, SweepSettings.standard());
    }

    final CensusReport counted() {
        return survey().count(c -> true, new RunControl(), told::add).report().orElseThrow();
    }

    static ColumnCount of(CensusReport report, String column) {
        return report.columns().stream()
                .filter(c -> c.column().column().equals(column))
                .findFirst()
                .orElseThrow();
    }
}
