package dev.tegula.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.cipher.RootKey;
import dev.tegula.registry.SealDoor;
import dev.tegula.value.ValueType;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Functions of a schema on the path that fit better than those of the server, which take any array or any string: even with
 * {@code pg_catalog} first, they would be called with the rights of who asks.
 */
final class ForgedFunctionsTest {

    private static final List<String> FORGED = List.of(
            "unnest(smallint[]) RETURNS SETOF smallint",
            "cardinality(text[]) RETURNS int",
            "cardinality(bigint[]) RETURNS int",
            "array_length(text[], int) RETURNS int",
            "array_to_string(text[], text) RETURNS text",
            "format(text, text, name) RETURNS text",
            "to_regclass(varchar) RETURNS regclass");

    /** One that nobody sealed is read too. */
    private static final String INDEX =
            "INSERT INTO tegula_index (schema_name, table_name, column_name, index_name, bits,"
                    + " per_tenant, part_fields, part_columns, normalizers, normalizer_versions, unique_columns, origin, seal)"
                    + " VALUES ('s', 't', 'c', 'i', 16, false, '{f}', '{c}', '{exact}', '{1}', '{}', '', decode(repeat('00', 32), 'hex'))";

    private PGSimpleDataSource database;
    private Transactions transactions;

    @BeforeEach
    void open() throws SQLException {
        database = Postgres.freshSchema();
        transactions = new Transactions(database, Postgres.capture());
        transactions.each(SchemaScript.statements());
        for (String function : FORGED) {
            Postgres.run(
                    database,
                    "CREATE FUNCTION " + function
                            + " LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION $forged$forged$forged$; END'");
        }
    }

    @Test
    void readingTablesAndTheCatalogue_callsNoneOfThem() throws SQLException {
        String schema = database.getCurrentSchema();
        Postgres.run(database, "CREATE TABLE patient (id bigint PRIMARY KEY, ssn bytea)");
        TableName patient = new TableName(schema, "patient");
        EncryptedColumn ssn = EncryptedColumn.of("patient.ssn", schema + ".patient.ssn", ValueType.STRING, "id");
        try (RootKey root = RootKey.generate(new SecureRandom())) {
            CatalogueStore catalogue = new CatalogueStore(transactions, SealDoor.under(root));
            catalogue.publish(List.of(ssn));
            Postgres.run(database, INDEX);

            assertThat(catalogue.columns()).containsExactly(ssn);
            assertThat(catalogue.indexes().unsealed()).hasSize(1);
        }
        RealTable table = transactions.readCommitted(
                session -> RealTable.read(session, patient).orElseThrow());
        assertThat(table.primaryKey()).containsExactly("id");
        Postgres.run(database, "ALTER TABLE tegula_key ADD CONSTRAINT own CHECK (version > 0)");
        assertThat(OwnTables.additions(transactions).obstacle())
                .hasValueSatisfying(text -> assertThat(text).contains("own"));
    }

    /** So that the test above shows something: by their bare names they are called. */
    @Test
    void theSameByItsBareName_isCalled() {
        assertThatThrownBy(() -> transactions.readCommitted(session -> {
                    session.execute("SELECT unnest(conkey) FROM pg_catalog.pg_constraint");
                    return true;
                }))
                .hasRootCauseInstanceOf(SQLException.class);
    }
}
