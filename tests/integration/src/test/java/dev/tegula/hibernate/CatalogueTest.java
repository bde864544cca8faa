package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.Tegula;
import dev.tegula.catalogue.Catalogue;
import dev.tegula.catalogue.CatalogueRows;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Mode;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.hibernate.engine.Engine;
import dev.tegula.registry.InMemoryKeyRegistry;
import dev.tegula.test.MemoryKms;
import dev.tegula.value.ValueType;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hibernate.SessionFactory;
import org.hibernate.annotations.TenantId;
import org.junit.jupiter.api.Test;

/** The catalogue names every column as the database does. */
final class CatalogueTest {

    @Entity(name = "Quoted")
    @Table(name = "\"Odd Table\"")
    static class Quoted {
        @Id
        Long id;

        @Column(name = "\"Odd Column\"")
        @Encrypted(value = "k.quoted", nulls = Nulls.SEAL)
        String secret;

        @Column(name = "MixedCase")
        @Encrypted("k.mixed")
        Integer number;
    }

    @Entity(name = "Tenanted")
    @Table(schema = "other")
    static class Tenanted {
        @Id
        Long id;

        @TenantId
        @Column(name = "Clinic")
        String tenant;

        @Encrypted(value = "k.tenanted", perTenant = true)
        String secret;
    }

    @Entity(name = "Disagreeing")
    static class Disagreeing {
        @Id
        Long id;

        @Encrypted("patient.phone")
        Long phone;
    }

    @Test
    void names_ofTheCatalogue_areThoseOfTheDatabase() {
        Postgres database = Postgres.fresh();
        database.execute("create schema other");
        try (Fixture fixture = Fixture.on(database, Map.of(), Quoted.class, Tenanted.class)) {
            List<EncryptedColumn> columns = TegulaCatalogue.of(fixture.sessions());

            assertThat(columns)
                    .containsExactlyInAnyOrder(
                            new EncryptedColumn(
                                    FieldId.of("k.quoted"),
                                    "public",
                                    "Odd Table",
                                    "Odd Column",
                                    List.of("id"),
                                    false,
                                    Optional.empty(),
                                    Mode.FIELD,
                                    ValueType.STRING,
                                    true,
                                    Quoted.class.getName() + ".secret"),
                            new EncryptedColumn(
                                    FieldId.of("k.mixed"),
                                    "public",
                                    "Odd Table",
                                    "mixedcase",
                                    List.of("id"),
                                    false,
                                    Optional.empty(),
                                    Mode.FIELD,
                                    ValueType.I32,
                                    false,
                                    Quoted.class.getName() + ".number"),
                            new EncryptedColumn(
                                    FieldId.of("k.tenanted"),
                                    "other",
                                    "tenanted",
                                    "secret",
                                    List.of("id"),
                                    true,
                                    Optional.of("clinic"),
                                    Mode.FIELD,
                                    ValueType.STRING,
                                    false,
                                    Tenanted.class.getName() + ".secret"));
            assertThat(columns)
                    .allSatisfy(column -> assertThat(existing(fixture, column)).isEqualTo(1L));
        }
    }

    @Test
    void catalogue_ofEveryShape_namesColumnsThatExistAndMissesNone() {
        try (Fixture fixture = Fixture.of(
                Clinic.Patient.class,
                Clinic.Ward.class,
                Clinic.Staff.class,
                Clinic.Doctor.class,
                ShapesTest.Embedding.class,
                ShapesTest.Collecting.class,
                ShapesTest.Dated.class,
                ShapesTest.Noted.class,
                ShapesTest.Single.class,
                ShapesTest.SingleChild.class,
                ShapesTest.PerClass.class,
                ShapesTest.PerClassChild.class,
                ShapesTest.Secondary.class)) {
            List<EncryptedColumn> columns = TegulaCatalogue.of(fixture.sessions());

            List<Object> bytea = new ArrayList<>();
            fixture.database()
                    .rows("select table_name || '.' || column_name from information_schema.columns"
                            + " where table_schema = 'public' and data_type = 'bytea'")
                    .forEach(row -> bytea.add(row.get(0)));
            assertThat(columns)
                    .extracting(column -> column.table() + "." + column.column())
                    .containsExactlyInAnyOrderElementsOf(
                            bytea.stream().map(String::valueOf).toList());
            assertThat(columns)
                    .filteredOn(column -> column.table().equals("patient_allergies"))
                    .singleElement()
                    .satisfies(column ->
                            assertThat(column.keyColumns()).containsExactlyInAnyOrder("patient_id", "allergies_order"));
            assertThat(columns)
                    .filteredOn(column -> column.table().equals("collecting_bag"))
                    .singleElement()
                    .satisfies(column -> assertThat(column.keyColumns()).isEmpty());
            assertThat(columns)
                    .filteredOn(column -> column.field().value().equals("patient.phone"))
                    .singleElement()
                    .satisfies(column -> assertThat(column.type()).isEqualTo(ValueType.STRING));
            assertThat(columns)
                    .filteredOn(column -> column.field().value().equals("s.note"))
                    .extracting(EncryptedColumn::table)
                    .containsExactlyInAnyOrder("dated", "noted");
        }
    }

    @Test
    void catalogue_ofAConverterAndAnAnnotationThatDisagree_isRefused() {
        try (Fixture fixture = Fixture.of(Clinic.Patient.class, Clinic.Ward.class, Disagreeing.class)) {
            assertThatThrownBy(() -> TegulaCatalogue.of(fixture.sessions()))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("Disagreeing.phone")
                    .hasMessageContaining("Patient.phone");
        }
    }

    @Test
    void engine_atItsFirstValue_publishesTheCatalogueAndNotBefore() {
        List<EncryptedColumn> published = new ArrayList<>();
        Catalogue catalogue = new Catalogue() {
            @Override
            public void publish(List<EncryptedColumn> columns) {
                published.addAll(columns);
            }

            @Override
            public CatalogueRows rows() {
                return new CatalogueRows(published, List.of());
            }
        };
        try (Tegula tegula = Tegula.builder("tests")
                        .kek("main", MemoryKms.create(), "primary")
                        .registry(new InMemoryKeyRegistry())
                        .catalogue(catalogue)
                        .development()
                        .build();
                SessionFactory sessions = Fixture.sessions(
                        Postgres.fresh(), Map.of(Engine.PROPERTY, tegula), EncryptedTest.Patient.class)) {
            assertThat(published).isEmpty();

            sessions.inTransaction(session -> {
                EncryptedTest.Patient patient = new EncryptedTest.Patient();
                patient.ssn = "1";
                session.persist(patient);
            });

            assertThat(published).isEqualTo(TegulaCatalogue.of(sessions)).hasSize(2);
        }
    }

    private static long existing(Fixture fixture, EncryptedColumn column) {
        return (Long) fixture.database()
                .value("select count(*) from information_schema.columns where table_schema = '" + column.schema()
                        + "' and table_name = '" + column.table() + "' and column_name = '" + column.column()
                        + "' and data_type = 'bytea'");
    }
}
