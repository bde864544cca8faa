package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.hibernate.SqlMappings.*;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** SQL that a mapping brings along sees ciphertext: what names an encrypted column stops the start. */
final class SqlFragmentTest {

    static Stream<Arguments> mappings() {
        return Stream.of(
                refused("Restricted.secret", "the @SQLRestriction of ", Restricted.class),
                refused("RestrictedByConverter.note", "the @SQLRestriction of ", RestrictedByConverter.class),
                refused("RestrictedBySealedNull.sealed", "the @SQLRestriction of ", RestrictedBySealedNull.class),
                refused("RestrictedInSubquery.secret", "the @SQLRestriction of ", RestrictedInSubquery.class),
                refused("Filtered.secret", "the @Filter \"f\" of ", Filtered.class),
                refused("FilteredByDefault.secret", "the @Filter \"d\" of ", FilteredByDefault.class),
                refused("Formulated.secret", "Formulated.again", Formulated.class),
                refused("Transformed2.secret", "the @ColumnTransformer of ", Transformed2.class),
                refused("GeneratedFrom.secret", "the generated column of ", GeneratedFrom.class),
                refused("CheckedTable.secret", "a check of the table CheckedTable", CheckedTable.class),
                refused("Discriminated.secret", "the discriminator of ", Discriminated.class),
                refused("JoinedBy.secret", "JoinedBy.other", JoinedBy.class),
                refused("OrderedBy.secret", "ciphertext has no order", OrderedBy.class),
                refused("RestrictedCollection.secret", "RestrictedCollection.others", RestrictedCollection.class),
                refused("RestrictedElements.lines", "the @SQLRestriction of ", RestrictedElements.class),
                refused("FilteredCollection.secret", "the @Filter \"g\" of ", FilteredCollection.class),
                refused("OfTenant.tenant", "TenantId", OfTenant.class),
                refused("OfTenantByConverter.tenant", "TenantId", OfTenantByConverter.class));
    }

    private static Arguments refused(String attribute, String reason, Class<?> mapping) {
        return Arguments.of(attribute, reason, mapping);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mappings")
    void sql_thatNamesAnEncryptedColumn_stopsTheStart(String attribute, String reason, Class<?> mapping) {
        assertThatThrownBy(() -> Fixture.of(mapping).close()).satisfies(failure -> assertThat(Causes.text(failure))
                .contains("ConfigurationException", attribute, reason));
    }

    @Test
    void sql_thatAsksForLengthsAndNulls_works() {
        Postgres database = Postgres.fresh();
        database.execute("create function secret(text) returns text language sql as 'select $1'");
        try (Fixture fixture = Fixture.on(database, Map.of(), Allowed.class, OtherTable.class)) {
            PathMappings.tegula = fixture.tegula();
            fixture.save(new Allowed());

            fixture.run(session -> {
                session.enableFilter("h").setParameter("secret", "name");
                List<Allowed> found = session.createSelectionQuery("from Allowed", Allowed.class)
                        .getResultList();
                assertThat(found).singleElement().satisfies(one -> {
                    assertThat(one.secret).isEqualTo("CANARY");
                    assertThat(one.note).isEqualTo("CANARY");
                    assertThat(one.bytes).isEqualTo(81);
                    assertThat(one.envelope).hasSize(81).startsWith(1, 0);
                    assertThat(one.called).isEqualTo("1name");
                });
            });
        }
    }

    @Test
    void referenceEntries_ofACachedImmutableEntity_stopTheStart() {
        Map<String, Object> settings = Map.of(
                "hibernate.cache.use_second_level_cache", "true",
                "hibernate.cache.use_reference_entries", "true",
                "hibernate.cache.region.factory_class", MemoryRegions.class.getName());
        assertThatThrownBy(() -> Fixture.with(settings, CachedItself.class).close())
                .satisfies(failure -> assertThat(Causes.text(failure))
                        .contains("CachedItself.secret", "hibernate.cache.use_reference_entries"));
    }
}
