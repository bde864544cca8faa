package dev.tegula.cli.command;

import dev.tegula.cli.output.Table;
import dev.tegula.registry.KeyUses;
import java.util.ArrayList;
import java.util.List;

/** What needs a key, in words. */
final class UsesText {

    private UsesText() {}

    /** One line. */
    static String summary(KeyUses.Uses uses) {
        if (uses.none()) {
            return "nothing";
        }
        List<String> parts = new ArrayList<>();
        parts.add(Table.number(uses.total()) + " values");
        if (!uses.instances().isEmpty()) {
            parts.add("running instances (" + String.join("; ", uses.instances()) + ")");
        }
        if (!uses.fenced()) {
            parts.add("columns that are not fenced");
        }
        parts.addAll(uses.obstacles());
        return String.join(", ", parts);
    }
}
