package dev.tegula.operations.reencrypt;

import dev.tegula.Tegula;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.EnvelopeHead;
import dev.tegula.envelope.Mode;
import dev.tegula.envelope.RowId;
import dev.tegula.envelope.Scope;
import dev.tegula.failure.CannotOpenException;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.KeyUnknownException;
import dev.tegula.failure.MalformedException;
import dev.tegula.jdbc.KeptConnection;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.TableName;
import dev.tegula.operations.reencrypt.CompareAndSetQuery.ChangedRow;
import dev.tegula.operations.reencrypt.Rebinding.Left;
import dev.tegula.operations.reencrypt.Rebinding.Result;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Some rows of one table whose key was changed: read, opened under the old key, and changed by compare-and-set. */
final class ReboundRows {

    private static final String REFUSED = "refused";

    private final Tegula tegula;
    private final TableShape shape;
    private final List<JobPlan.Column> columns;
    private final StoredCells cells;
    private final KeptConnection kept;
    private final CompareAndSetQuery swaps;

    ReboundRows(Tegula tegula, TableShape shape, List<EncryptedColumn> columns, long valueBytes, KeptConnection kept)
            throws SQLException {
        this.tegula = tegula;
        this.shape = shape;
        this.columns = columns.stream().map(Planner::column).toList();
        this.cells = new StoredCells(this.columns, valueBytes);
        this.kept = kept;
        this.swaps = new CompareAndSetQuery(
                shape,
                this.columns.stream().map(JobPlan.Column::name).toList(),
                this.columns.stream().map(JobPlan.Column::tenantColumn).toList(),
                kept.dialect());
    }

    TableName table() {
        return shape.table();
    }

    KeyPaging keys() {
        return shape.keys();
    }

    /**
     * What came of some rows.
     *
     * @param held rows of which values are to be tried again
     */
    record Done(Map<Result, Long> counts, List<Left> left, List<RowMove> held) {}

    /** A row as it was read, with what it becomes if the old key is nobody's. */
    private record Read(RowMove move, List<String> key, ReboundTally tally, ChangedRow swap) {}

    /**
     * Reads, decrypts and writes. Safe to run again.
     *
     * @param last whether rows that stay as they are although nobody holds them count as refused, and those that are held as left
     */
    Done attempt(List<RowMove> moves, boolean dryRun, boolean last) throws SQLException {
        ReboundTally settled = new ReboundTally();
        List<Read> read = new ArrayList<>();
        Map<RowId, Page.Row> found = kept.once(session -> rows(session, moves));
        for (RowMove move : moves) {
            Page.Row row = found.get(move.is());
            if (row == null) {
                settled.left(
                        new Left(move.line(), shape.keys().shown(move.key()), "", Result.GONE, "", Optional.empty()));
            } else {
                Read one = opened(move, row);
                if (one.swap().size() > 0) {
                    read.add(one);
                } else {
                    settled.add(one.tally());
                }
            }
        }
        return kept.once(session -> {
            ReboundTally all = new ReboundTally();
            all.add(settled);
            List<RowMove> held = new ArrayList<>();
            List<Read> free = free(session, read, all);
            if (dryRun) {
                free.forEach(one -> bound(one, all));
            } else {
                swap(session, free, last, all, held);
                if (all.counts().containsKey(Result.BOUND)) {
                    tegula.audit().tell(session, all.told(table()));
                }
            }
            return new Done(all.counts(), all.left(), held);
        });
    }

    private static void bound(Read one, ReboundTally all) {
        all.add(one.tally());
        all.count(Result.BOUND, one.swap().size());
    }

    /** The rows that there are, by their new key. */
    private Map<RowId, Page.Row> rows(Session session, List<RowMove> moves) throws SQLException {
        KeyPaging keys = shape.keys();
        String sql = "SELECT " + keys.columnText("t") + ", " + cells.selected(session.dialect()) + named();
        Map<RowId, Page.Row> rows = new HashMap<>();
        try (PreparedStatement select = session.prepare(sql)) {
            keys.bind(session, select, moves.stream().map(RowMove::key).toList());
            try (ResultSet found = select.executeQuery()) {
                while (found.next()) {
                    List<String> key = key(found);
                    Page.Row row = new Page.Row(key, cells.read(found, keys.size() + 1));
                    if (rows.put(keys.rowId(key), row) != null) {
                        throw new ConfigurationException(table() + " has several rows of the key " + keys.shown(key)
                                + ", in tables that inherit from it, so the list does not say which. Give each of them"
                                + " a key of its own, or take the key out of the list.");
                    }
                }
            }
        }
        return rows;
    }

    private String named() {
        StringJoiner names = new StringJoiner(", ");
        StringJoiner arrays = new StringJoiner(", ");
        shape.keys().unnested(names, arrays);
        return " FROM " + shape.table().quoted() + " t JOIN unnest(" + arrays + ") AS v(" + names + ") ON "
                + shape.keys().joined("t", "v");
    }

    private List<String> key(ResultSet row) throws SQLException {
        List<String> key = new ArrayList<>();
        for (int i = 1; i <= shape.keys().size(); i++) {
            key.add(row.getString(i));
        }
        return key;
    }

    /** The new values of a row; those that are not to be changed, or do not open, are in its tally. */
    private Read opened(RowMove move, Page.Row row) {
        ReboundTally tally = new ReboundTally();
        List<byte @Nullable []> values = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            Cell cell = row.cells().get(i);
            values.add(cell == null ? null : rebound(columns.get(i), cell, move, row.key(), tally));
        }
        return new Read(move, row.key(), tally, new ChangedRow(row.key(), row.cells(), values));
    }

    private byte @Nullable [] rebound(
            JobPlan.Column column, Cell cell, RowMove move, List<String> key, ReboundTally tally) {
        if (cell.tooLarge()) {
            tally.left(stays(column.name(), move, key, VerifyReport.TOO_LARGE, Optional.empty()));
            return null;
        }
        byte[] inner = null;
        try {
            Scope scope = PageReencryptor.scope(column, cell.tenant());
            if (opens(column, scope, move.is(), cell)) {
                tally.count(Result.ALREADY, 1);
                return null;
            }
            inner = open(column, scope, move.was(), cell);
            return tegula.keyring().writer(scope).encrypt(Mode.ROW, move.is(), inner);
        } catch (KeyUnknownException | CannotOpenException | MalformedException e) {
            tally.left(stays(column.name(), move, key, e.code(), Optional.empty()));
            return null;
        } finally {
            if (inner != null) {
                Arrays.fill(inner, (byte) 0);
            }
        }
    }

    private byte[] open(JobPlan.Column column, Scope scope, RowId row, Cell cell) {
        return tegula.keyring()
                .reader(EnvelopeHead.of(column.field().value(), cell.value()).keyId(), scope)
                .decrypt(Mode.ROW, row, cell.value());
    }

    private boolean opens(JobPlan.Column column, Scope scope, RowId row, Cell cell) {
        try {
            Arrays.fill(open(column, scope, row, cell), (byte) 0);
            return true;
        } catch (CannotOpenException e) {
            return false;
        }
    }

    private Left stays(String column, RowMove move, List<String> key, String reason, Optional<String> refusal) {
        return new Left(move.line(), shape.keys().shown(key), column, Result.STAYS, reason, refusal);
    }

    /** Those whose old key is that of no row; of the others a value may be one that somebody put there from that row. */
    private List<Read> free(Session session, List<Read> read, ReboundTally all) throws SQLException {
        Set<RowId> used = used(session, read);
        List<Read> free = new ArrayList<>();
        for (Read one : read) {
            if (used.contains(one.move().was())) {
                all.add(one.tally());
                each(one, column -> all.left(stays(column, one.move(), one.key(), Rebinding.IN_USE, Optional.empty())));
            } else {
                free.add(one);
            }
        }
        return free;
    }

    /** Each column of the row that was to be changed. */
    private void each(Read one, Consumer<String> todo) {
        for (int i = 0; i < columns.size(); i++) {
            if (one.swap().values().get(i) != null) {
                todo.accept(columns.get(i).name());
            }
        }
    }

    private Set<RowId> used(Session session, List<Read> read) throws SQLException {
        List<List<String>> olds = new ArrayList<>();
        for (Read one : read) {
            List<String> old = one.move().old();
            if (old != null && fits(old)) {
                olds.add(old);
            }
        }
        if (olds.isEmpty()) {
            return Set.of();
        }
        Set<RowId> used = new HashSet<>();
        try (PreparedStatement select = session.prepare("SELECT " + shape.keys().columnText("t") + named())) {
            shape.keys().bind(session, select, olds);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    used.add(shape.keys().rowId(key(rows)));
                }
            }
        }
        return used;
    }

    /** Whether the key's columns could hold it: a wider integer than they have is no row's. */
    private boolean fits(List<String> parts) {
        for (int i = 0; i < parts.size(); i++) {
            if (!RowBinding.fits(shape.keys().columns().get(i), parts.get(i))) {
                return false;
            }
        }
        return true;
    }

    private void swap(Session session, List<Read> free, boolean last, ReboundTally all, List<RowMove> held)
            throws SQLException {
        List<ChangedRow> rows = free.stream().map(Read::swap).toList();
        Refusals refusals = new Refusals(session, swaps);
        Set<List<String>> changed = new HashSet<>();
        refusals.run(rows, changed);
        if (last && !refusals.hopeless()) {
            refusals.swallowed(
                    rows.stream()
                            .filter(row -> !changed.contains(row.key()) && !refusals.has(row.key()))
                            .toList(),
                    changed);
        }
        List<Quarantine.Entry> refused = refusals.entries(
                shape, columns.stream().map(JobPlan.Column::name).toList());
        for (Read one : free) {
            if (changed.contains(one.key())) {
                bound(one, all);
            } else if (refusals.has(one.key()) || refusals.hopeless()) {
                all.add(one.tally());
                // Of those that nobody tried any more, because the table refuses all, the first says why.
                String refusal = refused.stream()
                        .filter(entry -> entry.row().equals(shape.keys().shown(one.key())))
                        .findFirst()
                        .orElse(refused.get(0))
                        .refusal();
                each(one, column -> all.left(stays(column, one.move(), one.key(), REFUSED, Optional.of(refusal))));
            } else if (last) {
                all.add(one.tally());
                each(
                        one,
                        column -> all.left(new Left(
                                one.move().line(),
                                shape.keys().shown(one.key()),
                                column,
                                Result.HELD,
                                "",
                                Optional.empty())));
            } else {
                held.add(one.move());
            }
        }
    }
}
