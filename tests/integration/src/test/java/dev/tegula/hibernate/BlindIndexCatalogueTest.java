package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.Tegula;
import dev.tegula.blindindex.BlindIndex;
import dev.tegula.blindindex.Normalizer;
import dev.tegula.catalogue.Catalogue;
import dev.tegula.catalogue.IndexColumn;
import dev.tegula.envelope.FieldId;
import dev.tegula.hibernate.Register.LastFour;
import dev.tegula.hibernate.Register.Nurse;
import dev.tegula.hibernate.Register.Person;
import dev.tegula.hibernate.Register.Practice;
import dev.tegula.hibernate.Register.Tenanted;
import dev.tegula.hibernate.Register.YearOf;
import dev.tegula.hibernate.engine.Engine;
import dev.tegula.operations.index.CatalogueIndexes;
import dev.tegula.operations.reencrypt.BackfillReport;
import dev.tegula.operations.reencrypt.IndexBackfill;
import dev.tegula.operations.reencrypt.IndexSource;
import dev.tegula.operations.reencrypt.RunControl;
import dev.tegula.operations.reencrypt.SweepSettings;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.SecondaryTable;
import jakarta.persistence.Table;
import jakarta.persistence.UniqueConstraint;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hibernate.SessionFactory;
import org.hibernate.envers.Audited;
import org.junit.jupiter.api.Test;

/** What the catalogue says of indexes is enough to fill them without the application, bit for bit. */
final class BlindIndexCatalogueTest {

    private static final List<Normalizer<?>> OWN = List.of(new LastFour(), new YearOf());

    @Entity(name = "Placed")
    @Audited
    @SecondaryTable(name = "placed_more")
    @Table(
            name = "Placed",
            uniqueConstraints = {
                @UniqueConstraint(columnNames = {"ward", "code_index", "bed"}),
                @UniqueConstraint(columnNames = {"ward", "code_index"})
            })
    static class Placed {
        @Id
        Long id;

        String ward;
        int bed;

        @Encrypted("placed.code")
        String code;

        @BlindIndexOf(value = "code", name = "placed.by_code")
        @Column(name = "code_index")
        BlindIndex codeIndex;

        @Encrypted("placed.day")
        DayOfWeek day;

        @BlindIndexOf(value = "day", bits = 12)
        @Column(name = "day_index")
        BlindIndex dayIndex;

        @Encrypted("placed.away")
        @Column(table = "placed_more")
        String away;

        @BlindIndexOf("away")
        @Column(name = "away_index")
        BlindIndex awayIndex;
    }

    private static IndexColumn column(List<IndexColumn> indexes, String label) {
        return indexes.stream()
                .filter(index -> index.label().equals("public." + label))
                .findFirst()
                .orElseThrow(() -> new AssertionError(label + " is not in " + indexes));
    }

    @Test
    void indexesOf_saysHowEachIsComputedAndWhatIsUnique() {
        try (Fixture fixture = Fixture.of(Placed.class)) {
            List<IndexColumn> indexes = TegulaCatalogue.indexesOf(fixture.sessions());

            IndexColumn code = column(indexes, "placed.code_index");
            assertThat(code.unique()).as("of two the one of fewer columns").containsExactly("code_index", "ward");
            assertThat(code.name()).isEqualTo("placed.by_code");
            assertThat(code.origin()).isEqualTo(Placed.class.getName() + ".codeIndex");
            assertThat(code.parts())
                    .containsExactly(
                            new IndexColumn.Part(FieldId.of("placed.code"), Optional.of("code"), "tegula.exact", 1));
            assertThat(column(indexes, "placed.day_index").bits()).isEqualTo(12);
            assertThat(column(indexes, "placed.away_index").parts().get(0).column())
                    .as("in another table")
                    .isEmpty();
            assertThat(column(indexes, "placed_aud.code_index").unique()).isEmpty();
            assertThat(indexes).hasSize(6);
        }
    }

    @Test
    void indexesOf_aFieldPerTenant_sayWhoseKeyItIs() {
        try (Fixture fixture = Fixture.of(Tenanted.class)) {
            assertThat(TegulaCatalogue.indexesOf(fixture.sessions()))
                    .extracting(IndexColumn::perTenant)
                    .contains(true, false);
        }
    }

    @Test
    void firstValue_publishesIndexes_andTheyAreFilledByTheCatalogueAlone() {
        Postgres database = Postgres.fresh();
        try (Tegula tegula = Fixture.engine(database);
                SessionFactory sessions = Fixture.sessions(
                        database,
                        Map.of(Engine.PROPERTY, tegula),
                        Person.class,
                        Practice.class,
                        Register.Member.class,
                        Nurse.class,
                        Placed.class)) {
            Catalogue catalogue = tegula.catalogue().orElseThrow();
            assertThat(catalogue.indexes().indexes()).isEmpty();
            save(sessions);
            List<IndexColumn> indexes = catalogue.indexes().indexes();
            assertThat(indexes).containsExactlyInAnyOrderElementsOf(TegulaCatalogue.indexesOf(sessions));

            CatalogueIndexes known = new CatalogueIndexes(tegula, catalogue.columns(), OWN);
            for (IndexColumn index : indexes) {
                if (index.parts().get(0).column().isPresent()) {
                    emptied(database, known, index);
                }
            }
            sessions.inTransaction(session -> {
                assertThat(session.createQuery("from Person p where p.ssnIndex = :ssn", Person.class)
                                .setParameter("ssn", "123 45 6789")
                                .getResultList())
                        .singleElement()
                        .extracting(person -> person.lastName)
                        .isEqualTo("Ferreira");
                assertThat(session.createQuery("from Nurse", Nurse.class).getResultList())
                        .hasSize(1);
                assertThat(session.find(Placed.class, 1L).day).isEqualTo(DayOfWeek.FRIDAY);
            });
        } finally {
            database.giveBack();
        }
    }

    private static void save(SessionFactory sessions) {
        sessions.inTransaction(session -> {
            Person person = new Person();
            person.lastName = "Ferreira";
            person.ssn = "123-45-6789";
            person.born = LocalDate.of(1815, 12, 10);
            person.email = "Ada@example.org";
            person.card = new Register.Card("4242", null);
            person.passport = new Register.Passport();
            person.passport.number = "P1";
            person.practice = new Practice();
            person.practice.licence = 77L;
            session.persist(person);
            session.persist(new Person());
            Nurse nurse = new Nurse();
            nurse.code = "N1";
            nurse.badge = "B1";
            session.persist(nurse);
            Placed placed = new Placed();
            placed.id = 1L;
            placed.ward = "west";
            placed.code = "C1";
            placed.day = DayOfWeek.FRIDAY;
            placed.away = "A1";
            session.persist(placed);
        });
    }

    /** Takes the application's indexes away, has them filled, and compares. */
    private static void emptied(Postgres database, CatalogueIndexes known, IndexColumn index) {
        String column = "\"" + index.column() + "\"";
        String table = "\"" + index.schema() + "\".\"" + index.table() + "\"";
        String all = "select coalesce(string_agg(encode(" + column + ", 'hex'), ',' order by " + column + "), '') from "
                + table;
        Object before = database.value(all);
        assertThat(before).as(index.label()).isNotEqualTo("");
        database.execute("update " + table + " set " + column + " = null");
        IndexSource source = known.source(index);
        IndexBackfill backfill = new IndexBackfill(database.dataSource(), SweepSettings.standard());

        BackfillReport filled = backfill.fill(source, new RunControl());

        assertThat(filled.clean()).as(index.label() + " " + filled).isTrue();
        assertThat(database.value(all)).as(index.label()).isEqualTo(before);
        assertThat(backfill.verify(source, new RunControl()).clean()).isTrue();
    }
}
