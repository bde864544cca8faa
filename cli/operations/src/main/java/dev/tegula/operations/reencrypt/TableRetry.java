package dev.tegula.operations.reencrypt;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.jdbc.KeptConnection;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.TableName;
import dev.tegula.operations.reencrypt.QuarantineNotes.Note;
import dev.tegula.operations.reencrypt.QuarantineRetry.Result;
import dev.tegula.operations.reencrypt.QuarantineRetry.Tried;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/** The values of one table in the quarantine, tried again in small transactions that each tell what they did. */
final class TableRetry {

    /** Fewer than the rows after whose refusal {@link Refusals} takes the table for hopeless: each is to hear its own reason. */
    private static final int ROWS = 15;

    private static final long PAUSE_MILLIS = 100;

    private final Tools tools;
    private final TableName table;
    private final List<KeyMove> moves;
    private final Map<Note, Tried> results = new LinkedHashMap<>();

    /**
     * What all tables are tried with.
     *
     * @param dryRun whether nothing is written
     */
    record Tools(
            KeptConnection kept, CipherSource ciphers, SweepSettings settings, RunControl control, boolean dryRun) {}

    TableRetry(Tools tools, TableName table, List<KeyMove> moves) {
        this.tools = tools;
        this.table = table;
        this.moves = moves;
    }

    /** Tries the notes; those that are missing in the answer were not tried, because it was stopped. */
    Map<Note, Tried> run(List<Note> notes, List<EncryptedColumn> catalogue) {
        List<Note> placed = placed(notes, catalogue);
        List<EncryptedColumn> columns = catalogue.stream()
                .filter(column -> placed.stream().anyMatch(note -> note.column().equals(column.column())))
                .toList();
        if (columns.isEmpty()) {
            return results;
        }
        String doing = "reading " + table;
        TableShape shape =
                tools.control().retry().run(doing, () -> tools.kept().once(c -> TableShape.read(c, table, columns)));
        RetriedRows rows = tools.control()
                .retry()
                .run(
                        doing,
                        () -> new RetriedRows(
                                tools, plan(shape, columns), shape, tools.kept().dialect()));
        List<List<Note>> left = new ArrayList<>(byRow(placed));
        int limit = tools.settings().stallLimit();
        for (int pass = 0; pass < limit && !left.isEmpty(); pass++) {
            if (pass > 0 && !tools.control().sleep(PAUSE_MILLIS << Math.min(pass, 4))) {
                return results;
            }
            left = pass(rows, left, pass == limit - 1);
        }
        return results;
    }

    /** Those whose column is there and in the catalogue; the others are settled. */
    private List<Note> placed(List<Note> notes, List<EncryptedColumn> catalogue) {
        List<Note> placed = new ArrayList<>();
        Map<Note, Tried> stray = new LinkedHashMap<>();
        for (Note note : notes) {
            boolean there = tools.control().retry().run("reading " + table, () -> tools.kept()
                    .once(c -> QuarantineNotes.bytes(c, note)));
            if (!there) {
                stray.put(note, new Tried(note, Result.GONE));
            } else if (catalogue.stream().noneMatch(c -> c.column().equals(note.column()))) {
                results.put(note, new Tried(note, Result.STAYS, QuarantineRetry.NO_CATALOGUE, Optional.empty()));
            } else {
                placed.add(note);
            }
        }
        if (!stray.isEmpty()) {
            results.putAll(tools.control().retry().run("forgetting notes of " + table, () -> written(stray, Map.of())));
        }
        return placed;
    }

    private JobPlan plan(TableShape shape, List<EncryptedColumn> columns) {
        return new JobPlan(
                new Job(new UUID(0, 0), table, 1, 0, false),
                shape.keys().columns().stream().map(KeyColumn::name).toList(),
                columns.stream().map(Planner::column).toList(),
                moves,
                true,
                Optional.empty());
    }

    private static List<List<Note>> byRow(List<Note> notes) {
        Map<String, List<Note>> rows = new LinkedHashMap<>();
        notes.forEach(note ->
                rows.computeIfAbsent(note.row(), row -> new ArrayList<>()).add(note));
        return List.copyOf(rows.values());
    }

    /** Goes once over the rows; gives back those that somebody held. */
    private List<List<Note>> pass(RetriedRows rows, List<List<Note>> wanted, boolean last) {
        List<List<Note>> held = new ArrayList<>();
        int at = 0;
        while (at < wanted.size() && tools.control().proceed()) {
            List<List<Note>> next = wanted.subList(at, Math.min(wanted.size(), at + ROWS));
            Map<Note, Tried> tried = tools.control()
                    .retry()
                    .run("trying values of " + table + " again", () -> attempt(rows, next, last));
            int rowsTried = 0;
            for (List<Note> row : next) {
                if (!tried.keySet().containsAll(row)) {
                    break;
                }
                rowsTried++;
                if (row.stream().anyMatch(note -> result(tried, note) == Result.HELD)) {
                    held.add(row);
                }
            }
            if (rowsTried == 0) {
                throw new IllegalStateException("A row of " + table + " was tried and nothing is known of it");
            }
            results.putAll(tried);
            at += rowsTried;
        }
        return held;
    }

    private static Result result(Map<Note, Tried> tried, Note note) {
        Tried one = tried.get(note);
        return one == null ? Result.HELD : one.result();
    }

    /** Reads, decrypts and writes some rows, from the first on; as many as fit into memory. Safe to run again. */
    private Map<Note, Tried> attempt(RetriedRows rows, List<List<Note>> wanted, boolean last) throws SQLException {
        RetriedRows.Read read = rows.read(wanted);
        if (tools.dryRun()) {
            return rows.foreseen(read);
        }
        return tools.kept().once(c -> {
            Map<Note, Quarantine.Entry> reasons = new LinkedHashMap<>(read.reasons());
            Map<Note, Tried> tried = rows.swapped(c, read, last, reasons);
            write(c, tried, reasons);
            return tried;
        });
    }

    private Map<Note, Tried> written(Map<Note, Tried> tried, Map<Note, Quarantine.Entry> reasons) throws SQLException {
        if (!tools.dryRun()) {
            tools.kept().once(c -> {
                write(c, tried, reasons);
                return tried;
            });
        }
        return tried;
    }

    /** Settles the notes, and tells it late, because the chain is held until the end of the transaction. */
    private void write(Session session, Map<Note, Tried> tried, Map<Note, Quarantine.Entry> reasons)
            throws SQLException {
        Map<String, Long> counts = new TreeMap<>();
        Set<Result> silent = new HashSet<>(Set.of(Result.HELD, Result.TAKEN));
        for (Tried one : tried.values()) {
            Quarantine.Entry reason = reasons.get(one.note());
            switch (one.result()) {
                case MOVED, REPLACED, GONE -> Quarantine.forget(session, one.note());
                case STAYS -> {
                    if (reason != null) {
                        Quarantine.renew(session, one.note(), reason);
                    }
                }
                case HELD, TAKEN -> {}
            }
            if (!silent.contains(one.result())) {
                String why = one.reason().isEmpty() ? "" : " " + one.reason();
                counts.merge(
                        one.note().column() + " " + one.result().name().toLowerCase(Locale.ROOT) + why, 1L, Long::sum);
            }
        }
        if (!counts.isEmpty()) {
            tools.ciphers().tell(session, QuarantineTold.retried(table, counts));
        }
    }
}
