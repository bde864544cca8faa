package dev.tegula.jdbc;

import dev.tegula.catalogue.Catalogue;
import dev.tegula.catalogue.CatalogueRows;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.catalogue.IndexColumn;
import dev.tegula.catalogue.IndexRows;
import dev.tegula.catalogue.Misfit;
import dev.tegula.catalogue.UnsealedColumn;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.registry.RegistrySeal;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The catalogue in {@code tegula_field} and {@code tegula_index}, every row of it sealed. Applications add and refresh their columns; nobody removes
 * one by publishing, because a column that a mapping no longer names still holds values that need keys. Throws what
 * {@link Transactions} throws. Thread-safe.
 */
public final class CatalogueStore implements Catalogue {

    private static final Logger LOG = LoggerFactory.getLogger(CatalogueStore.class);

    private final Transactions transactions;
    private final RegistrySeal seal;

    /** The catalogue behind these transactions, under the seals of the registry in the same database. */
    public CatalogueStore(Transactions transactions, RegistrySeal seal) {
        this.transactions = transactions;
        this.seal = seal;
    }

    /**
     * Adds the columns of an application, or refreshes them, all or none. Nothing is written if nothing is new. A row of
     * one of these columns that does not verify says nothing: it is replaced, with a warning in the log.
     *
     * @throws ConfigurationException if a column holds another field already, or a field would have two types that do
     *     not read as one another, or a key for each tenant here and one key there
     */
    @Override
    public void publish(List<EncryptedColumn> columns) {
        transactions
                .serializable(session -> publish(session, columns))
                .forEach(label -> LOG.warn(
                        "The catalogue row of {} did not verify: something other than Tegula changed or added it. It was"
                                + " replaced by what is published now.",
                        label));
    }

    private List<String> publish(Session session, List<EncryptedColumn> columns) throws SQLException {
        RegistrySeal root = root(session);
        CatalogueRows stored = FieldRows.read(session, root);
        Map<String, EncryptedColumn> byPlace =
                stored.columns().stream().collect(Collectors.toMap(EncryptedColumn::label, Function.identity()));
        Set<String> unsealed =
                stored.unsealed().stream().map(UnsealedColumn::label).collect(Collectors.toSet());
        List<String> replaced = new ArrayList<>();
        CatalogueTold told = new CatalogueTold();
        for (EncryptedColumn column : columns) {
            EncryptedColumn known = byPlace.get(column.label());
            if (known != null) {
                requireSameField(known, column);
            }
            stored.columns().forEach(other -> requireAlike(other, column));
            columns.forEach(other -> requireAlike(other, column));
            if (!column.equals(known)) {
                FieldRows.upsert(session, column, root.seal(column));
                told.add(column.label(), column.field());
            }
            if (unsealed.contains(column.label())) {
                replaced.add(column.label());
            }
        }
        told.tell(session, transactions.author(), root);
        return replaced;
    }

    /**
     * The seals by the root that is ACTIVE in the transaction, at SERIALIZABLE: a process that stood still while the root was replaced
     * would else seal rows that do not verify later, and with the earlier pin alone take genuine rows for forged ones.
     */
    private RegistrySeal root(Session session) throws SQLException {
        return JdbcKeyRegistry.sealing(session, seal);
    }

    @Override
    public List<Misfit> misfits(List<EncryptedColumn> columns) {
        return transactions.read(session -> RealTable.misfits(session, columns));
    }

    @Override
    public CatalogueRows rows() {
        return transactions.read(session -> FieldRows.read(session, seal));
    }

    /**
     * Adds the blind indexes of an application, or refreshes them, all or none. A row of one of them that does not verify is
     * replaced, with a warning in the log. Nothing is asked or written if there are none.
     *
     * @throws ConfigurationException if the column holds the index of another field
     */
    @Override
    public void publishIndexes(List<IndexColumn> indexes) {
        if (indexes.isEmpty()) {
            return;
        }
        transactions
                .serializable(session -> publishIndexes(session, indexes))
                .forEach(label -> LOG.warn(
                        "The index row of {} did not verify: something other than Tegula changed or added it. It was"
                                + " replaced by what is published now.",
                        label));
    }

    private List<String> publishIndexes(Session session, List<IndexColumn> indexes) throws SQLException {
        RegistrySeal root = root(session);
        IndexRows stored = IndexStore.read(session, root);
        Map<String, IndexColumn> byPlace =
                stored.indexes().stream().collect(Collectors.toMap(IndexColumn::label, Function.identity()));
        Set<String> unsealed =
                stored.unsealed().stream().map(UnsealedColumn::label).collect(Collectors.toSet());
        List<String> replaced = new ArrayList<>();
        CatalogueTold told = new CatalogueTold();
        for (IndexColumn index : indexes) {
            IndexColumn known = byPlace.get(index.label());
            if (known != null && !known.field().equals(index.field())) {
                throw new ConfigurationException(index.label() + " is a blind index of " + known.field() + " ("
                        + known.origin() + "), but " + index.origin() + " maps it as one of " + index.field()
                        + ". Use another column; or drop it, and `tegula fields remove " + index.argument() + "`.");
            }
            if (!index.equals(known)) {
                IndexStore.upsert(session, index, root.seal(index));
                told.add(index.label(), "a blind index of " + index.field());
            }
            if (unsealed.contains(index.label())) {
                replaced.add(index.label());
            }
        }
        told.tell(session, transactions.author(), root);
        return replaced;
    }

    @Override
    public IndexRows indexes() {
        return transactions.read(session -> IndexStore.read(session, seal));
    }

    /** Removes the rows of blind indexes; what their columns hold stays. */
    public void removeIndexes(Collection<IndexColumn> indexes) {
        transactions.serializable(session -> {
            CatalogueTold told = new CatalogueTold();
            for (IndexColumn index : indexes) {
                IndexStore.delete(session, index.schema(), index.table(), index.column());
                told.remove(index.label(), "a blind index of " + index.field());
            }
            told.tell(session, transactions.author(), seal);
            return indexes.size();
        });
    }

    /** Removes those of the rows of blind indexes that still do not verify; returns what was removed. */
    public List<UnsealedColumn> removeUnsealedIndexes(Collection<UnsealedColumn> rows) {
        return transactions.serializable(session -> {
            CatalogueTold told = new CatalogueTold();
            List<UnsealedColumn> removed =
                    new ArrayList<>(IndexStore.read(session, root(session)).unsealed());
            removed.retainAll(rows);
            for (UnsealedColumn row : removed) {
                IndexStore.delete(session, row.schema(), row.table(), row.column());
                told.remove(row.label(), row.why());
            }
            told.tell(session, transactions.author(), seal);
            return List.copyOf(removed);
        });
    }

    /** Removes the rows of columns. Their values stay, and are not counted any more. */
    public void remove(Collection<EncryptedColumn> columns) {
        transactions.serializable(session -> {
            CatalogueTold told = new CatalogueTold();
            for (EncryptedColumn column : columns) {
                FieldRows.delete(session, column.schema(), column.table(), column.column());
                told.remove(column.label(), column.field());
            }
            told.tell(session, transactions.author(), seal);
            return columns.size();
        });
    }

    /** Removes those of the rows that still do not verify; returns what was removed. */
    public List<UnsealedColumn> removeUnsealed(Collection<UnsealedColumn> rows) {
        return transactions.serializable(session -> {
            CatalogueTold told = new CatalogueTold();
            List<UnsealedColumn> removed =
                    new ArrayList<>(FieldRows.read(session, root(session)).unsealed());
            removed.retainAll(rows);
            for (UnsealedColumn row : removed) {
                FieldRows.delete(session, row.schema(), row.table(), row.column());
                told.remove(row.label(), row.why());
            }
            told.tell(session, transactions.author(), seal);
            return List.copyOf(removed);
        });
    }

    private static void requireSameField(EncryptedColumn known, EncryptedColumn column) {
        if (!known.field().equals(column.field())) {
            throw new ConfigurationException(
                    column.label() + " holds values of " + known.field() + " (" + known.origin()
                            + "), but " + column.origin() + " maps it as " + column.field()
                            + ". A field id is permanent: map the old one, or another column.");
        }
    }

    private static void requireAlike(EncryptedColumn known, EncryptedColumn column) {
        if (!known.field().equals(column.field())) {
            return;
        }
        boolean readable =
                known.type().readableAs(column.type()) || column.type().readableAs(known.type());
        if (!readable) {
            throw new ConfigurationException(column.field() + " is a " + known.type() + " in " + known.label() + " ("
                    + known.origin() + ") and a " + column.type() + " in " + column.label() + " (" + column.origin()
                    + "). A field has one type wherever it lives; use another field id.");
        }
        if (known.perTenant() != column.perTenant()) {
            throw new ConfigurationException(column.field() + " has " + keys(known) + " in " + known.label() + " ("
                    + known.origin() + ") and " + keys(column) + " in " + column.label() + " (" + column.origin()
                    + "): values of one do not open as the other. Use another field id.");
        }
    }

    private static String keys(EncryptedColumn column) {
        return column.perTenant() ? "a key for each tenant" : "one key for all tenants";
    }
}
