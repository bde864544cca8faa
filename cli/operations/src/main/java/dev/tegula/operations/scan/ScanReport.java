package dev.tegula.operations.scan;

import java.util.List;

/**
 * What a scan saw.
 *
 * @param findings in the order of their places
 * @param tables tables that were looked at
 * @param columns columns that were looked at
 * @param values values that were looked at
 * @param notScanned what was left out on purpose, in sentences
 * @param complete whether it came to the end
 */
public record ScanReport(
        List<ScanFinding> findings, int tables, int columns, long values, List<String> notScanned, boolean complete) {

    /** Copies the lists. */
    public ScanReport {
        findings = List.copyOf(findings);
        notScanned = List.copyOf(notScanned);
    }
}
