package dev.tegula.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.catalogue.UnsealedColumn;
import dev.tegula.cipher.RootKey;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Mode;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.IntegrityException;
import dev.tegula.registry.RegistrySeal;
import dev.tegula.registry.SealDoor;
import dev.tegula.value.ValueType;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

final class CatalogueStoreTest {

    private PGSimpleDataSource dataSource;
    private Transactions transactions;
    private CatalogueStore catalogue;

    @BeforeEach
    void open() throws SQLException {
        dataSource = Postgres.freshSchema();
        transactions = new Transactions(dataSource, Postgres.capture());
        transactions.each(SchemaScript.statements());
        catalogue = new CatalogueStore(transactions, seal());
    }

    private static RegistrySeal seal() {
        try (RootKey root = RootKey.generate(new SecureRandom())) {
            return SealDoor.under(root);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "schema_name = 'public'",
                "table_name = 'visit'",
                "column_name = 'note'",
                "field = 'patient.note'",
                "key_columns = '{id,part}'",
                "key_columns = '{}'",
                "per_tenant = true",
                "per_tenant = true, tenant_column = 'id'",
                "mode = 'ROW'",
                "value_type = 'BYTES'",
                "seal_nulls = true",
                "origin = ''",
                "seal = decode(repeat('00', 32), 'hex')"
            })
    void columns_aColumnOfARowEdited_areRefusedAndThePlaceIsNamed(String edit) throws SQLException {
        EncryptedColumn born = column("born", "patient.born", ValueType.LOCAL_DATE);
        catalogue.publish(List.of(column("ssn", "patient.ssn", ValueType.STRING), born));
        Postgres.run(dataSource, "UPDATE tegula_field SET " + edit + " WHERE column_name = 'ssn'");

        assertThat(catalogue.rows().columns()).containsExactly(born);
        UnsealedColumn strange = catalogue.rows().unsealed().get(0);
        assertThatThrownBy(catalogue::columns)
                .isInstanceOf(IntegrityException.class)
                .hasMessageContainingAll(strange.label(), "tegula fields remove " + strange.label());
    }

    @Test
    void columns_timeOfPublicationEdited_stillVerify() throws SQLException {
        EncryptedColumn ssn = column("ssn", "patient.ssn", ValueType.STRING);
        catalogue.publish(List.of(ssn));
        Postgres.run(dataSource, "UPDATE tegula_field SET published_at = 'infinity'");

        assertThat(catalogue.columns()).containsExactly(ssn);
    }

    @Test
    void columns_sealOfAnotherRow_doesNotVerify() throws SQLException {
        catalogue.publish(List.of(
                column("ssn", "patient.ssn", ValueType.STRING), column("born", "patient.born", ValueType.LOCAL_DATE)));
        Postgres.run(
                dataSource,
                "UPDATE tegula_field SET seal = (SELECT seal FROM tegula_field WHERE column_name = 'born')"
                        + " WHERE column_name = 'ssn'");

        assertThat(catalogue.rows().unsealed())
                .singleElement()
                .extracting(UnsealedColumn::column)
                .isEqualTo("ssn");
    }

    @Test
    void columns_underTheRootOfAnotherRegistry_doNotVerify() {
        catalogue.publish(List.of(column("ssn", "patient.ssn", ValueType.STRING)));

        assertThatThrownBy(new CatalogueStore(transactions, seal())::columns).isInstanceOf(IntegrityException.class);
    }

    @Test
    void publish_rowThatDoesNotVerify_isReplacedBySealedOne() throws SQLException {
        EncryptedColumn ssn = column("ssn", "patient.ssn", ValueType.STRING);
        catalogue.publish(List.of(ssn));
        Postgres.run(dataSource, "UPDATE tegula_field SET field = 'patient.note'");

        catalogue.publish(List.of(ssn));

        assertThat(catalogue.columns()).containsExactly(ssn);
    }

    @Test
    void publish_anotherRowThatDoesNotVerify_staysAsItIs() throws SQLException {
        EncryptedColumn ssn = column("ssn", "patient.ssn", ValueType.STRING);
        catalogue.publish(List.of(column("born", "patient.born", ValueType.LOCAL_DATE)));
        Postgres.run(dataSource, "UPDATE tegula_field SET field = 'patient.ssn', value_type = 'I64'");

        catalogue.publish(List.of(ssn));

        assertThat(catalogue.rows().columns()).containsExactly(ssn);
        assertThat(catalogue.rows().unsealed()).hasSize(1);
    }

    @Test
    void removeUnsealed_rowThatWasPublishedMeanwhile_stays() throws SQLException {
        EncryptedColumn ssn = column("ssn", "patient.ssn", ValueType.STRING);
        catalogue.publish(List.of(ssn));
        Postgres.run(dataSource, "UPDATE tegula_field SET field = 'patient.note'");
        List<UnsealedColumn> seen = catalogue.rows().unsealed();
        catalogue.publish(List.of(ssn));

        assertThat(catalogue.removeUnsealed(seen)).isEmpty();
        assertThat(catalogue.columns()).containsExactly(ssn);
    }

    @Test
    void publish_fieldWithAndWithoutTenants_isRefused() {
        EncryptedColumn plain = column("ssn", "patient.ssn", ValueType.STRING);
        catalogue.publish(List.of(plain));
        EncryptedColumn tenanted = new EncryptedColumn(
                plain.field(),
                plain.schema(),
                "history",
                "ssn",
                List.of("id"),
                true,
                Optional.empty(),
                Mode.FIELD,
                ValueType.STRING,
                false,
                "clinic.History.ssn");

        assertThatThrownBy(() -> catalogue.publish(List.of(tenanted)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContainingAll("a key for each tenant", "one key for all tenants");
    }

    @Test
    void publish_again_refreshesAndKeepsWhatIsNotNamed() {
        EncryptedColumn ssn = column("ssn", "patient.ssn", ValueType.STRING);
        EncryptedColumn born = column("born", "patient.born", ValueType.LOCAL_DATE);
        catalogue.publish(List.of(ssn, born));
        EncryptedColumn moved = new EncryptedColumn(
                ssn.field(),
                ssn.schema(),
                "patient",
                "ssn",
                List.of("id", "region"),
                false,
                Optional.empty(),
                Mode.FIELD,
                ValueType.STRING,
                true,
                "clinic.Person.ssn");
        catalogue.publish(List.of(moved));

        assertThat(catalogue.columns()).containsExactly(born, moved);
    }

    @Test
    void publish_columnOfAnotherField_isRefusedAndNothingIsWritten() {
        EncryptedColumn ssn = column("ssn", "patient.ssn", ValueType.STRING);
        catalogue.publish(List.of(ssn));

        EncryptedColumn born = column("born", "patient.born", ValueType.LOCAL_DATE);
        assertThatThrownBy(() -> catalogue.publish(List.of(born, column("ssn", "patient.tax", ValueType.STRING))))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("patient.ssn")
                .hasMessageContaining("patient.tax");
        assertThat(catalogue.columns()).containsExactly(ssn);
    }

    @Test
    void publish_oneFieldWithTwoTypes_isRefused() {
        List<EncryptedColumn> columns =
                List.of(column("a", "patient.ssn", ValueType.STRING), column("b", "patient.ssn", ValueType.I64));

        assertThatThrownBy(() -> catalogue.publish(columns)).isInstanceOf(ConfigurationException.class);
    }

    private EncryptedColumn column(String name, String field, ValueType type) {
        return new EncryptedColumn(
                FieldId.of(field),
                dataSource.getCurrentSchema(),
                "patient",
                name,
                List.of("id"),
                false,
                Optional.empty(),
                Mode.FIELD,
                type,
                false,
                "clinic.Patient." + name);
    }
}
