package dev.tegula.operations.scan;

import java.util.Collection;
import java.util.List;

/**
 * What a scan saw.
 *
 * @param findings in the order of their places
 * @param tables tables that were looked at
 * @param columns columns that were looked at
 * @param values values that were looked at
 * @param complete whether it came to the end
 */
public record ScanReport(List<ScanFinding> findings, int tables, int columns, long values, boolean complete) {

    /** Copies the findings. */
    public ScanReport {
        findings = List.copyOf(findings);
    }

    /** The findings that were not accepted before. */
    public List<ScanFinding> newer(Collection<ScanFinding> accepted) {
        return findings.stream().filter(finding -> finding.isNew(accepted)).toList();
    }
}
