package dev.tegula.cli.report;

import dev.tegula.operations.check.CheckList;
import dev.tegula.registry.InstanceReport;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Everything that a report says; what of it could not be looked at is empty, and {@code unknown} says why.
 *
 * @param about whose report it is
 * @param attention what somebody has to look at, the worst first
 * @param columns encrypted columns
 * @param quarantined values in the quarantine
 * @param groups keys by field
 * @param keys single keys
 * @param overdue how many of all keys are due, those included that are not shown
 * @param keks key-encryption keys
 * @param scan what is outside of the catalogue
 * @param secrets secrets
 * @param trail the audit trail
 * @param checks what {@code tegula doctor} checks, in its order
 * @param instances running instances
 * @param unknown what it does not know
 * @param complete whether all was looked at that was asked for
 */
public record Report(
        About about,
        List<Attention> attention,
        Optional<Excerpt<ColumnFacts>> columns,
        long quarantined,
        Excerpt<KeyGroup> groups,
        Excerpt<KeyFacts> keys,
        long overdue,
        List<KekFacts> keks,
        Optional<ScanFacts> scan,
        Optional<SecretFacts> secrets,
        Optional<TrailFacts> trail,
        Optional<List<CheckList.Finding>> checks,
        Optional<Excerpt<InstanceReport>> instances,
        List<String> unknown,
        boolean complete) {

    /**
     * Whose report it is.
     *
     * @param deployment name of the deployment
     * @param database name of the database in the configuration
     * @param profile what the deployment is for
     * @param root key id of the registry's root
     * @param release release of Tegula that made it
     * @param taken when, by the clock that was handed in
     * @param maxAge how old an ACTIVE key may become, if that is declared
     */
    public record About(
            String deployment,
            String database,
            String profile,
            String root,
            String release,
            Instant taken,
            Optional<Duration> maxAge) {}

    /** Copies the lists. */
    public Report {
        attention = List.copyOf(attention);
        keks = List.copyOf(keks);
        unknown = List.copyOf(unknown);
    }

    /** Whether something is wrong or overdue. */
    public boolean needsSomebody() {
        return !complete || attention.stream().anyMatch(a -> a.level() != Attention.Level.NOTE);
    }
}
