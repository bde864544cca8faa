package dev.tegula.operations.reencrypt;

import dev.tegula.Tegula;
import dev.tegula.catalogue.Catalogue;
import dev.tegula.catalogue.CatalogueRows;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.catalogue.IndexColumn;
import dev.tegula.catalogue.IndexRows;
import dev.tegula.catalogue.UnsealedColumn;
import dev.tegula.envelope.Mode;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.TableName;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What the catalogue says that a column is for, besides its values in clear. The database knows nothing of it: to empty such a column,
 * or to give it values of something else, makes values of other columns unreadable.
 */
final class CatalogueUses {

    /** The table, what it is a part of or inherits from, and its own parts and heirs: in all of them the column is the same one. */
    private static final String RELATIVES = """
            WITH RECURSIVE above (oid) AS (
              SELECT CAST(pg_catalog.to_regclass(?) AS pg_catalog.oid)
              UNION SELECT i.inhparent FROM pg_catalog.pg_inherits i JOIN above a ON a.oid = i.inhrelid),
            below (oid) AS (
              SELECT oid FROM above UNION SELECT i.inhrelid FROM pg_catalog.pg_inherits i JOIN below b ON b.oid = i.inhparent)
            SELECT n.nspname, c.relname FROM below b JOIN pg_catalog.pg_class c ON c.oid = b.oid
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace""";

    private final CatalogueRows columns;
    private final IndexRows indexes;

    private CatalogueUses(CatalogueRows columns, IndexRows indexes) {
        this.columns = columns;
        this.indexes = indexes;
    }

    /** Reads the catalogue, on a connection of the engine's own; an engine without one knows of nothing. */
    static CatalogueUses read(Tegula tegula) {
        Optional<Catalogue> catalogue = tegula.catalogue();
        return new CatalogueUses(
                catalogue.map(Catalogue::rows).orElse(new CatalogueRows(List.of(), List.of())),
                catalogue.map(Catalogue::indexes).orElse(new IndexRows(List.of(), List.of())));
    }

    /** What the column in clear is needed for, in words that stand behind "these stand on it". */
    List<String> of(Session session, PlainColumn column) throws SQLException {
        Set<TableName> tables = relatives(session, column.table());
        String name = column.name();
        List<String> uses = new ArrayList<>();
        columns.columns().stream()
                .filter(other -> tables.contains(TableName.of(other)))
                .forEach(other -> of(other, name, uses));
        indexes.indexes().stream()
                .filter(index -> tables.contains(new TableName(index.schema(), index.table())))
                .forEach(index -> of(index, name, uses));
        Stream.concat(columns.unsealed().stream(), indexes.unsealed().stream())
                .filter(row -> tables.contains(new TableName(row.schema(), row.table())))
                .forEach(row -> of(row, uses));
        return uses;
    }

    private static void of(EncryptedColumn other, String name, List<String> uses) {
        if (other.tenantColumn().filter(name::equals).isPresent()) {
            uses.add("the encrypted column " + other.label() + ", whose tenant column it is, which stays in clear");
        }
        if (other.mode() == Mode.ROW && other.keyColumns().contains(name)) {
            uses.add("the encrypted column " + other.label() + ", whose values are bound to it");
        }
        if (other.column().equals(name)) {
            uses.add("the encrypted column " + other.label() + ", which it is itself");
        }
    }

    private static void of(IndexColumn index, String name, List<String> uses) {
        if (index.column().equals(name)) {
            uses.add("the blind index " + index.label() + ", which it is itself");
        } else if (index.next().filter(name::equals).isPresent()) {
            uses.add("the blind index " + index.label() + ", of which it is the next column");
        } else if (index.unique().contains(name)) {
            uses.add("the UNIQUE of the blind index " + index.label());
        } else if (index.parts().stream()
                .anyMatch(part -> part.column().filter(name::equals).isPresent())) {
            uses.add("the blind index " + index.label() + ", which is computed from it");
        }
    }

    /** Nobody knows what it said of the column. */
    private static void of(UnsealedColumn row, List<String> uses) {
        uses.add("the row of the catalogue of " + row.label() + ", which does not verify and may need it: "
                + row.removal() + " removes it, and an application that starts publishes its columns again");
    }

    private static Set<TableName> relatives(Session session, TableName table) throws SQLException {
        Set<TableName> relatives = new HashSet<>(Set.of(table));
        if (!session.dialect().fencesByTrigger()) {
            return relatives;
        }
        try (PreparedStatement select = session.prepare(RELATIVES)) {
            select.setString(1, table.quoted());
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    relatives.add(new TableName(row.getString(1), row.getString(2)));
                }
            }
        }
        return relatives;
    }
}
