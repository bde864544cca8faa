package dev.tegula.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.catalogue.IndexColumn;
import dev.tegula.catalogue.IndexColumn.Part;
import dev.tegula.catalogue.UnsealedColumn;
import dev.tegula.cipher.RootKey;
import dev.tegula.envelope.FieldId;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.registry.RegistrySeal;
import dev.tegula.registry.SealDoor;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Rows of blind indexes: nobody but Tegula makes one that is believed. */
final class IndexStoreTest {

    private static final Part SSN = new Part(FieldId.of("patient.ssn"), Optional.of("ssn"), "tegula.digits_only", 1);
    private static final Part BORN = new Part(FieldId.of("patient.born"), Optional.empty(), "clinic.year", 3);
    private static final IndexColumn PLAIN = index("ssn_index", List.of(SSN), List.of("ssn_index"));
    private static final IndexColumn BOTH = index("both_index", List.of(SSN, BORN), List.of());

    private PGSimpleDataSource dataSource;
    private Transactions transactions;
    private CatalogueStore catalogue;

    private static IndexColumn index(String column, List<Part> parts, List<String> unique) {
        return new IndexColumn(
                "public",
                "patient",
                column,
                Optional.empty(),
                "",
                256,
                false,
                parts,
                unique,
                "clinic.Patient." + column);
    }

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

    @Test
    void publishIndexes_comeBackAsTheyWere() {
        IndexColumn rotating = PLAIN.withNext("ssn_next");
        catalogue.publishIndexes(List.of(rotating, BOTH));

        assertThat(catalogue.indexes().indexes()).containsExactly(BOTH, rotating);
        assertThat(catalogue.indexes().unsealed()).isEmpty();
        assertThat(catalogue.columns()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "schema_name = 'clinic'",
                "table_name = 'visit'",
                "column_name = 'note', unique_columns = '{note}'",
                "next_column = 'ssn_next'",
                "index_name = 'by.ssn'",
                "bits = 255",
                "per_tenant = true",
                "part_fields = '{patient.note}'",
                "part_columns = '{note}'",
                "part_columns = '{\"\"}'",
                "part_columns = '{NULL}'",
                "normalizers = '{tegula.exact}'",
                "normalizer_versions = '{2}'",
                "normalizer_versions = '{4294967297}'",
                "normalizer_versions = '{NULL}'",
                "unique_columns = '{}'",
                "unique_columns = '{ssn_index,ssn_index}'",
                "origin = ''",
                "seal = decode(repeat('00', 32), 'hex')"
            })
    void indexes_aColumnOfARowEdited_isNotBelieved(String edit) throws SQLException {
        catalogue.publishIndexes(List.of(PLAIN, BOTH));
        Postgres.run(dataSource, "UPDATE tegula_index SET " + edit + " WHERE column_name = 'ssn_index'");

        assertThat(catalogue.indexes().indexes()).containsExactly(BOTH);
        assertThat(catalogue.indexes().unsealed()).hasSize(1);
    }

    @Test
    void publishIndexes_rowThatDoesNotVerify_isReplaced() throws SQLException {
        catalogue.publishIndexes(List.of(PLAIN));
        Postgres.run(dataSource, "UPDATE tegula_index SET normalizers = '{tegula.exact}'");

        catalogue.publishIndexes(List.of(PLAIN));

        assertThat(catalogue.indexes().indexes()).containsExactly(PLAIN);
    }

    @Test
    void publishIndexes_ofAnotherField_isRefusedAndNothingIsWritten() {
        catalogue.publishIndexes(List.of(PLAIN));
        IndexColumn other = index("ssn_index", List.of(BORN), List.of());

        assertThatThrownBy(() -> catalogue.publishIndexes(List.of(BOTH, other)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("tegula fields remove public.patient.ssn_index");
        assertThat(catalogue.indexes().indexes()).containsExactly(PLAIN);
    }

    @Test
    void publishIndexes_sameFieldOtherwise_isRefreshed() {
        catalogue.publishIndexes(List.of(PLAIN));
        IndexColumn changed = index("ssn_index", List.of(SSN), List.of());

        catalogue.publishIndexes(List.of(changed));

        assertThat(catalogue.indexes().indexes()).containsExactly(changed);
    }

    @Test
    void publishIndexes_none_asksNothing() throws SQLException {
        Postgres.run(dataSource, "DROP TABLE tegula_index");

        catalogue.publishIndexes(List.of());

        assertThat(catalogue.columns()).isEmpty();
    }

    @Test
    void remove_takesOutWhatWasNamed() throws SQLException {
        catalogue.publishIndexes(List.of(PLAIN, BOTH));
        Postgres.run(dataSource, "UPDATE tegula_index SET bits = 8 WHERE column_name = 'ssn_index'");
        List<UnsealedColumn> strange = catalogue.indexes().unsealed();

        assertThat(catalogue.removeUnsealedIndexes(strange)).isEqualTo(strange);
        catalogue.removeIndexes(List.of(BOTH));

        assertThat(catalogue.indexes().indexes()).isEmpty();
        assertThat(catalogue.indexes().unsealed()).isEmpty();
    }
}
