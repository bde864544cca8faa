package dev.tegula.cli.report;

/**
 * How much of long lists a report shows, so that it can be read and printed whatever the database holds; the worst comes first.
 *
 * @param columns encrypted columns
 * @param groups fields with keys
 * @param keys single keys
 * @param secrets secrets
 * @param entries entries of the audit trail
 * @param instances instances
 */
public record Limits(int columns, int groups, int keys, int secrets, int entries, int instances) {

    /** What a report shows if nobody says otherwise. */
    public static Limits standard() {
        return new Limits(1_000, 1_000, 200, 500, 20, 50);
    }
}
