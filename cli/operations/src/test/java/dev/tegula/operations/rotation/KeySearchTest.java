package dev.tegula.operations.rotation;

import static dev.tegula.operations.live.LiveLab.patientColumns;
import static dev.tegula.operations.live.LiveLab.scope;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.envelope.EnvelopeHead;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.Timeouts;
import dev.tegula.jdbc.Transactions;
import dev.tegula.operations.live.LiveLab;
import dev.tegula.operations.reencrypt.RunControl;
import dev.tegula.registry.KeyInUseException;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import dev.tegula.registry.KeyUses.Uses;
import dev.tegula.registry.Retention;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Before a key is destroyed everything that stores rows is searched, whatever the catalogue says. */
@Tag("long")
final class KeySearchTest {

    private static final Scope SSN = scope("patient.ssn");
    private static final Retention NO_COPIES =
            new Retention(Optional.of(Duration.ZERO), Optional.of(Duration.ZERO), Duration.ZERO);
    private static final SearchSettings SOON =
            new SearchSettings(Set.of(), 0, Duration.ZERO, SearchJournal.none(), SearchListener.quiet());
    /** Where nothing is to be found: the engine's own background work may have a transaction open at that moment. */
    private static final SearchSettings PATIENT =
            new SearchSettings(Set.of(), 0, Duration.ofMinutes(1), SearchJournal.none(), SearchListener.quiet());

    private LiveLab lab;
    private KeyId old;
    private byte[] value;

    @BeforeEach
    void start() throws Exception {
        lab = LiveLab.start(LiveLab.shortLease());
        lab.patients(20);
        lab.tegula.catalogue().orElseThrow().publish(patientColumns());
        old = lab.activeKey(SSN);
        value = lab.bytes("SELECT ssn FROM patient WHERE id = 7");
        rotate();
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    private void rotate() {
        Rotation rotation = new Rotation(
                lab.tegula,
                lab.database,
                rows -> {},
                RotationSettings.standard().withWriteLimit(Duration.ofSeconds(2)));
        assertThat(rotation.run(RotationRequest.of("patient.ssn"), RotationListener.quiet(), new RunControl())
                        .outcome())
                .isEqualTo(RotationOutcome.DONE);
    }

    private Census census(SearchSettings settings) {
        return new Census(lab.tegula, lab.database, Duration.ofSeconds(2), settings);
    }

    private KeyRow row() {
        return lab.tegula.registry().find(old).orElseThrow();
    }

    private Uses uses() {
        return census(SOON).of(row());
    }

    private String hex() {
        return java.util.HexFormat.of().formatHex(value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE TABLE copies AS SELECT jsonb_build_object('phones', jsonb_build_array('tg1.%t')) AS doc",
                "CREATE TABLE copies AS SELECT CAST('{\"v\": [{\"w\": \"tg1.%t\"}]}' AS json) AS doc",
                "CREATE TABLE copies AS SELECT 'see tg1.%t, please' AS t",
                "CREATE TABLE copies AS SELECT 'tg1.%r' AS t",
                "CREATE TABLE copies AS SELECT encode(CAST('\\x%s' AS bytea), 'base64') AS t",
                "CREATE TABLE copies AS SELECT jsonb_build_object('v', '%b') AS doc",
                "CREATE TABLE copies AS SELECT ARRAY['', 'tg1.%t'] AS t",
                "CREATE TABLE copies AS SELECT convert_to('{\"v\": \"tg1.%t\"}', 'UTF8') AS b",
                "SELECT lo_from_bytea(0, convert_to('{\"v\": \"tg1.%t\"}', 'UTF8'))",
                "SELECT lo_from_bytea(0, convert_to('%b', 'UTF8'))",
                "CREATE TABLE copies AS SELECT CAST('\\x%s' AS bytea) AS b",
                "CREATE DOMAIN sealed AS bytea; CREATE TABLE copies (b sealed); INSERT INTO copies VALUES ('\\x%s')",
                "CREATE TABLE copies (b bytea[]); INSERT INTO copies VALUES (ARRAY[CAST('\\x00' AS bytea), '\\x%s'])",
                "CREATE TYPE pair AS (n int, b bytea); CREATE TABLE copies (p pair); INSERT INTO copies VALUES (ROW(1, '\\x%s'))",
                "CREATE TABLE copies AS SELECT jsonb_build_object('v', upper('%s')) AS doc",
                "CREATE TABLE copies AS SELECT upper('%s') AS t",
                "CREATE TABLE copies AS SELECT convert_to('%s', 'UTF8') AS b",
                "CREATE TABLE copies AS SELECT convert_to(upper('%s'), 'UTF8') AS b",
                "CREATE TABLE copies (n int, b bytea) PARTITION BY LIST (n);"
                        + " CREATE TABLE leaf PARTITION OF copies FOR VALUES IN (1); INSERT INTO copies VALUES (1, '\\x%s')",
                "CREATE MATERIALIZED VIEW copies AS SELECT CAST('\\x%s' AS bytea) AS b",
                "CREATE SCHEMA other; CREATE TABLE other.tegula_key AS SELECT CAST('\\x%s' AS bytea) AS b",
                "ALTER TABLE patient ADD spare bytea; UPDATE patient SET spare = '\\x%s' WHERE id = 3",
                "SELECT lo_from_bytea(0, CAST('\\x%s' AS bytea))",
                "SELECT lo_from_bytea(0, CAST(repeat('a', 1048560) AS bytea) || CAST('\\x%s' AS bytea))",
            })
    void destroy_withACopyOfAnyShape_isRefused(String copy) {
        byte[] ofRowMode = value.clone();
        ofRowMode[EnvelopeHead.MODE_OFFSET] = 1;
        lab.sql(copy.replace("%s", hex())
                .replace("%t", Base64.getUrlEncoder().withoutPadding().encodeToString(value))
                .replace("%r", Base64.getUrlEncoder().withoutPadding().encodeToString(ofRowMode))
                .replace("%b", Base64.getEncoder().encodeToString(value))
                .split("; "));

        assertThatThrownBy(() -> lab.tegula.lifecycle(census(SOON)).destroy(old, NO_COPIES))
                .isInstanceOfSatisfying(
                        KeyInUseException.class,
                        e -> assertThat(e.uses().total()).isEqualTo(1))
                .hasMessageContaining("1 values need it");
        assertThat(row().state()).isEqualTo(KeyState.RETIRED);
    }

    @Test
    void destroy_whereTheCatalogueWasPointedElsewhere_isRefused() throws Exception {
        lab.sql("CREATE TABLE visit (id int PRIMARY KEY, note bytea)");
        lab.update("INSERT INTO visit VALUES (1, ?)", (Object) value);
        lab.tegula.catalogue().orElseThrow().publish(List.of(LiveLab.column("patient.note", "visit", "note", "id")));

        assertThat(uses().values()).containsEntry("public.visit.note (a column of patient.note)", 1L);
    }

    @Test
    void destroy_ofAKeyThatNothingHolds_isDoneAndSaysWhatWasNotSearched() {
        lab.sql("CREATE MATERIALIZED VIEW empty AS SELECT * FROM patient WITH NO DATA");

        Uses uses = census(PATIENT).of(row());

        assertThat(uses).matches(Uses::none);
        assertThat(uses.remarks()).anyMatch(r -> r.contains("compressed"));
        lab.tegula.lifecycle(census(PATIENT)).destroy(old, NO_COPIES);
        assertThat(row().state()).isEqualTo(KeyState.DESTROYED);
    }

    @Test
    void of_withAnExcludedTable_doesNotSearchItAndSaysSo() throws Exception {
        lab.sql("CREATE TABLE copies (b bytea)");
        lab.update("INSERT INTO copies VALUES (?)", (Object) value);
        SearchSettings excluded = new SearchSettings(
                Set.of("public.copies"), 0, PATIENT.patience(), SearchJournal.none(), SearchListener.quiet());

        Uses uses = census(excluded).of(row());

        assertThat(uses).matches(Uses::none);
        assertThat(uses.remarks()).anyMatch(r -> r.contains("public.copies was not searched"));
    }

    @Test
    void of_withAPreparedTransaction_namesItAndRefuses() throws Exception {
        try (Connection application = lab.database.getConnection();
                Statement statement = application.createStatement()) {
            application.setAutoCommit(false);
            statement.execute("CREATE TABLE copies AS SELECT 1 AS n");
            statement.execute("PREPARE TRANSACTION 'late copy'");
            application.setAutoCommit(true);
            assertThat(uses().obstacles())
                    .singleElement()
                    .asString()
                    .contains("'late copy'")
                    .contains("ROLLBACK PREPARED 'late copy'");
            statement.execute("ROLLBACK PREPARED 'late copy'");
        }
        assertThat(census(PATIENT).of(row())).matches(Uses::none);
    }

    @Test
    void of_withATransactionThatIsOpenSinceBefore_namesItAndRefuses() throws Exception {
        lab.sql("CREATE TABLE copies (b bytea)");
        try (Connection application = lab.database.getConnection();
                Statement statement = application.createStatement()) {
            application.setAutoCommit(false);
            statement.execute("SET LOCAL application_name = 'night-job'");
            statement.execute("INSERT INTO copies VALUES ('\\x" + hex() + "')");

            assertThat(uses().obstacles())
                    .singleElement()
                    .asString()
                    .contains("pg_terminate_backend")
                    .contains("application 'night-job'");
            application.rollback();
        }
        assertThat(census(PATIENT).of(row())).matches(Uses::none);
    }

    @Test
    void of_withATemporaryTableOfAnotherSession_namesItAndRefuses() throws Exception {
        try (Connection application = lab.database.getConnection();
                Statement statement = application.createStatement()) {
            statement.execute("CREATE TEMPORARY TABLE draft (b bytea)");

            assertThat(uses().obstacles()).singleElement().asString().contains(".draft could not be searched");
            statement.execute("DROP TABLE draft");
        }
    }

    @Test
    void of_withAForeignTableThatDoesNotAnswer_namesItAndRefuses() {
        lab.sql(
                "CREATE EXTENSION file_fdw",
                "CREATE SERVER files FOREIGN DATA WRAPPER file_fdw",
                "CREATE FOREIGN TABLE elsewhere (t text) SERVER files OPTIONS (filename '/nowhere/at/all')");

        assertThat(uses().obstacles())
                .singleElement()
                .asString()
                .contains("public.elsewhere could not be searched")
                .contains("tegula.destroy.exclude");
    }

    @Test
    void of_asARoleThatMayNotReadATable_namesItAndRefuses() {
        lab.sql(
                "CREATE TABLE secret (b bytea)",
                "DROP ROLE IF EXISTS searcher",
                "CREATE ROLE searcher LOGIN",
                "GRANT pg_read_all_data TO searcher",
                "CREATE TABLE policed (b bytea)",
                "ALTER TABLE policed ENABLE ROW LEVEL SECURITY",
                "CREATE POLICY part ON policed USING (b IS NULL)");
        try (var searcher = lab.as("searcher")) {
            Uses uses = new Census(lab.tegula, searcher, Duration.ofSeconds(2), SOON).of(row());

            assertThat(uses.obstacles())
                    .singleElement()
                    .asString()
                    .contains("public.policed could not be searched")
                    .contains("BYPASSRLS");
        }
    }

    @Test
    void of_withARowThatMovedBehindTheSearch_findsIt() throws Exception {
        lab.sql(
                "CREATE TABLE wide (id int, pad text, b bytea)",
                "ALTER TABLE wide ALTER pad SET STORAGE PLAIN",
                "INSERT INTO wide SELECT g, repeat('x', 3000), NULL FROM generate_series(1, 1500) g",
                "DELETE FROM wide WHERE id BETWEEN 1 AND 20",
                "VACUUM wide");
        lab.sql("UPDATE wide SET b = '\\x" + hex() + "' WHERE id = 1500");
        List<String> heard = new ArrayList<>();
        SearchListener mover = (relation, done, total) -> {
            if (relation.equals("public.wide") && heard.isEmpty() && done < total) {
                heard.add(relation);
                lab.sql(
                        "WITH gone AS (DELETE FROM wide WHERE id = 1500 RETURNING *) INSERT INTO wide SELECT * FROM gone");
            }
        };
        lab.sql("VACUUM wide");

        Uses uses = census(new SearchSettings(Set.of(), 0, Duration.ofSeconds(10), SearchJournal.none(), mover))
                .of(row());

        assertThat(heard).isNotEmpty();
        assertThat(uses.values()).containsEntry("public.wide (rows that hold its key id)", 1L);
    }

    /** In the snapshot that ends the search it would read as if it were empty. */
    @Test
    void newer_ofATableThatIsRewrittenInTheSnapshot_saysThatItChanged() throws Exception {
        lab.sql("CREATE TABLE copied (id int, b bytea)");
        Transactions transactions = new Transactions(lab.database);
        RelationSearch search = new RelationSearch(transactions, old, PATIENT, transactions.dialect());
        List<String> obstacles = new ArrayList<>();
        long since = lab.number("SELECT txid_snapshot_xmin(txid_current_snapshot())");
        search.search(
                transactions.readCommitted(KeySearchTest::copied),
                new SearchMark(since, new TreeMap<>()),
                new TreeMap<>(),
                obstacles);
        lab.update("INSERT INTO copied VALUES (1, ?)", (Object) value);

        boolean same = transactions.snapshot(Timeouts.SCAN, session -> {
            Relation relation = copied(session);
            lab.sql("ALTER TABLE copied ADD COLUMN made uuid DEFAULT gen_random_uuid()");
            return search.newer(session, relation, since, new TreeMap<>(), obstacles);
        });

        assertThat(same).isFalse();
        assertThat(obstacles).isEmpty();
    }

    private static Relation copied(Session session) throws SQLException {
        return Relation.all(session).stream()
                .filter(relation -> relation.name().equals("copied"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void of_afterASearchThatWasCutOff_goesOnWhereItWas() {
        lab.sql(
                "CREATE TABLE wide (id int, pad text)",
                "INSERT INTO wide SELECT g, repeat('x', 3000) FROM generate_series(1, 1500) g");
        Map<KeyId, SearchMark> kept = new HashMap<>();
        SearchJournal journal = journal(kept);
        SearchListener cut = (relation, done, total) -> {
            if (relation.equals("public.wide")) {
                throw new IllegalStateException("cut off");
            }
        };
        assertThatThrownBy(() -> census(new SearchSettings(Set.of(), 0, Duration.ofSeconds(10), journal, cut))
                        .of(row()))
                .hasMessage("cut off");
        assertThat(kept.get(old).done()).isNotEmpty();
        List<String> again = new ArrayList<>();

        Uses uses = census(new SearchSettings(
                        Set.of(), 0, Duration.ofSeconds(10), journal, (relation, done, total) -> again.add(relation)))
                .of(row());

        assertThat(uses).matches(Uses::none);
        assertThat(again).doesNotContain("public.patient").contains("public.wide");
        assertThat(kept).isEmpty();
    }

    private static SearchJournal journal(Map<KeyId, SearchMark> kept) {
        return new SearchJournal() {
            @Override
            public Optional<SearchMark> read(KeyId key) {
                return Optional.ofNullable(kept.get(key));
            }

            @Override
            public void write(KeyId key, SearchMark mark) {
                kept.put(key, mark);
            }

            @Override
            public void forget(KeyId key) {
                kept.remove(key);
            }
        };
    }
}
