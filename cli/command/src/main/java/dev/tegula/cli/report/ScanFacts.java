package dev.tegula.cli.report;

import dev.tegula.operations.scan.ScanFinding;
import dev.tegula.operations.scan.ScanFinding.Kind;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * What {@code tegula scan} finds outside of the catalogue: guesses from names and from a sample.
 *
 * @param findings places with something in them, by place, without those that the census has counted
 * @param shown how many of them are shown
 * @param unreadable tables that could not be read, and why
 * @param tables how many tables were looked through
 * @param all how many there are
 * @param columns how many columns of them
 * @param values how many values
 * @param rows about how many rows of each table
 */
public record ScanFacts(
        List<ScanFinding> findings,
        int shown,
        List<ScanFinding> unreadable,
        int tables,
        int all,
        int columns,
        long values,
        int rows) {

    /** Copies the lists. */
    public ScanFacts {
        findings = List.copyOf(findings);
        unreadable = List.copyOf(unreadable);
    }

    /** Those that are shown, the worst chosen first. */
    Excerpt<ScanFinding> listed() {
        Comparator<ScanFinding> byPlace =
                Comparator.comparing(ScanFinding::place).thenComparing(ScanFinding::kind);
        return Excerpt.of(
                findings, shown, Comparator.comparing(ScanFinding::kind).thenComparing(byPlace), byPlace);
    }

    /** Whether every table was looked through. */
    public boolean complete() {
        return tables == all;
    }

    /** The word of a kind in documents. */
    static String word(Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What a place has in it, for people. */
    public static String found(ScanFinding finding) {
        return switch (finding.kind()) {
            case UNDECLARED_ENVELOPES -> "envelopes, in no catalogue";
            case UNKNOWN_KEYS -> "envelopes under keys that the registry does not have";
            case NOT_ENCRYPTED -> "no envelopes, in an encrypted column";
            case PERSONAL_DATA -> finding.what() + (finding.hits() == 0 ? ", by its name" : "");
            case UNREADABLE -> "not read: " + finding.what();
        };
    }
}
