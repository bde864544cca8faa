package dev.tegula.operations.reencrypt;

import dev.tegula.Context;
import dev.tegula.FieldCipher;
import dev.tegula.FieldIndex;
import dev.tegula.blindindex.BlindIndex;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.Mode;
import dev.tegula.failure.CannotOpenException;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.IntegrityException;
import dev.tegula.failure.KeyUnknownException;
import dev.tegula.failure.MalformedException;
import dev.tegula.failure.ValueException;
import dev.tegula.jdbc.Identifiers;
import dev.tegula.jdbc.KeptConnection;
import dev.tegula.jdbc.RealTable;
import dev.tegula.jdbc.Retry;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.SqlFailures;
import dev.tegula.jdbc.SqlState;
import dev.tegula.jdbc.TableName;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Fills the blind index of a column whose rows were written before there was one, beside an application that writes the index
 * of each new row. Each row is changed by compare-and-set, so that no write of the application is lost. What was not done is
 * NULL: a run that was stopped, or killed, is resumed by running it again, and several at once help each other. Thread-safe.
 *
 * @param <T> type of the values
 */
public final class IndexBackfill<T> {

    private static final int PAGES = 10;

    private final DataSource source;
    private final FieldCipher<T> cipher;
    private final FieldIndex<T> index;
    private final SweepSettings settings;

    /**
     * The index of one field, which has no other parts.
     *
     * @param source gives connections of a role that may SELECT and UPDATE the table, to the primary
     * @param settings size of batches, timeouts, rate, and the passes without progress after which the rest is left
     */
    public IndexBackfill(DataSource source, FieldCipher<T> cipher, FieldIndex<T> index, SweepSettings settings) {
        this.source = source;
        this.cipher = cipher;
        this.index = index;
        this.settings = settings;
    }

    /**
     * Fills.
     *
     * @param column where the values are
     * @param indexColumn the column of the same table for their index, bytea
     * @throws ConfigurationException if the table is not as the column says or has no such index column, or a look before the first
     *     change refuses it; other failures of that look as {@link Preflight.Found#require} says
     * @throws dev.tegula.failure.TegulaException if database, registry or KMS fail
     */
    public BackfillReport fill(EncryptedColumn column, String indexColumn, RunControl control) {
        new Preflight(source).look(List.of(column)).require(Set.of());
        Run run = new Run(column, indexColumn, control);
        try (KeptConnection kept = settings.connection(source)) {
            return run.fill(kept);
        }
    }

    /**
     * Opens every value and compares it with its index; changes nothing.
     *
     * @throws dev.tegula.failure.TegulaException as {@link #fill}
     */
    public BackfillReport verify(EncryptedColumn column, String indexColumn, RunControl control) {
        Run run = new Run(column, indexColumn, control);
        try (KeptConnection kept = settings.connection(source)) {
            return run.verify(kept);
        }
    }

    private final class Run {

        private final EncryptedColumn column;
        private final String indexColumn;
        private final RunControl control;
        private final Retry retry;
        private final String doing;
        private final Rate rate = new Rate(settings.maxPerSecond(), System::nanoTime);
        private final List<String> duplicates = new ArrayList<>();
        private final List<String> unreadable = new ArrayList<>();
        private final List<String> wrong = new ArrayList<>();
        private final Set<List<String>> hopeless = new HashSet<>();
        private long filled;
        private long sound;
        private long left;

        Run(EncryptedColumn column, String indexColumn, RunControl control) {
            if (column.mode() != Mode.FIELD) {
                throw new ConfigurationException(column.label() + " is bound to its rows (mode " + column.mode()
                        + "); columns of mode FIELD were expected.");
            }
            this.column = column;
            this.indexColumn = indexColumn;
            this.control = control;
            this.retry = control.retry();
            this.doing = "the blind index of " + column.label();
        }

        private TableShape shape(KeptConnection kept) {
            TableName table = TableName.of(column);
            return retry.run(
                    doing,
                    () -> kept.once(session -> {
                        TableShape shape = TableShape.read(session, table, List.of(column));
                        String type = RealTable.read(session, table)
                                .map(real -> real.types().getOrDefault(indexColumn, "missing"))
                                .orElse("missing");
                        if (!type.equals("bytea") && !type.equals("bytes")) {
                            throw new ConfigurationException(table + "." + indexColumn + " is " + type
                                    + "; a column of type bytea was expected for the blind index. `ALTER TABLE "
                                    + table.quoted()
                                    + " ADD " + Identifiers.quote(indexColumn) + " bytea`.");
                        }
                        return shape;
                    }));
        }

        BackfillReport fill(KeptConnection kept) {
            TableShape shape = shape(kept);
            IndexCompareAndSet update = new IndexCompareAndSet(shape, column.column(), indexColumn);
            PageQuery pages = new PageQuery(
                    shape,
                    List.of(new PageQuery.ColumnFilter(
                            column.column(),
                            column.tenantColumn(),
                            "(@ IS NOT NULL AND t." + Identifiers.quote(indexColumn) + " IS NULL)",
                            List.of())),
                    retry.run(doing, kept::dialect));
            boolean complete = true;
            int stalls = 0;
            do {
                long before = filled;
                left = 0;
                complete = pass(kept, pages, page -> fill(kept, shape.keyset(), update, page));
                stalls = filled == before ? stalls + 1 : 0;
            } while (complete && left > hopeless.size() && stalls < settings.stallLimit() && control.proceed());
            return report(complete);
        }

        BackfillReport verify(KeptConnection kept) {
            TableShape shape = shape(kept);
            PageQuery pages = new PageQuery(
                    shape,
                    List.of(
                            new PageQuery.ColumnFilter(
                                    column.column(), column.tenantColumn(), "@ IS NOT NULL", List.of()),
                            new PageQuery.ColumnFilter(indexColumn, column.tenantColumn(), "@ IS NOT NULL", List.of())),
                    retry.run(doing, kept::dialect));
            return report(pass(kept, pages, page -> page.rows().forEach(row -> verify(shape.keyset(), row))));
        }

        private BackfillReport report(boolean complete) {
            return new BackfillReport(filled, sound, duplicates, unreadable, wrong, left, complete);
        }

        private interface Work {
            void on(Page page);
        }

        /** Returns whether it came to the end of the table. */
        private boolean pass(KeptConnection kept, PageQuery pages, Work work) {
            int rows = settings.batchRows() * PAGES;
            PageQuery.Bounds bounds = PageQuery.Bounds.of(settings, rows, rows);
            List<String> after = null;
            while (control.proceed()) {
                List<String> from = after;
                Page page = retry.run(doing, () -> kept.once(session -> pages.read(session, from, null, bounds)));
                work.on(page);
                if (!page.cut() && page.scanned() < rows) {
                    return true;
                }
                after = page.next();
                control.sleep(rate.book(page.rows().size()));
            }
            return false;
        }

        private void fill(KeptConnection kept, KeyPaging keys, IndexCompareAndSet update, Page page) {
            List<IndexCompareAndSet.Wanted> wanted = new ArrayList<>();
            for (Page.Row row : page.rows()) {
                Cell cell = row.cells().get(0);
                if (cell == null || hopeless.contains(row.key())) {
                    left++;
                    continue;
                }
                Optional<BlindIndex> computed = computed(keys, row.key(), cell);
                if (computed.isPresent()) {
                    wanted.add(new IndexCompareAndSet.Wanted(
                            row.key(), cell.value(), computed.get().bytes()));
                } else {
                    left++;
                }
            }
            for (int from = 0; from < wanted.size(); from += settings.batchRows()) {
                List<IndexCompareAndSet.Wanted> batch =
                        wanted.subList(from, Math.min(from + settings.batchRows(), wanted.size()));
                Done done = retry.run(doing, () -> kept.once(session -> write(session, update, batch)));
                filled += done.changed.size();
                left += batch.size() - done.changed.size();
                done.taken.forEach(key -> {
                    hopeless.add(key);
                    list(duplicates, keys.shown(key));
                });
            }
        }

        private Optional<BlindIndex> computed(KeyPaging keys, List<String> key, Cell cell) {
            Optional<T> value = opened(cell);
            if (value.isPresent()) {
                try {
                    return Optional.ofNullable(index.compute(value.get(), indexContext(context(cell))));
                } catch (MalformedException | ValueException refused) {
                    // listed below, as what does not open is
                }
            }
            hopeless.add(key);
            list(unreadable, keys.shown(key));
            return Optional.empty();
        }

        private Optional<T> opened(Cell cell) {
            try {
                return cell.tooLarge()
                        ? Optional.empty()
                        : Optional.ofNullable(cipher.decrypt(cell.value(), context(cell)));
            } catch (CannotOpenException | MalformedException | ValueException | KeyUnknownException e) {
                return Optional.empty();
            }
        }

        private void verify(KeyPaging keys, Page.Row row) {
            Cell value = row.cells().get(0);
            Cell stored = row.cells().get(1);
            Optional<T> opened = value == null ? Optional.empty() : opened(value);
            if (value != null && opened.isEmpty()) {
                left++;
                list(unreadable, keys.shown(row.key()));
                return;
            }
            if (value != null && isIndexOf(stored, opened.get(), indexContext(context(value)))) {
                sound++;
            } else {
                left++;
                list(wrong, keys.shown(row.key()));
            }
        }

        private boolean isIndexOf(@Nullable Cell stored, T value, Context context) {
            try {
                index.verify(stored == null ? null : stored.value(), value, context);
                return true;
            } catch (IntegrityException | MalformedException | ValueException e) {
                return false;
            }
        }

        private Context context(Cell cell) {
            return column.perTenant() ? Context.tenant(cell.tenant().orElse("")) : Context.noTenant();
        }

        private Context indexContext(Context ofValue) {
            return index.spec().perTenant() ? ofValue : Context.noTenant();
        }
    }

    private record Done(Set<List<String>> changed, List<List<String>> taken) {}

    /** All at once; if one of them has an index that is taken, one by one. */
    private static Done write(Session session, IndexCompareAndSet update, List<IndexCompareAndSet.Wanted> batch)
            throws SQLException {
        Optional<Set<List<String>>> all = attempt(session, update, batch);
        if (all.isPresent()) {
            return new Done(all.get(), List.of());
        }
        Set<List<String>> changed = new HashSet<>();
        List<List<String>> taken = new ArrayList<>();
        for (IndexCompareAndSet.Wanted row : batch) {
            attempt(session, update, List.of(row)).ifPresentOrElse(changed::addAll, () -> taken.add(row.key()));
        }
        return new Done(changed, taken);
    }

    private static Optional<Set<List<String>>> attempt(
            Session session, IndexCompareAndSet update, List<IndexCompareAndSet.Wanted> rows) throws SQLException {
        Savepoint before = session.connection().setSavepoint();
        try {
            Set<List<String>> changed = update.run(session, rows);
            session.connection().releaseSavepoint(before);
            return Optional.of(changed);
        } catch (SQLException e) {
            if (!SqlFailures.state(e).equals(SqlState.UNIQUE_VIOLATION)) {
                throw e;
            }
            session.connection().rollback(before);
            return Optional.empty();
        }
    }

    private static void list(List<String> rows, String row) {
        if (rows.size() < BackfillReport.MAX_LISTED) {
            rows.add(row);
        }
    }
}
