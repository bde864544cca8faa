package dev.tegula.registry;

import dev.tegula.envelope.Purpose;
import dev.tegula.failure.RefusedException;
import dev.tegula.registry.KeyUses.Uses;
import java.util.StringJoiner;

/** A key was to be retired or destroyed and something still needs it. Code {@code key-in-use}. */
public final class KeyInUseException extends RefusedException {

    private static final long serialVersionUID = 1L;

    private final Uses uses;

    KeyInUseException(KeyRow row, String verb, Uses uses) {
        super("key-in-use", message(row, verb, uses));
        this.uses = uses;
    }

    /** What needs it. */
    public Uses uses() {
        return uses;
    }

    private static String message(KeyRow row, String verb, Uses uses) {
        if (row.scope().purpose() == Purpose.BRANCH) {
            return row.name() + " cannot be " + verb + ": " + uses.total()
                    + (uses.total() == 1 ? " key is" : " keys are")
                    + " under it. `tegula keys rewrap --all` moves keys under the ACTIVE"
                    + " branch key, or under the KEK itself where its `branch` was taken out of the configuration.";
        }
        StringJoiner why = new StringJoiner("; ");
        if (uses.total() > 0) {
            StringJoiner places = new StringJoiner(", ");
            uses.values().forEach((place, count) -> {
                if (count > 0) {
                    places.add(place + " " + count);
                }
            });
            why.add(uses.total() + " values need it (" + places + ")");
        }
        if (!uses.instances().isEmpty()) {
            why.add("running instances may still write under it (" + String.join(", ", uses.instances()) + ")");
        }
        if (!uses.fenced()) {
            why.add("not every column is fenced against new values under it");
        }
        uses.obstacles().forEach(why::add);
        boolean rotate = uses.total() > 0 || !uses.fenced();
        return row.name() + " cannot be " + verb + ": " + why + (rotate ? "; " + cure(row) : ".");
    }

    private static String cure(KeyRow row) {
        String field = row.scope().field().value();
        return row.scope().purpose() == Purpose.INDEX
                ? "`tegula index rotate " + field + "` moves the rows of its indexes and fences them."
                : "`tegula rotate " + field + "` moves what the catalogue knows and fences the columns.";
    }
}
