package dev.tegula.jdbc;

import dev.tegula.audit.AuditAuthor;
import dev.tegula.audit.AuditHead;
import dev.tegula.catalogue.CatalogueRows;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.catalogue.IndexColumn;
import dev.tegula.catalogue.IndexRows;
import dev.tegula.catalogue.UnsealedColumn;
import dev.tegula.registry.RegistrySeal;
import dev.tegula.registry.RootRotation;
import dev.tegula.registry.Seal;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Puts one REGISTRY root in the place of another, inside one serializable transaction that holds the tables: all sealed rows are
 * verified and sealed by the new one, and each chain of the audit trail goes on under it.
 */
public final class RootChange {

    private final AuditAuthor author;
    private final List<SealedTable> others;

    /**
     * The change of a database.
     *
     * @param author tells it
     * @param others tables of other packages
     */
    public RootChange(AuditAuthor author, List<SealedTable> others) {
        this.author = author;
        this.others = List.copyOf(others);
    }

    /** A table whose rows are sealed. */
    @FunctionalInterface
    public interface SealedTable {

        /**
         * Seals by the root of the seal all rows that another root sealed which it believes.
         *
         * @return how many
         * @throws dev.tegula.failure.IntegrityException if a row does not verify
         */
        int reseal(Session session, RegistrySeal seal) throws SQLException;
    }

    /**
     * Makes the root that waits ACTIVE.
     *
     * @param before believes both roots, and seals by the ACTIVE one
     * @param next believes both, and seals by the one that waits
     * @return how many rows were sealed again
     * @throws dev.tegula.failure.IntegrityException if a row does not verify; the transaction is to be rolled back
     */
    public int activate(Session session, RegistrySeal before, RegistrySeal next) throws SQLException {
        AuditChains.mark(session, author, before, next.rootId(), AuditHead.mark(before.rootId(), next.rootId()));
        return RootRotation.activate(new JdbcRegistryChange(session, author), next, now(session))
                + reseal(session, next);
    }

    /**
     * Retires the root before. What carries its seal now was not there when all was sealed by the next one, and no process writes such:
     * who holds the root before can, and it must not become genuine.
     *
     * @param seal seals by the ACTIVE root
     * @return how many rows were sealed again
     * @throws dev.tegula.failure.IntegrityException if a row does not verify under that one; the transaction is to be rolled back
     */
    public int finish(Session session, RegistrySeal seal) throws SQLException {
        RegistrySeal alone = seal.alone();
        return RootRotation.finish(new JdbcRegistryChange(session, author), alone, now(session))
                + reseal(session, alone);
    }

    private static Instant now(Session session) throws SQLException {
        try (PreparedStatement select = session.prepare("SELECT now()");
                ResultSet row = select.executeQuery()) {
            row.next();
            return row.getObject(1, OffsetDateTime.class).toInstant();
        }
    }

    private int reseal(Session session, RegistrySeal seal) throws SQLException {
        int resealed = columns(session, seal) + indexes(session, seal);
        for (SealedTable table : others) {
            resealed += table.reseal(session, seal);
        }
        return resealed;
    }

    private static int columns(Session session, RegistrySeal seal) throws SQLException {
        CatalogueRows all = FieldRows.read(session, seal);
        requireNone("tegula_field", all.unsealed());
        Set<EncryptedColumn> stale = new HashSet<>(all.columns());
        FieldRows.read(session, seal.alone()).columns().forEach(stale::remove);
        for (EncryptedColumn column : stale) {
            update(session, "tegula_field", seal.seal(column), column.schema(), column.table(), column.column());
        }
        return stale.size();
    }

    private static int indexes(Session session, RegistrySeal seal) throws SQLException {
        IndexRows all = IndexStore.read(session, seal);
        requireNone("tegula_index", all.unsealed());
        Set<IndexColumn> stale = new HashSet<>(all.indexes());
        IndexStore.read(session, seal.alone()).indexes().forEach(stale::remove);
        for (IndexColumn index : stale) {
            update(session, "tegula_index", seal.seal(index), index.schema(), index.table(), index.column());
        }
        return stale.size();
    }

    private static void requireNone(String table, List<UnsealedColumn> rows) {
        RootRotation.requireNone(
                table,
                rows.stream().map(UnsealedColumn::label).toList(),
                "`tegula fields list` shows them, `tegula fields remove --unsealed` removes them, and the application publishes its columns"
                        + " when it starts");
    }

    private static void update(Session session, String table, Seal seal, String... place) throws SQLException {
        try (PreparedStatement update = session.prepare(
                "UPDATE " + table + " SET seal = ? WHERE schema_name = ? AND table_name = ? AND column_name = ?")) {
            update.setBytes(1, seal.bytes());
            for (int at = 0; at < place.length; at++) {
                update.setString(at + 2, place[at]);
            }
            TakenRows.one(update, table);
        }
    }
}
