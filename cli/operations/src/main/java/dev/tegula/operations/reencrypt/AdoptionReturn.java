package dev.tegula.operations.reencrypt;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.jdbc.AdoptionTrigger.Form;
import dev.tegula.jdbc.Identifiers;
import dev.tegula.jdbc.KeptConnection;
import dev.tegula.jdbc.PlainText;
import dev.tegula.jdbc.RealTable;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.TableHolder;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** The way out: rows get their value in clear, by compare-and-set, beside releases that go on writing. */
final class AdoptionReturn {

    /** From where rows may begin to get their value in clear: from each phase in which some have none. */
    private static final Set<Form> BEFORE = Set.of(Form.SEALED, Form.EMPTYING, Form.RETURNING);

    /** A comment on the function of the trigger, which goes with it. */
    static final String SETTLED = "Every row has its value in clear back.";

    private final Adoption adoption;
    private final PlainColumn column;
    private final RunControl control;
    private final KeptConnection kept;
    private final BackfillMeter meter;
    private final AdoptionPhase phase;
    private final AdoptionGuard guard;

    AdoptionReturn(
            Adoption adoption, PlainColumn column, RunControl control, KeptConnection kept, BackfillMeter meter) {
        this.adoption = adoption;
        this.column = column;
        this.control = control;
        this.kept = kept;
        this.meter = meter;
        this.phase = new AdoptionPhase(column);
        this.guard = new AdoptionGuard(column);
    }

    /** Has the trigger do what rows need that get their value back, and takes the seal away. */
    void begin() {
        AdoptionSeal seal = new AdoptionSeal(column);
        phase.begin(kept, control, BEFORE, session -> {
            // In this order, in one transaction: nobody writes between them what neither of them knows.
            guard.raise(session, Form.RETURNING);
            seal.drop(session);
            adoption.tell(session, column, "return", "rows get their value in clear back");
        });
    }

    /** Gives rows their value in clear, and compares all of them. */
    BackfillReport fill() {
        Set<Form> returning = Set.of(Form.RETURNING);
        // What a release that knows the column in clear alone wrote since.
        BackfillReport enveloped = adoption.fill(kept, column, control, meter, returning);
        if (!enveloped.complete()) {
            return enveloped;
        }
        BackfillReport returned = give(returning);
        if (!returned.complete()) {
            return returned;
        }
        return compare(true).withFilled(returned.filled());
    }

    /** Notes that a run ended with every row in place: the next one is no resumption of it. */
    void settle(Form form) {
        phase.leave(kept, control, Set.of(form), session -> guard.note(session, SETTLED));
    }

    /**
     * Refuses who writes the encrypted column alone, waits for those who just did, gives their rows their value too, and compares all of
     * them; of a table in which every row has it.
     */
    BackfillReport fence() {
        phase.leave(kept, control, Set.of(Form.RETURNING), TableHolder.Use.WRITES, session -> {
            guard.replace(session, Form.RELEASED);
            guard.note(session, "");
            adoption.tell(
                    session,
                    column,
                    "returned",
                    ToldAdoptions.returned(column.encrypted().column()));
        });
        return rest();
    }

    /** What is left of {@link #fence}. */
    BackfillReport rest() {
        BackfillReport returned = give(Set.of(Form.RELEASED));
        if (!returned.complete()) {
            return returned;
        }
        BackfillReport compared = compareAll().withFilled(returned.filled());
        if (compared.clean()) {
            settle(Form.RELEASED);
        }
        return compared;
    }

    /**
     * The rows that have an envelope and no value in clear, as of one moment: a pass misses one whose key moves from before it to behind it.
     * Not more of them than are listed.
     */
    List<String> empty() {
        ColumnPasses passes = adoption.passes(kept, column, meter, control);
        KeyPaging keys = Adoption.shape(passes, column).keys();
        String sql =
                "SELECT " + keys.columnText("t") + " FROM " + column.table().quoted() + " t WHERE t."
                        + Identifiers.quote(column.encrypted().column()) + " IS NOT NULL AND t."
                        + Identifiers.quote(column.name()) + " IS NULL LIMIT " + BackfillReport.MAX_LISTED;
        return control.retry()
                .run(
                        "looking at " + column.table(),
                        () -> kept.patient(session -> {
                            try (PreparedStatement select = session.prepare(sql)) {
                                return keys.answered(select).stream()
                                        .map(keys::shown)
                                        .sorted()
                                        .toList();
                            }
                        }));
    }

    /** Compares each envelope that is there; refuses any further one where all say the same. */
    BackfillReport end(boolean ended) {
        BackfillReport compared = compareAll();
        if (compared.clean() && !ended) {
            phase.leave(kept, control, Set.of(Form.RELEASED), TableHolder.Use.WRITES, session -> {
                guard.replace(session, Form.ENDED);
                adoption.tell(session, column, "released", compared.sound() + " rows were compared and the same");
            });
        }
        return compared;
    }

    /** Compares each envelope that is there, and looks for rows that every pass missed; no further one comes, for the trigger refuses it. */
    private BackfillReport compareAll() {
        BackfillReport compared = compare(false);
        return compared.clean() ? compared.plusMissing(empty()) : compared;
    }

    /**
     * Compares all rows. What does not open is noted in the quarantine.
     *
     * @param filling whether a row without an envelope is one that it has to get; else a release changed it that knows the column in clear
     *     alone
     */
    private BackfillReport compare(boolean filling) {
        ColumnPasses passes = adoption.passes(kept, column, meter, control);
        TableShape shape = Adoption.shape(passes, column);
        List<Quarantine.Entry> closed = new ArrayList<>();
        BackfillReport report =
                passes.compare(shape, List.of(column.plainSource(), column.envelopeSource()), (tally, row) -> {
                    String shown = shape.keys().shown(row.key());
                    Cell plain = row.cells().get(0);
                    Cell envelope = row.cells().get(1);
                    Optional<String> refusal = envelope == null ? Optional.empty() : column.refusal(envelope);
                    if (envelope == null) {
                        if (filling) {
                            tally.missing(shown);
                        } else {
                            tally.sound();
                        }
                    } else if (refusal.isPresent() && column.shredded(envelope, tally.lost())) {
                        // Its value cannot be given back, and no key will come back for it.
                        tally.unreadable(row.key(), shown);
                        tally.shredded(row.key());
                    } else if (refusal.isPresent()) {
                        tally.unreadable(row.key(), shown);
                        if (envelope.claimsKey() && closed.size() < BackfillReport.MAX_LISTED) {
                            closed.add(new Quarantine.Entry(
                                    column.encrypted().column(),
                                    shown,
                                    envelope.keyId(),
                                    envelope,
                                    refusal.get(),
                                    Optional.empty(),
                                    ""));
                        }
                    } else if (plain == null) {
                        tally.missing(shown);
                    } else {
                        ComparedRow.compare(column, shown, plain, envelope, tally, row.key());
                    }
                });
        if (!closed.isEmpty()) {
            UUID run = UUID.randomUUID();
            passes.once(session -> {
                Quarantine.note(session, run, column.table(), closed);
                adoption.tell(session, QuarantineTold.added(column.table(), run, closed));
                return true;
            });
        }
        return report;
    }

    private BackfillReport give(Set<Form> phases) {
        ColumnPasses passes = adoption.passes(kept, column, meter, control);
        String type = passes.once(this::type);
        int room = passes.once(session -> ReleaseTarget.room(session, column));
        BackfillReport given = passes.fill(
                Adoption.shape(passes, column),
                ColumnFill.of(
                        List.of(column.envelopeSource()),
                        target(type),
                        "t." + Identifiers.quote(column.name()) + " IS NULL",
                        cells -> Computed.of(column.returned(cells.get(0), room))),
                phase.during(phases, (session, step, detail) -> adoption.tell(session, column, step, detail)));
        return UndoneRows.require(passes, column, column.name(), given);
    }

    /** Texts are compared as bytes: a collation may take others for equal, or not be told from that of another expression. */
    private ColumnFill.Target target(String type) {
        return column.text() == PlainText.STRING
                ? new ColumnFill.Target(
                        column.name(),
                        bytes -> column.text().back(bytes, type),
                        (stored, bytes) ->
                                "convert_to(CAST(" + stored + " AS text), 'UTF8') IS NOT DISTINCT FROM " + bytes)
                : new ColumnFill.Target(column.name(), bytes -> column.text().back(bytes, type));
    }

    private String type(Session session) throws SQLException {
        return RealTable.read(session, column.table())
                .map(table -> table.types().get(column.name()))
                .flatMap(type -> column.text().columns().stream()
                        .filter(known -> type.equals(known) || type.startsWith(known + " of "))
                        .findFirst())
                .orElseThrow(() -> new ConfigurationException(
                        column.table() + " has no column " + column.name() + " of such values."));
    }

    /**
     * Whether a text has a place in a column of the database, which would cut off spaces at its end without a word.
     *
     * @param room as {@link ReleaseTarget#room} says
     */
    static boolean fits(PlainText text, Object value, int room) {
        if (text != PlainText.STRING) {
            return true;
        }
        String all = (String) value;
        return all.indexOf('\0') < 0 && (!all.endsWith(" ") || all.codePointCount(0, all.length()) <= room);
    }
}
