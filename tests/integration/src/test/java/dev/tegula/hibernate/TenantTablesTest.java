package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.tegula.Context;
import dev.tegula.FieldSpec;
import dev.tegula.Tegula;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.hibernate.TenantMappings.*;
import dev.tegula.jpa.EncryptedConverter;
import dev.tegula.value.ValueCodecs;
import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.hibernate.Version;
import org.hibernate.engine.jdbc.connections.spi.MultiTenantConnectionProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** With a key for each tenant, the table itself says whose a value is, or the start stops. */
final class TenantTablesTest {

    private static Tegula tegula;

    static final class ByTenant extends EncryptedConverter<String> implements AttributeConverter<String, byte[]> {
        ByTenant() {
            super(
                    () -> tegula,
                    FieldSpec.of("t.converted", ValueCodecs.of(String.class)).withKeyPerTenant(),
                    () -> Context.tenant("acme"));
        }
    }

    @Entity(name = "ConvertedByTenant")
    static class ConvertedByTenant {
        @Id
        Long id;

        @Convert(converter = ByTenant.class)
        String text;
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                refused("NoTenant.text", "table NoTenant ", "no @TenantId", NoTenant.class),
                refused("lines", "table ElementsOfTenant_lines ", "entity of its own", ElementsOfTenant.class),
                refused("lines.text", "table NamesakeElements_lines ", "entity of its own", NamesakeElements.class),
                refused("JoinedLeaf.text", "table JoinedLeaf ", "SINGLE_TABLE", JoinedRoot.class, JoinedLeaf.class),
                refused("SecondTable.text", "table second_more ", "is in table SecondTable", SecondTable.class),
                refused("SecondNamesake.text", "table namesake_more ", "SecondNamesake.tenant", SecondNamesake.class),
                refused("Joining.text", "table joining_root ", "Joining.tenant", Joining.class, JoinedRoot.class),
                refused(
                        "TenantNotAudited_AUD.text",
                        "table TenantNotAudited_AUD ",
                        "@Audited",
                        TenantNotAudited.class));
    }

    private static Arguments refused(String attribute, String table, String cure, Class<?>... classes) {
        return Arguments.of(attribute, table, cure, classes);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void table_withoutTheTenantsColumn_stopsTheStart(String attribute, String table, String cure, Class<?>[] classes) {
        assertThatThrownBy(() -> Fixture.of(classes).close()).satisfies(failure -> assertThat(Causes.text(failure))
                .contains("ConfigurationException", attribute, table, cure, "perTenant"));
    }

    @Test
    void converter_ofATableWithoutTheTenantsColumn_isNotPublished() {
        try (Fixture fixture = Fixture.of(ConvertedByTenant.class)) {
            tegula = fixture.tegula();

            assertThatThrownBy(() -> TegulaCatalogue.of(fixture.sessions()))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContainingAll("ConvertedByTenant.text", "no @TenantId");
        }
    }

    @Test
    void tables_withTheTenantsColumn_nameItInTheCatalogue() {
        try (Fixture fixture =
                Fixture.of(JoinedRoot.class, SingleRoot.class, SingleLeaf.class, UnionRoot.class, UnionLeaf.class)) {
            assertThat(tenants(fixture))
                    .containsExactlyInAnyOrder(
                            "joinedroot.rooted: tenant",
                            "singleroot.rooted: tenant",
                            "singleroot.text: tenant",
                            "unionroot.rooted: tenant",
                            "unionleaf.rooted: tenant",
                            "unionleaf.text: tenant");
        }
    }

    @Test
    void tenant_thatIsAPartOfTheKey_isNamedInTheCatalogue() {
        assumeThat(Version.getVersionString()).as("6.6 has no such keys").doesNotStartWith("6.");
        try (Fixture fixture = Fixture.of(TenantInKey.class)) {
            assertThat(tenants(fixture)).containsExactly("tenantinkey.text: tenant");
        }
    }

    @Test
    void history_ofEnvers_hasTheTenantsColumnAndItsValue() {
        try (Fixture fixture = Fixture.of(AuditedTenant.class)) {
            assertThat(tenants(fixture))
                    .containsExactlyInAnyOrder("auditedtenant.text: clinic", "auditedtenant_aud.text: clinic");
            try (var session = fixture.sessions()
                    .withOptions()
                    .tenantIdentifier((Object) "acme")
                    .openSession()) {
                var transaction = session.beginTransaction();
                AuditedTenant audited = new AuditedTenant();
                audited.id = 1L;
                audited.text = "hello";
                session.persist(audited);
                transaction.commit();
            }
            assertThat(fixture.database().value("select clinic from auditedtenant_aud"))
                    .isEqualTo("acme");
        }
    }

    @Test
    void history_ofHibernateItself_hasTheTenantsColumn() {
        assumeThat(Version.getVersionString()).as("6.6 keeps no history").doesNotStartWith("6.");
        try (Fixture fixture = Fixture.of(AuditedByCoreTenant.class)) {
            assertThat(tenants(fixture)).hasSize(2).allSatisfy(column -> assertThat(column)
                    .endsWith("text: tenant"));
        }
    }

    private static List<String> tenants(Fixture fixture) {
        return TegulaCatalogue.of(fixture.sessions()).stream()
                .map(TenantTablesTest::tenant)
                .toList();
    }

    private static String tenant(EncryptedColumn column) {
        return column.table() + "." + column.column() + ": "
                + column.tenantColumn().orElse("none");
    }

    @Test
    void tenants_withSchemasOfTheirOwn_areRefused() {
        Postgres database = Postgres.fresh();

        assertThatThrownBy(() -> Fixture.on(
                                database,
                                Map.of(
                                        "hibernate.multi_tenant_connection_provider",
                                        new SchemaOfTenant(database.dataSource())),
                                EncryptedTest.Patient.class)
                        .close())
                .hasStackTraceContaining("ConfigurationException")
                .hasStackTraceContaining("schemas or databases of their own");
    }

    private record SchemaOfTenant(DataSource pool) implements MultiTenantConnectionProvider<String> {

        @Override
        public Connection getAnyConnection() throws SQLException {
            return pool.getConnection();
        }

        @Override
        public void releaseAnyConnection(Connection connection) throws SQLException {
            connection.close();
        }

        @Override
        public Connection getConnection(String tenant) throws SQLException {
            return pool.getConnection();
        }

        @Override
        public void releaseConnection(String tenant, Connection connection) throws SQLException {
            connection.close();
        }

        @Override
        public boolean supportsAggressiveRelease() {
            return false;
        }

        @Override
        public boolean isUnwrappableAs(Class<?> type) {
            return false;
        }

        @Override
        public <T> T unwrap(Class<T> type) {
            throw new IllegalArgumentException(type.getName());
        }
    }
}
