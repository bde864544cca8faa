package dev.tegula.cli.report;

import dev.tegula.cli.report.Attention.Level;
import dev.tegula.operations.document.Counts;
import dev.tegula.operations.scan.ScanFinding;
import dev.tegula.operations.scan.ScanFinding.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Says what of a scan somebody has to look at. Envelopes that no rotation moves are wrong. What looks personal is a guess, so it is only
 * to be known: {@code tegula scan --baseline} is the gate for it.
 */
final class ScanAttention {

    private static final int NAMED = 5;
    private static final String SCAN = "tegula scan";

    private final ScanFacts facts;

    private ScanAttention(ScanFacts facts) {
        this.facts = facts;
    }

    static List<Attention> of(ScanFacts facts) {
        ScanAttention judging = new ScanAttention(facts);
        List<Attention> attention = new ArrayList<>();
        judging.say(
                Kind.UNDECLARED_ENVELOPES,
                Level.WRONG,
                "with envelopes that no catalogue has, so that no rotation moves them",
                attention);
        judging.say(
                Kind.UNKNOWN_KEYS, Level.WRONG, "with envelopes under keys that the registry does not have", attention);
        judging.say(
                Kind.NOT_ENCRYPTED, Level.WRONG, "declared encrypted, with values that are no envelopes", attention);
        judging.say(
                Kind.PERSONAL_DATA,
                Level.NOTE,
                "outside the catalogue that may hold personal data or secrets in clear",
                attention);
        if (!facts.complete()) {
            attention.add(new Attention(
                    Level.NOTE,
                    Counts.number(facts.tables()) + " of " + Counts.of(facts.all(), "table")
                            + " were looked through for undeclared values.",
                    SCAN));
        }
        return attention;
    }

    /** What of it could not be read; a part that nobody looked at. */
    static Stream<String> missing(ScanFacts facts) {
        return facts.unreadable().isEmpty()
                ? Stream.empty()
                : Stream.of("Undeclared values in "
                        + named(facts.unreadable().stream()
                                .map(finding -> finding.place() + " (" + finding.what() + ")")
                                .toList())
                        + ".");
    }

    private void say(Kind kind, Level level, String what, List<Attention> attention) {
        List<String> places = facts.findings().stream()
                .filter(finding -> finding.kind() == kind)
                .map(ScanFinding::place)
                .distinct()
                .toList();
        if (!places.isEmpty()) {
            attention.add(new Attention(
                    level, Counts.of(places.size(), "column") + " " + what + ": " + named(places) + ".", SCAN));
        }
    }

    private static String named(List<String> places) {
        return places.stream().limit(NAMED).collect(Collectors.joining(", "))
                + (places.size() > NAMED ? " and " + Counts.number(places.size() - NAMED) + " more" : "");
    }
}
