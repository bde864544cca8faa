package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.hibernate.AdoptedMappings.Owner;
import dev.tegula.hibernate.RowMappings.Sequenced;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.LockModeType;
import jakarta.persistence.OptimisticLockException;
import jakarta.persistence.Version;
import java.util.List;
import org.hibernate.StaleStateException;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.persister.entity.mutation.UpdateCoordinator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A version that a lock raises is raised, and the values of its row stay as they are. */
final class ForcedVersionTest {

    private static final long ID = 1;

    private static Fixture fixture;

    @Entity(name = "Ledger")
    static class Ledger {
        @Id
        long id = ID;

        @Version
        int version;

        @Encrypted("ledger.iban")
        String iban = "DE89";

        String name;
    }

    /** Values under the field alone, bound to their row, and in clear beside it. */
    enum Mapping {
        FIELD(Ledger.class, "ledger", "iban::text"),
        ROW(Sequenced.class, "sequenced", "secret::text || sealed::text"),
        PAIR(Owner.class, "owners", "ssn || ssn_enc::text");

        final Class<?> entity;
        final String table;
        final String values;

        Mapping(Class<?> entity, String table, String values) {
            this.entity = entity;
            this.table = table;
            this.values = values;
        }

        Object version() {
            return fixture.database().value("select version from " + table);
        }

        Object stored() {
            return fixture.database().value("select " + values + " from " + table);
        }

        Object id() {
            return fixture.database().value("select id from " + table);
        }
    }

    @BeforeAll
    static void start() {
        fixture = Fixture.of(Ledger.class, Sequenced.class, Owner.class);
        fixture.save(new Ledger());
        fixture.save(new Sequenced("name", "secret"));
        fixture.save(new Owner(ID, "123-45-6789"));
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    @ParameterizedTest
    @EnumSource
    void forceIncrement_ofAnUnchangedEntity_raisesTheVersionAndKeepsTheValues(Mapping mapping) {
        Object stored = mapping.stored();
        for (LockModeType lock :
                List.of(LockModeType.OPTIMISTIC_FORCE_INCREMENT, LockModeType.PESSIMISTIC_FORCE_INCREMENT)) {
            int before = (int) mapping.version();

            fixture.run(session -> session.find(mapping.entity, mapping.id(), lock));

            assertThat(mapping.version()).as(lock.name()).isEqualTo(before + 1);
            assertThat(mapping.stored()).as(lock.name()).isEqualTo(stored);
        }
    }

    @ParameterizedTest
    @EnumSource
    void forceIncrement_underAnotherTransaction_isAConflict(Mapping mapping) {
        Object stored = mapping.stored();
        assertThatThrownBy(() -> fixture.run(session -> {
                    session.find(mapping.entity, mapping.id(), LockModeType.OPTIMISTIC_FORCE_INCREMENT);
                    fixture.run(other ->
                            other.find(mapping.entity, mapping.id(), LockModeType.PESSIMISTIC_FORCE_INCREMENT));
                }))
                .isInstanceOfAny(StaleStateException.class, OptimisticLockException.class);
        assertThat(mapping.stored()).isEqualTo(stored);
    }

    @ParameterizedTest
    @EnumSource
    void forceIncrement_besideAChange_writesBoth(Mapping mapping) {
        int before = (int) mapping.version();
        Object stored = mapping.stored();

        fixture.run(session -> {
            Object found = session.find(mapping.entity, mapping.id(), LockModeType.PESSIMISTIC_FORCE_INCREMENT);
            switch (mapping) {
                case FIELD -> ((Ledger) found).iban = "FR76";
                case ROW -> ((Sequenced) found).secret = "changed";
                case PAIR -> ((Owner) found).ssn = "987-65-4321";
            }
        });

        assertThat((int) mapping.version()).isGreaterThan(before + 1);
        assertThat(mapping.stored()).isNotEqualTo(stored);
        Object read = fixture.call(session -> session.find(mapping.entity, mapping.id()));
        assertThat(
                        read instanceof Ledger ledger
                                ? ledger.iban
                                : read instanceof Sequenced sequenced ? sequenced.secret : ((Owner) read).ssn)
                .isIn("FR76", "changed", "987-65-4321");
    }

    /** Hibernate's own persister asks its own coordinator; who asks for ours gets the same. */
    @Test
    void forceIncrement_byTheCoordinatorOfAnEntityWithRows_raisesTheVersion() {
        Mapping mapping = Mapping.ROW;
        Object stored = mapping.stored();
        for (boolean told : new boolean[] {false, true}) {
            int before = (int) mapping.version();
            fixture.run(session -> {
                SharedSessionContractImplementor own = (SharedSessionContractImplementor) session;
                UpdateCoordinator updates = own.getFactory()
                        .getMappingMetamodel()
                        .getEntityDescriptor(Sequenced.class)
                        .getUpdateCoordinator();
                session.find(Sequenced.class, mapping.id());
                if (told) {
                    updates.forceVersionIncrement(mapping.id(), before, before + 1, false, own);
                } else {
                    updates.forceVersionIncrement(mapping.id(), before, before + 1, own);
                }
            });
            assertThat(mapping.version()).isEqualTo(before + 1);
        }
        assertThat(mapping.stored()).isEqualTo(stored);
    }
}
