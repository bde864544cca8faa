package dev.tegula.operations.scan;

import static dev.tegula.operations.live.LiveLab.patientColumns;
import static dev.tegula.operations.live.LiveLab.scope;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import com.zaxxer.hikari.HikariDataSource;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.KeyId;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.jdbc.Transactions;
import dev.tegula.operations.live.LiveLab;
import dev.tegula.operations.reencrypt.RunControl;
import dev.tegula.operations.scan.ScanFinding.Kind;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A scan of a whole database, declared or not. */
final class ScanTest {

    private LiveLab lab;
    private Set<KeyId> known;

    @BeforeEach
    void start() throws Exception {
        lab = LiveLab.start(LiveLab.shortLease());
        lab.patients(90);
        known = Set.of(lab.activeKey(scope("patient.ssn")), lab.activeKey(scope("patient.note")));
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    private List<ScanFinding> scan(ScanSettings settings, EncryptedColumn... declared) {
        return scan(lab.database, settings, declared).findings();
    }

    private ScanReport scan(DataSource source, ScanSettings settings, EncryptedColumn... declared) {
        return new Scan(new Transactions(source), List.of(declared), known)
                .run(settings, new RunControl(), (table, done, total) -> {});
    }

    private List<ScanFinding> scanDeclared(ScanSettings settings) {
        return scan(settings, patientColumns().toArray(EncryptedColumn[]::new));
    }

    private static ScanFinding personal(String place, String what, long hits, long values) {
        return new ScanFinding(place, Kind.PERSONAL_DATA, what, hits, values);
    }

    @Test
    void run_ofADeclaredTable_findsNothing() {
        assertThat(scanDeclared(ScanSettings.standard())).isEmpty();
        assertThat(scanDeclared(new ScanSettings(10, true, List.of()))).isEmpty();
    }

    @Test
    void run_withoutACatalogue_findsEnvelopesInEverySchemaAlsoInATextColumn() {
        lab.sql(
                "CREATE SCHEMA archive",
                "CREATE TABLE archive.old AS SELECT id, ssn AS blob FROM patient WHERE id < 7",
                "CREATE TABLE cast_to_text AS SELECT ssn::text AS t FROM patient WHERE id < 3");

        List<ScanFinding> found = scanDeclared(ScanSettings.standard());

        assertThat(found)
                .containsExactly(
                        new ScanFinding("archive.old.blob", Kind.UNDECLARED_ENVELOPES, "", 7, 7),
                        new ScanFinding("public.cast_to_text.t", Kind.UNDECLARED_ENVELOPES, "", 3, 3));
        assertThat(scan(ScanSettings.standard()))
                .extracting(ScanFinding::place)
                .contains("public.patient.ssn", "public.patient.note");
    }

    /** What a child has from its parent is found there, with the rows of both; a partition has nothing of its own. */
    @Test
    void run_ofChildrenAndPartitions_findsWhatAChildAloneHas() {
        lab.sql(
                "CREATE TABLE parent (id int, email text)",
                "CREATE TABLE child (telephone text, copied bytea) INHERITS (parent)",
                "INSERT INTO child SELECT id, 'who-' || id || '@example.org', '+49 30 1234567' || id, ssn FROM patient"
                        + " WHERE id < 5",
                "CREATE TABLE parted (id int, blob bytea) PARTITION BY RANGE (id)",
                "CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (100)",
                "INSERT INTO parted SELECT id, ssn FROM patient WHERE id < 5");

        assertThat(scan(new ScanSettings(1000, true, List.of("*.parent", "*.child", "*.parted*"))))
                .extracting(ScanFinding::place, ScanFinding::kind)
                .containsExactlyInAnyOrder(
                        tuple("public.child.copied", Kind.UNDECLARED_ENVELOPES),
                        tuple("public.child.telephone", Kind.PERSONAL_DATA),
                        tuple("public.parent.email", Kind.PERSONAL_DATA),
                        tuple("public.parted.blob", Kind.UNDECLARED_ENVELOPES));
    }

    /** In documents and texts; of a key that is not here, too; a text that is too short for an envelope is none. */
    @Test
    void run_withTheTextFormOfEnvelopes_findsThem() {
        String text = "'tg1.' || rtrim(translate(replace(encode(ssn, 'base64'), E'\\n', ''), '+/', '-_'), '=')";
        lab.sql(
                "CREATE TABLE doc AS SELECT id, jsonb_build_object('contacts', jsonb_build_array(jsonb_build_object('phone', "
                        + text + "), " + text + ")) AS j, CAST(json_build_object('phone', " + text
                        + ") AS json) AS k, " + text + " AS t, 'log: ' || " + text + " || ', and more' AS l, ARRAY["
                        + text
                        + "] AS a, left(" + text + ", 100) AS cut FROM patient WHERE id < 5",
                "UPDATE doc SET t = (SELECT " + text.replace("ssn", "overlay(ssn placing sha256('x') from 3 for 32)")
                        + " FROM patient WHERE id = 1) WHERE id = 3");

        assertThat(scan(new ScanSettings(1000, false, List.of("*.doc"))))
                .containsExactly(
                        new ScanFinding("public.doc.a", Kind.UNDECLARED_ENVELOPES, "", 5, 5),
                        new ScanFinding("public.doc.j", Kind.UNDECLARED_ENVELOPES, "", 5, 5),
                        new ScanFinding("public.doc.k", Kind.UNDECLARED_ENVELOPES, "", 5, 5),
                        new ScanFinding("public.doc.l", Kind.UNDECLARED_ENVELOPES, "", 5, 5),
                        new ScanFinding("public.doc.t", Kind.UNDECLARED_ENVELOPES, "", 4, 5),
                        new ScanFinding("public.doc.t", Kind.UNKNOWN_KEYS, "", 1, 5));
    }

    @Test
    void run_ofADeclaredColumnWithOtherValues_countsThem() {
        lab.sql(
                "UPDATE patient SET note = convert_to('in the clear', 'UTF8') WHERE id = 1",
                "UPDATE patient SET note = overlay(note placing sha256('x') from 3 for 32) WHERE id IN (4, 5)");

        assertThat(scanDeclared(ScanSettings.standard()))
                .extracting(ScanFinding::place, ScanFinding::kind, ScanFinding::hits)
                .containsExactly(
                        tuple("public.patient.note", Kind.UNKNOWN_KEYS, 2L),
                        tuple("public.patient.note", Kind.NOT_ENCRYPTED, 1L));
    }

    /** A sample may miss one value of many; the server counts them all. */
    @Test
    void run_exact_findsOneEnvelopeAmongManyOtherBytes() {
        lab.sql(
                "CREATE TABLE file (id int, content bytea)",
                "INSERT INTO file SELECT i, sha256(i::text::bytea) FROM generate_series(1, 5000) AS i",
                "INSERT INTO file SELECT 6000, ssn FROM patient WHERE id = 1");

        assertThat(scanDeclared(new ScanSettings(10, false, List.of("public.file"))))
                .isEmpty();
        assertThat(scanDeclared(new ScanSettings(10, true, List.of("public.file"))))
                .containsExactly(new ScanFinding("public.file.content", Kind.UNDECLARED_ENVELOPES, "", 1, 5001));
    }

    @Test
    void run_ofPlaintext_tellsWhatNamesAndValuesGiveAway() {
        lab.sql(
                "CREATE TABLE person (id int, email text, contact varchar(60), dob date, notes text, tags text[], data jsonb,"
                        + " raw bytea, ssn bigint, email_verified boolean, phone_type text)",
                "INSERT INTO person SELECT i, 'p' || i || '@example.com', CASE WHEN i <= 20 THEN '+41 44 668 18 ' || (10 + i)"
                        + " ELSE 'at the desk' END, '1990-01-01', 'nothing here', ARRAY['a', 'b' || i || '@example.com'],"
                        + " jsonb_build_object('iban', 'DE89370400440532013000', 'nested', jsonb_build_object('mail', 'q' || i ||"
                        + " '@example.com', 'n', 4111111111111111)), convert_to('x' || i || '@example.com', 'UTF8'), 123456789,"
                        + " true, 'home' FROM generate_series(1, 100) AS i",
                "UPDATE person SET notes = E'-----BEGIN PRIVATE KEY-----\\nMIIE' WHERE id = 77");

        assertThat(scan(new ScanSettings(1000, false, List.of("*.person"))))
                .containsExactlyInAnyOrder(
                        personal("public.person.email", "e-mail address", 100, 100),
                        personal("public.person.contact", "telephone number", 20, 100),
                        personal("public.person.dob", "date of birth", 0, 0),
                        personal("public.person.notes", "private key", 1, 100),
                        personal("public.person.tags", "e-mail address", 100, 200),
                        personal("public.person.data -> iban", "IBAN", 100, 100),
                        personal("public.person.data -> mail", "e-mail address", 100, 100),
                        personal("public.person.data -> n", "card number", 100, 100),
                        personal("public.person.raw", "e-mail address", 100, 100),
                        personal("public.person.ssn", "national identity number", 0, 100));
    }

    /** Names of members can be personal themselves: they are counted, and not told. */
    @Test
    void run_ofJsonWhoseMembersAreNamedByPeople_tellsNoName() {
        lab.sql(
                "CREATE TABLE settings (data json)",
                "INSERT INTO settings VALUES ('{\"ada@example.com\": \"x\", \"Ada Lovelace\": \"ada@example.com\"}')");

        assertThat(scan(new ScanSettings(10, false, List.of("*.settings"))))
                .containsExactly(
                        personal("public.settings.data", "e-mail address", 1, 1),
                        personal("public.settings.data -> (other members)", "e-mail address", 1, 2));
    }

    @Test
    void run_ofATableThatIsNotThere_isRefused() {
        assertThatThrownBy(() -> scan(new ScanSettings(10, false, List.of("public.patient", "pubic.*"))))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("`pubic.*`");
    }

    /** What a pipeline scans after its migrations: a schema without a row. */
    @Test
    void run_ofEmptyTables_tellsByTheirNames() {
        lab.sql("CREATE TABLE visitor (id int, \"lastName\" text, ssn bytea)");

        assertThat(scan(new ScanSettings(1000, false, List.of("*.visitor"))))
                .containsExactly(personal("public.visitor.lastName", "name of a person", 0, 0));
    }

    @Test
    void run_ofALargeTable_drawsItsRowsFromAllOfIt() {
        lab.sql(
                "CREATE TABLE big (id int, t text)",
                "INSERT INTO big SELECT i, CASE WHEN i <= 20000 THEN 'plain' ELSE i || '@example.com' END"
                        + " FROM generate_series(1, 40000) AS i",
                "ANALYZE big");

        ScanFinding found =
                scan(new ScanSettings(2000, false, List.of("*.big"))).get(0);

        assertThat(found.values()).isBetween(100L, 4000L);
        assertThat(found.hits()).as("the first half has none").isPositive();
    }

    @Test
    void run_ofPartitionsViewsAndRegistry_looksOnceAtEachValue() {
        lab.sql(
                "CREATE TABLE event (id int, ssn bytea) PARTITION BY RANGE (id)",
                "CREATE TABLE event_1 PARTITION OF event FOR VALUES FROM (0) TO (1000)",
                "INSERT INTO event SELECT id, ssn FROM patient WHERE id < 5",
                "CREATE VIEW everything AS SELECT ssn AS v FROM patient",
                "CREATE MATERIALIZED VIEW kept AS SELECT ssn AS m FROM patient WHERE id < 4");

        assertThat(scanDeclared(ScanSettings.standard()))
                .containsExactly(
                        new ScanFinding("public.event.ssn", Kind.UNDECLARED_ENVELOPES, "", 5, 5),
                        new ScanFinding("public.kept.m", Kind.UNDECLARED_ENVELOPES, "", 4, 4));
    }

    @Test
    void run_byALoginWithoutRights_saysWhatItCouldNotRead() {
        String role = "scanner" + System.nanoTime();
        lab.sql(
                "CREATE TABLE secretive (id int, email text)",
                "CREATE TABLE half (id int, email text, note text)",
                "CREATE TABLE mine (id int, email text)",
                "ALTER TABLE mine ENABLE ROW LEVEL SECURITY",
                "CREATE POLICY none ON mine USING (false)",
                "CREATE ROLE " + role + " LOGIN",
                "GRANT SELECT ON mine TO " + role,
                "GRANT SELECT (id, note) ON half TO " + role);

        ScanReport report;
        try (HikariDataSource scanner = lab.as(role)) {
            report = scan(scanner, new ScanSettings(100, true, List.of("*.secretive", "*.half", "*.mine")));
        }

        assertThat(report.findings())
                .filteredOn(finding -> finding.kind() == Kind.UNREADABLE)
                .extracting(ScanFinding::place, ScanFinding::what)
                .containsExactly(
                        tuple("public.half", "no right to read email"),
                        tuple("public.mine", "no right to read it, or row-level security hides rows"),
                        tuple("public.secretive", "no right to read id, email"));
        assertThat(report.findings())
                .filteredOn(finding -> finding.kind() == Kind.PERSONAL_DATA)
                .extracting(ScanFinding::place)
                .containsExactly("public.half.email", "public.mine.email", "public.secretive.email");
    }

    /** What fails while it is read, and what is locked, is told, and the rest is read. */
    @Test
    void run_ofATableThatIsHeld_saysSoAndGoesOn() throws Exception {
        lab.sql("CREATE TABLE held (id int, email text)", "CREATE TABLE later (id int, email text)");
        try (Connection other = lab.database.getConnection();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("LOCK TABLE held IN ACCESS EXCLUSIVE MODE");

            assertThat(scan(new ScanSettings(100, false, List.of("*.held", "*.later"))))
                    .containsExactly(
                            new ScanFinding("public.held", Kind.UNREADABLE, "a transaction holds it", 0, 0),
                            personal("public.held.email", "e-mail address", 0, 0),
                            personal("public.later.email", "e-mail address", 0, 0));
            other.rollback();
        }
    }

    @Test
    void run_toldToStop_endsBetweenTwoTables() {
        lab.sql("CREATE TABLE another (t text)");
        RunControl control = new RunControl();
        List<String> read = new ArrayList<>();

        ScanReport report = new Scan(new Transactions(lab.database), List.of(), known)
                .run(ScanSettings.standard(), control, (table, done, total) -> {
                    read.add(table);
                    control.stop();
                });

        assertThat(read).hasSize(1);
        assertThat(report.tables()).isEqualTo(1);
        assertThat(report.complete()).isFalse();
    }
}
