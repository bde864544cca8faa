package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.Context;
import dev.tegula.FieldSpec;
import dev.tegula.Tegula;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.hibernate.engine.Engine;
import dev.tegula.operations.reencrypt.Adoption;
import dev.tegula.operations.reencrypt.BackfillReport;
import dev.tegula.operations.reencrypt.PlainColumn;
import dev.tegula.operations.reencrypt.ProgressListener;
import dev.tegula.operations.reencrypt.RunControl;
import dev.tegula.operations.reencrypt.SweepSettings;
import dev.tegula.value.ValueType;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.hibernate.SessionFactory;
import org.junit.jupiter.api.Test;

/** One release from the first row that is filled until the column in clear is empty: it is never told, and never restarted. */
final class AdoptedPhasesTest {

    private static final int ROWS = 60;

    @Entity(name = "Owner")
    @Table(name = "owners")
    static class Earlier {
        @Id
        long id;

        String ssn;
    }

    @Entity(name = "Owner")
    @Table(name = "owners")
    static class Both {
        @Id
        long id;

        // docs:begin jpa-plaintext-column
        @Encrypted(value = "owner.ssn", plaintextColumn = "ssn")
        @Column(name = "ssn_enc")
        String ssn;
        // docs:end jpa-plaintext-column
    }

    @Entity(name = "Owner")
    @Table(name = "owners")
    static class Last {
        @Id
        long id;

        @Encrypted("owner.ssn")
        @Column(name = "ssn_enc")
        String ssn;
    }

    private final Postgres database = Postgres.fresh();

    private SessionFactory release(Tegula tegula, Class<?> entity) {
        return Fixture.sessions(
                database, Map.of(Engine.PROPERTY, tegula, "hibernate.hbm2ddl.auto", "validate"), entity);
    }

    @Test
    void release_thatKnowsBoth_runsThroughAllPhases() {
        database.execute("create table owners (id bigint primary key, ssn varchar(255))");
        database.execute("insert into owners select n, 'value-' || n from generate_series(1, " + ROWS + ") n");
        try (Tegula tegula = Fixture.engine(database);
                SessionFactory earlier = release(tegula, Earlier.class)) {
            database.execute("alter table owners add ssn_enc bytea");
            assertThatThrownBy(() -> release(tegula, Both.class)).hasMessageContaining("has no trigger");
            Adoption adoption = new Adoption(
                    database.dataSource(), tegula, SweepSettings.standard().withBatchRows(5));
            PlainColumn column = PlainColumn.of(
                    tegula, EncryptedColumn.of("owner.ssn", "public.owners.ssn_enc", ValueType.STRING, "id"), "ssn");
            assertThat(fill(adoption, column).filled()).isEqualTo(ROWS);

            try (SessionFactory both = release(tegula, Both.class)) {
                change(earlier, Earlier.class, 1, "by the earlier release");
                change(both, Both.class, 2, "by this");
                assertThat(read(both, 1)).isEqualTo("by the earlier release");
                assertThat(earlier.<String>fromTransaction(s -> s.find(Earlier.class, 2L).ssn))
                        .isEqualTo("by this");
                earlier.close();
                assertThat(fill(adoption, column).filled()).isEqualTo(1);

                AtomicInteger seen = new AtomicInteger();
                BackfillReport sealed = adoption.seal(column, new RunControl(), progress -> {
                    int n = seen.incrementAndGet();
                    change(both, Both.class, 1 + n % ROWS, "while it was sealed " + n);
                    assertThat(read(both, 1 + n % ROWS)).isEqualTo("while it was sealed " + n);
                });

                assertThat(sealed.clean()).isTrue();
                assertThat(seen).hasPositiveValue();
                assertThat(database.value("select count(ssn) from owners")).isEqualTo(0L);
                assertThat(read(both, 1 + seen.get() % ROWS)).isEqualTo("while it was sealed " + seen);
                change(both, Both.class, 3, "after the seal");
                both.inTransaction(session -> {
                    Both inserted = new Both();
                    inserted.id = 1_000;
                    inserted.ssn = "inserted after the seal";
                    session.persist(inserted);
                });
                assertThat(database.value("select count(ssn) from owners")).isEqualTo(0L);
                assertThat(stored(tegula, 3)).isEqualTo("after the seal");
                assertThat(stored(tegula, 1_000)).isEqualTo("inserted after the seal");
                assertThatThrownBy(() -> database.execute("update owners set ssn = 'forgotten' where id = 4"))
                        .hasStackTraceContaining("tegula_sealed_ssn");
                release(tegula, Both.class).close();
            }

            try (SessionFactory last = release(tegula, Last.class)) {
                database.execute("alter table owners drop column ssn");
                assertThat(last.<String>fromTransaction(s -> s.find(Last.class, 3L).ssn))
                        .isEqualTo("after the seal");
                change(last, Last.class, 3, "at last");
                database.execute("drop trigger tegula_adopt_owners_ssn_enc on owners");
                database.execute("drop function tegula_adopt_owners_ssn_enc");
                assertThat(stored(tegula, 3)).isEqualTo("at last");
            }
        }
    }

    private static BackfillReport fill(Adoption adoption, PlainColumn column) {
        BackfillReport filled = adoption.fill(column, Set.of(), new RunControl(), ProgressListener.none());
        assertThat(adoption.verify(column, new RunControl(), ProgressListener.none())
                        .clean())
                .isTrue();
        return filled;
    }

    private static void change(SessionFactory release, Class<?> entity, long id, String ssn) {
        release.inTransaction(session -> {
            Object found = session.find(entity, id);
            if (found instanceof Earlier one) {
                one.ssn = ssn;
            } else if (found instanceof Both one) {
                one.ssn = ssn;
            } else {
                ((Last) found).ssn = ssn;
            }
        });
    }

    private static String read(SessionFactory both, long id) {
        return both.fromTransaction(session -> session.find(Both.class, id).ssn);
    }

    private String stored(Tegula tegula, long id) {
        return tegula.field(FieldSpec.of("owner.ssn", String.class))
                .decrypt(database.bytes("select ssn_enc from owners where id = " + id), Context.noTenant());
    }
}
