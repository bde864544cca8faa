package dev.tegula.cli.report;

import dev.tegula.operations.audit.AuditReport;
import dev.tegula.operations.document.Counts;
import java.util.Optional;

/** What is to be said of a trail without commands: nothing in it is wrong, and nothing in it shows that it is whole. */
public final class EmptyTrail {

    private EmptyTrail() {}

    /**
     * A sentence, if the chain of commands holds nothing beside keys.
     *
     * @param keys how many keys the registry has
     */
    public static Optional<String> of(AuditReport report, long keys) {
        return report.clean() && report.noCommands() && keys > 0
                ? Optional.of("The chain of commands holds nothing although " + Counts.of(keys, "key")
                        + (keys == 1 ? " is" : " are")
                        + " there: it was emptied, or the tables of the trail were made after them. Only an anchor that was kept"
                        + " elsewhere tells. The next change begins it.")
                : Optional.empty();
    }
}
