package dev.tegula.hibernate;

import static dev.tegula.hibernate.DocumentMappings.sheet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.tegula.Tegula;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.KeyId;
import dev.tegula.hibernate.DocumentMappings.Contact;
import dev.tegula.hibernate.DocumentMappings.Patient;
import dev.tegula.hibernate.DocumentMappings.Sheet;
import dev.tegula.hibernate.engine.Engine;
import dev.tegula.jdbc.CatalogueStore;
import dev.tegula.jdbc.JdbcKeyRegistry;
import dev.tegula.jdbc.Transactions;
import dev.tegula.keyring.KeyringSettings;
import dev.tegula.operations.reencrypt.RunControl;
import dev.tegula.operations.rotation.Census;
import dev.tegula.operations.rotation.CensusReport.ColumnCount;
import dev.tegula.operations.rotation.Rotation;
import dev.tegula.operations.rotation.RotationListener;
import dev.tegula.operations.rotation.RotationOutcome;
import dev.tegula.operations.rotation.RotationRequest;
import dev.tegula.operations.rotation.RotationSettings;
import dev.tegula.operations.scan.Scan;
import dev.tegula.operations.scan.ScanFinding;
import dev.tegula.operations.scan.ScanFinding.Kind;
import dev.tegula.operations.scan.ScanSettings;
import dev.tegula.operations.schema.Schema;
import dev.tegula.registry.KeyState;
import dev.tegula.test.MemoryKms;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Collectors;
import org.hibernate.SessionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The values of a path are a column to all that counts, moves, fences and scans. */
final class DocumentSweepTest {

    private final Postgres database = Postgres.fresh();
    private Tegula tegula;
    private SessionFactory sessions;

    @BeforeEach
    void open() {
        Transactions transactions = new Transactions(database.dataSource());
        Schema.apply(transactions);
        tegula = Tegula.builder("tests")
                .kek("main", MemoryKms.create(), "primary")
                .registry(new JdbcKeyRegistry(transactions))
                .catalogue(seal -> new CatalogueStore(transactions, seal))
                .settings(KeyringSettings.defaults().withWriteLease(Duration.ofMillis(500)))
                .development()
                .build();
        sessions = Fixture.sessions(database, Map.of(Engine.PROPERTY, tegula), Patient.class);
    }

    @AfterEach
    void close() {
        sessions.close();
        tegula.close();
    }

    private static Sheet of(int n) {
        return sheet(
                "Zurich",
                "H-" + n,
                new Contact("Ben", "+41 44 668 18 " + n),
                new Contact("Cleo", "+41 44 668 19 " + n));
    }

    private Map<String, SortedMap<KeyId, Long>> counted() {
        return new Census(tegula, database.dataSource(), Duration.ofSeconds(2))
                .take(column -> true).columns().stream()
                        .collect(Collectors.toMap(count -> count.column().column(), ColumnCount::values));
    }

    @Test
    void rotation_countsMovesAndFencesThePathLikeAColumn() {
        sessions.inTransaction(session -> {
            for (int n = 10; n < 60; n++) {
                session.persist(new Patient(n, of(n)));
            }
        });
        List<EncryptedColumn> columns = tegula.catalogue().orElseThrow().columns();
        assertThat(columns)
                .extracting(column -> column.field() + " " + column.label())
                .containsExactlyInAnyOrder(
                        "patient.sheet.number public.patient.sheet_number",
                        "patient.sheet.phone public.patient.sheet_phone");
        Object documents = database.value("select sum(hashtext(sheet::text)) from patient");
        KeyId old = counted().get("sheet_phone").keySet().iterator().next();
        assertThat(counted().get("sheet_phone")).containsExactly(Map.entry(old, 50L));

        Rotation rotation = new Rotation(
                tegula,
                database.dataSource(),
                rows -> {},
                RotationSettings.standard().withWriteLimit(Duration.ofSeconds(2)));
        assertThat(rotation.run(RotationRequest.of("patient.sheet.phone"), RotationListener.quiet(), new RunControl())
                        .outcome())
                .isEqualTo(RotationOutcome.DONE);

        assertThat(counted().get("sheet_phone")).doesNotContainKey(old).containsValue(50L);
        assertThat(counted().get("sheet_number")).containsValue(50L);
        assertThat(tegula.registry().find(old).orElseThrow().state()).isEqualTo(KeyState.RETIRED);
        assertThat(database.value("select sum(hashtext(sheet::text)) from patient"))
                .isEqualTo(documents);
        sessions.inTransaction(session -> {
            for (int n = 10; n < 60; n++) {
                assertThat(session.find(Patient.class, (long) n).sheet).isEqualTo(of(n));
            }
        });
        assertThat(database.value("select count(*) from pg_constraint where conname = 'tegula_fence_sheet_phone'"))
                .isEqualTo(1L);
    }

    @Test
    void scan_findsNothingInTheDocument_andAValueInClearAtItsPath() {
        sessions.inTransaction(session -> {
            for (int n = 10; n < 60; n++) {
                session.persist(new Patient(n, of(n)));
            }
        });
        assertThat(scanned()).isEmpty();

        database.execute("update patient set sheet = jsonb_set(sheet, '{contacts,0,phone}', '\"+41 44 668 18 10\"')");

        assertThat(scanned())
                .extracting(ScanFinding::place, ScanFinding::kind, ScanFinding::what)
                .containsExactly(tuple("public.patient.sheet -> phone", Kind.PERSONAL_DATA, "telephone number"));
    }

    private List<ScanFinding> scanned() {
        Set<KeyId> known =
                tegula.registry().all().stream().map(row -> row.keyId()).collect(Collectors.toSet());
        return new Scan(
                        new Transactions(database.dataSource()),
                        tegula.catalogue().orElseThrow().columns(),
                        known)
                .run(new ScanSettings(1000, false, List.of("public.patient")), new RunControl(), (t, d, n) -> {})
                .findings();
    }
}
