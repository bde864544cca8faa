package dev.tegula.cli.command;

import dev.tegula.operations.document.Json;
import dev.tegula.operations.reencrypt.Finding;
import java.util.List;
import java.util.Locale;

/** Findings of the look before the first change. */
final class FindingText {

    private FindingText() {}

    /** For programs. */
    static List<Object> documents(List<Finding> findings) {
        return findings.stream()
                .<Object>map(finding -> Json.object(
                        "kind",
                        finding.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                        "place",
                        finding.place(),
                        "message",
                        finding.message()))
                .toList();
    }

    /** For people, at the end of a dry run. */
    static List<String> lines(List<Finding> findings) {
        return findings.stream()
                .map(finding -> "Would be refused: " + finding.message())
                .toList();
    }
}
