package dev.tegula.operations.reencrypt;

import dev.tegula.envelope.EnvelopeHead;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Mode;
import dev.tegula.failure.CannotOpenException;
import dev.tegula.failure.KeyUnknownException;
import dev.tegula.failure.MalformedException;
import dev.tegula.jdbc.Dialect;
import dev.tegula.jdbc.Retry;
import dev.tegula.jdbc.Session;
import dev.tegula.operations.reencrypt.CompareAndSetQuery.ChangedRow;
import dev.tegula.operations.reencrypt.QuarantineNotes.Note;
import dev.tegula.operations.reencrypt.QuarantineRetry.Result;
import dev.tegula.operations.reencrypt.QuarantineRetry.Tried;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Rows of one table that notes name: read as they are now, judged, and changed by compare-and-set. */
final class RetriedRows {

    private final TableRetry.Tools tools;
    private final JobPlan plan;
    private final KeyPaging keys;
    private final NotedRowQuery query;
    private final PageReencryptor mover;
    private final CompareAndSetQuery swaps;
    private final List<String> columns;
    private final TableShape shape;
    private final Set<KeyId> sources;

    RetriedRows(TableRetry.Tools tools, JobPlan plan, TableShape shape, Dialect dialect) {
        this.tools = tools;
        this.plan = plan;
        this.shape = shape;
        this.keys = shape.keys();
        this.columns = plan.columns().stream().map(JobPlan.Column::name).toList();
        this.query = new NotedRowQuery(shape, plan.columns(), tools.settings().valueBytes());
        this.mover = new PageReencryptor(plan, keys, tools.ciphers());
        this.swaps = plan.swaps(shape, dialect);
        this.sources = plan.bySource().keySet();
    }

    /**
     * Rows as they are now.
     *
     * @param settled notes that need no change of a row
     * @param reasons of those that stay, what there is to say of the value now
     * @param swaps the changes of rows
     * @param moving notes of values among them
     */
    record Read(
            Map<Note, Tried> settled,
            Map<Note, Quarantine.Entry> reasons,
            List<ChangedRow> swaps,
            Map<Note, List<String>> moving) {}

    /** Reads rows from the first on, until their values are as many bytes as a batch may have. */
    Read read(List<List<Note>> wanted) throws SQLException {
        Read read = new Read(new LinkedHashMap<>(), new LinkedHashMap<>(), new ArrayList<>(), new LinkedHashMap<>());
        List<Page.Row> page = new ArrayList<>();
        Map<List<String>, List<Note>> noted = new LinkedHashMap<>();
        long bytes = 0;
        for (List<Note> row : wanted) {
            if (bytes > tools.settings().batchBytes()) {
                break;
            }
            bytes += one(row, read, page, noted);
        }
        PageReencryptor.Reencrypted moved = mover.move(new Page(page, false, page.size(), null));
        read.swaps().addAll(moved.swaps());
        Set<String> unreadable = new HashSet<>();
        for (Quarantine.Entry entry : moved.unreadable()) {
            unreadable.add(entry.row() + '\0' + entry.column());
            noted.values().stream()
                    .flatMap(List::stream)
                    .filter(note ->
                            note.row().equals(entry.row()) && note.column().equals(entry.column()))
                    .forEach(note -> stays(read, note, entry));
        }
        noted.forEach((key, notes) -> notes.stream()
                .filter(note -> !unreadable.contains(note.row() + '\0' + note.column()))
                .forEach(note -> read.moving().put(note, key)));
        return read;
    }

    private long one(List<Note> row, Read read, List<Page.Row> page, Map<List<String>, List<Note>> noted)
            throws SQLException {
        List<Note> notes = new ArrayList<>();
        for (Note note : row) {
            if (again(() -> tools.kept().once(c -> Quarantine.holds(c, note)))) {
                notes.add(note);
            } else {
                read.settled().put(note, new Tried(note, Result.TAKEN));
            }
        }
        if (notes.isEmpty()) {
            return 0;
        }
        NotedRowQuery.Found found = again(() -> query.read(tools.kept(), notes));
        if (!found.named()) {
            notes.forEach(note ->
                    read.settled().put(note, new Tried(note, Result.STAYS, QuarantineRetry.NO_KEY, Optional.empty())));
            return 0;
        }
        Page.Row stored = found.row();
        if (stored == null) {
            notes.forEach(note -> read.settled().put(note, new Tried(note, Result.GONE)));
            return 0;
        }
        List<@Nullable Cell> cells = new ArrayList<>(Collections.nCopies(columns.size(), null));
        List<Note> moving = new ArrayList<>();
        long bytes = 0;
        for (Note note : notes) {
            int column = columns.indexOf(note.column());
            Cell cell = stored.cells().get(column);
            bytes += cell == null ? 0 : cell.value().length;
            if (cell != null && holdsKey(cell) && sources.contains(cell.keyId())) {
                cells.set(column, cell);
                moving.add(note);
            } else {
                settle(note, plan.columns().get(column), stored.key(), cell, read);
            }
        }
        if (!moving.isEmpty()) {
            page.add(new Page.Row(stored.key(), cells));
            noted.put(stored.key(), moving);
        }
        return bytes;
    }

    /** Each read on its own: where many transactions meet others, one of all of them would never come to its end. */
    private <T> T again(Retry.Attempt<T> read) {
        return tools.control().retry().run("reading values of the quarantine", read);
    }

    private static boolean holdsKey(Cell cell) {
        return cell.value().length >= EnvelopeHead.SALT_OFFSET;
    }

    /** A value that no rotation moves: there is none, or it is under a key that stays, or under none that is known. */
    private void settle(Note note, JobPlan.Column column, List<String> key, @Nullable Cell cell, Read read) {
        if (cell == null) {
            read.settled().put(note, new Tried(note, Result.REPLACED));
            return;
        }
        Optional<String> why = closed(column, key, cell);
        if (why.isEmpty()) {
            read.settled().put(note, new Tried(note, Result.REPLACED));
            return;
        }
        KeyId claimed = holdsKey(cell) ? cell.keyId() : note.keyId();
        stays(
                read,
                note,
                new Quarantine.Entry(note.column(), note.row(), claimed, cell, why.get(), Optional.empty(), ""));
    }

    /** Why it does not open; empty if it does. */
    private Optional<String> closed(JobPlan.Column column, List<String> key, Cell cell) {
        if (cell.tooLarge()) {
            return Optional.of(VerifyReport.TOO_LARGE);
        }
        try {
            byte[] inner = tools.ciphers()
                    .cipher(
                            EnvelopeHead.of(column.field().value(), cell.value())
                                    .keyId(),
                            PageReencryptor.scope(column, cell.tenant()))
                    .decrypt(column.mode(), column.mode() == Mode.ROW ? keys.rowId(key) : null, cell.value());
            Arrays.fill(inner, (byte) 0);
            return Optional.empty();
        } catch (KeyUnknownException | CannotOpenException | MalformedException e) {
            return Optional.of(e.code());
        }
    }

    private static void stays(Read read, Note note, Quarantine.Entry entry) {
        read.settled().put(note, stays(note, entry));
        read.reasons().put(note, entry);
    }

    private static Tried stays(Note note, Quarantine.Entry entry) {
        return new Tried(note, Result.STAYS, entry.reason(), entry.sqlState().map(state -> entry.refusal()));
    }

    /** What would come of them, as far as nobody holds a row and the table refuses none. */
    Map<Note, Tried> foreseen(Read read) {
        Map<Note, Tried> tried = new LinkedHashMap<>(read.settled());
        read.moving().keySet().forEach(note -> tried.put(note, new Tried(note, Result.MOVED)));
        return tried;
    }

    /**
     * Changes the rows, in the given transaction.
     *
     * @param last whether rows that stay as they are although nobody holds them count as refused
     * @param reasons gets those of rows that the table refuses
     */
    Map<Note, Tried> swapped(Session session, Read read, boolean last, Map<Note, Quarantine.Entry> reasons)
            throws SQLException {
        Map<Note, Tried> tried = new LinkedHashMap<>(read.settled());
        Refusals refusals = new Refusals(session, swaps);
        Set<List<String>> changed = new HashSet<>();
        refusals.run(read.swaps(), changed);
        if (last) {
            refusals.swallowed(
                    read.swaps().stream()
                            .filter(row -> !changed.contains(row.key()) && !refusals.has(row.key()))
                            .toList(),
                    changed);
        }
        List<Quarantine.Entry> refused = refusals.entries(shape, columns);
        read.moving().forEach((note, key) -> {
            Optional<Quarantine.Entry> refusal = refused.stream()
                    .filter(entry ->
                            entry.row().equals(note.row()) && entry.column().equals(note.column()))
                    .findFirst();
            refusal.ifPresent(entry -> reasons.put(note, entry));
            tried.put(
                    note,
                    refusal.map(entry -> stays(note, entry))
                            .orElseGet(() -> new Tried(note, changed.contains(key) ? Result.MOVED : Result.HELD)));
        });
        return tried;
    }
}
