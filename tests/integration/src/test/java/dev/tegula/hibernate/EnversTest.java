package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.catalogue.EncryptedColumn;
import jakarta.persistence.Convert;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.hibernate.envers.AuditReader;
import org.hibernate.envers.AuditReaderFactory;
import org.hibernate.envers.Audited;
import org.hibernate.envers.NotAudited;
import org.hibernate.envers.query.AuditEntity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** History tables are encrypted, catalogued and guarded like the tables they follow. */
final class EnversTest {

    private static final String CANARY = "CANARY-1357";
    private static final String VALIDITY = "org.hibernate.envers.strategy.ValidityAuditStrategy";

    @Entity(name = "Chart")
    @Audited
    static class Chart {
        @Id
        Long id;

        @Encrypted("chart.text")
        String text;

        @Encrypted("chart.number")
        int number;

        @Encrypted("chart.day")
        LocalDate day;

        @Encrypted("chart.more")
        Map<String, String> more;

        @Embedded
        Clinic.Address address;

        @ElementCollection
        @NotAudited
        @Encrypted("chart.line")
        List<String> lines = new ArrayList<>();
    }

    @Entity(name = "AuditedBag")
    @Audited
    static class AuditedBag {
        @Id
        Long id;

        @ElementCollection
        @Encrypted("bag.line")
        List<String> lines = new ArrayList<>();
    }

    @Entity(name = "AuditedMap")
    @Audited
    static class AuditedMap {
        @Id
        Long id;

        @ElementCollection
        @Encrypted("map.line")
        Map<String, String> lines = new HashMap<>();
    }

    @Embeddable
    static class Home {
        @Encrypted("home.street")
        String street = CANARY;

        String city = "Basel";
    }

    @Entity(name = "Mover")
    @Audited
    static class Mover {
        @Id
        Long id = 1L;

        @ElementCollection
        List<Home> homes = new ArrayList<>(List.of(new Home()));
    }

    @Entity(name = "MapMover")
    @Audited
    static class MapMover {
        @Id
        Long id = 1L;

        @ElementCollection
        Map<String, Home> homes = new HashMap<>();
    }

    @Entity(name = "Settler")
    @Audited
    static class Settler {
        @Id
        Long id = 1L;

        @Encrypted("settler.name")
        String name = CANARY;

        @Embedded
        Home home = new Home();

        @ElementCollection
        @NotAudited
        List<Home> homes = new ArrayList<>(List.of(new Home()));
    }

    @Entity(name = "Followed")
    @Audited(withModifiedFlag = true)
    static class Followed {
        @Id
        Long id = 1L;

        @Encrypted("followed.secret")
        String secret = CANARY;

        @Convert(converter = PathMappings.Note.class)
        String note = CANARY;
    }

    public static class OwnStrategy extends org.hibernate.envers.strategy.internal.ValidityAuditStrategy {}

    @ParameterizedTest
    @ValueSource(classes = {Mover.class, MapMover.class})
    void historyOfEmbeddables_byValidity_stopsTheStart(Class<?> audited) {
        assertThatThrownBy(() -> Fixture.with(byStrategy(VALIDITY), audited).close())
                .hasStackTraceContaining("over_homes_AUD.street")
                .hasStackTraceContaining("DefaultAuditStrategy, or exclude the collection (@NotAudited)");
    }

    @ParameterizedTest
    @ValueSource(classes = {OwnStrategy.class, org.hibernate.envers.strategy.internal.ValidityAuditStrategy.class})
    void historyOfEmbeddables_byAStrategyThatIsValidity_stopsTheStart(Class<?> strategy) {
        assertThatThrownBy(() -> Fixture.with(byStrategy(strategy.getName()), Mover.class)
                        .close())
                .hasStackTraceContaining("audit_strategy is " + strategy.getName());
    }

    @Test
    void historyOfEmbeddables_byDefault_isWritten() {
        try (Fixture fixture = Fixture.of(Mover.class)) {
            fixture.save(new Mover());
            fixture.run(session -> session.find(Mover.class, 1L).homes.get(0).city = "Bern");

            assertThat(fixture.database().dump()).contains("Bern").doesNotContain(CANARY);
        }
    }

    @Test
    void historyOfTheRest_byValidity_isWritten() {
        try (Fixture fixture = Fixture.with(byStrategy(VALIDITY), Settler.class)) {
            fixture.save(new Settler());
            fixture.run(session -> {
                Settler found = session.find(Settler.class, 1L);
                found.name = CANARY + "-2";
                found.homes.get(0).city = "Bern";
            });

            assertThat(fixture.database().value("select count(*) from settler_aud where revend is not null"))
                    .isEqualTo(1L);
            assertThat(fixture.database().dump()).doesNotContain(CANARY);
        }
    }

    private static Map<String, Object> byStrategy(String name) {
        return Map.of("org.hibernate.envers.audit_strategy", name);
    }

    @ParameterizedTest
    @ValueSource(classes = {AuditedBag.class, AuditedMap.class})
    void historyOfACollection_withTheElementInItsKey_stopsTheStart(Class<?> audited) {
        assertThatThrownBy(() -> Fixture.of(audited).close())
                .hasStackTraceContaining("lines_AUD")
                .hasStackTraceContaining("@NotAudited");
    }

    @Test
    void history_ofAChangedEntity_isEncryptedAndReadable() {
        try (Fixture fixture = Fixture.of(Chart.class)) {
            fixture.save(chart());
            fixture.run(session -> {
                Chart found = session.find(Chart.class, 1L);
                found.text = CANARY + "-2";
                found.number = 8;
            });

            fixture.run(session -> {
                AuditReader reader = AuditReaderFactory.get(session);
                List<Number> revisions = reader.getRevisions(Chart.class, 1L);
                Chart first = reader.find(Chart.class, 1L, revisions.get(0));
                assertThat(first.text).isEqualTo(CANARY);
                assertThat(first.number).isEqualTo(7);
                assertThat(first.day).isEqualTo(LocalDate.EPOCH);
                assertThat(first.more).containsEntry("k", CANARY);
                assertThat(first.address.street).isEqualTo(CANARY);
                Chart second = reader.find(Chart.class, 1L, revisions.get(1));
                assertThat(second.text).isEqualTo(CANARY + "-2");
            });
            assertThat(fixture.database().value("select count(*) from chart_aud"))
                    .isEqualTo(2L);
            assertThat(fixture.database().dump()).doesNotContain(CANARY);
        }
    }

    @Test
    void catalogue_ofAnAuditedEntity_hasItsHistoryTables() {
        try (Fixture fixture = Fixture.of(Chart.class)) {
            List<EncryptedColumn> columns = TegulaCatalogue.of(fixture.sessions());

            List<String> bytea = fixture
                    .database()
                    .rows("select table_name || '.' || column_name from information_schema.columns"
                            + " where table_schema = 'public' and data_type = 'bytea'")
                    .stream()
                    .map(row -> String.valueOf(row.get(0)))
                    .toList();
            assertThat(columns)
                    .extracting(column -> column.table() + "." + column.column())
                    .containsExactlyInAnyOrderElementsOf(bytea)
                    .contains("chart_aud.text", "chart_aud.street");
            assertThat(columns)
                    .filteredOn(column -> column.table().equals("chart_aud")
                            && column.column().equals("text"))
                    .singleElement()
                    .satisfies(column -> {
                        assertThat(column.keyColumns()).containsExactlyInAnyOrder("id", "rev");
                        assertThat(column.field().value()).isEqualTo("chart.text");
                    });
        }
    }

    @Test
    void historyQuery_thatCompares_isRefused() {
        try (Fixture fixture = Fixture.of(Chart.class)) {
            fixture.run(session -> assertThatThrownBy(() -> AuditReaderFactory.get(session)
                            .createQuery()
                            .forRevisionsOfEntity(Chart.class, true, true)
                            .add(AuditEntity.property("text").eq(CANARY))
                            .getResultList())
                    .isInstanceOf(EncryptedQueryException.class)
                    .satisfies(failure -> assertThat(Causes.text(failure)).doesNotContain(CANARY)));
        }
    }

    @Test
    void historyByAConverter_isEncryptedKnowsWhatChangedAndIsGuarded() {
        try (Fixture fixture = Fixture.of(Followed.class)) {
            PathMappings.tegula = fixture.tegula();
            fixture.save(new Followed());
            fixture.run(session -> session.find(Followed.class, 1L).secret = CANARY + "-2");
            fixture.run(session -> {
                AuditReader reader = AuditReaderFactory.get(session);
                assertThat(reader.find(Followed.class, 1L, 2).note).isEqualTo(CANARY);
                List<?> changed = reader.createQuery()
                        .forRevisionsOfEntity(Followed.class, true, true)
                        .add(AuditEntity.property("secret").hasChanged())
                        .add(AuditEntity.property("note").hasNotChanged())
                        .getResultList();
                assertThat(changed).hasSize(1);
                for (String attribute : List.of("secret", "note")) {
                    var property = AuditEntity.property(attribute);
                    var revisions = reader.createQuery().forRevisionsOfEntity(Followed.class, true, true);
                    assertThatThrownBy(() -> revisions.add(property.eq(CANARY)).getResultList())
                            .isInstanceOf(EncryptedQueryException.class);
                    var sorted = reader.createQuery().forRevisionsOfEntity(Followed.class, true, true);
                    assertThatThrownBy(() -> sorted.addOrder(property.asc()).getResultList())
                            .isInstanceOf(EncryptedQueryException.class);
                    var projected = reader.createQuery().forRevisionsOfEntity(Followed.class, true, true);
                    assertThat(projected.addProjection(property).getResultList().toString())
                            .contains(CANARY);
                }
            });
            assertThat(fixture.database().dump()).doesNotContain(CANARY);
        }
    }

    private static Chart chart() {
        Chart chart = new Chart();
        chart.id = 1L;
        chart.text = CANARY;
        chart.number = 7;
        chart.day = LocalDate.EPOCH;
        chart.more = new HashMap<>(Map.of("k", CANARY));
        chart.address = new Clinic.Address(CANARY, "London");
        return chart;
    }
}
