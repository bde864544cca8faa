package dev.tegula.cli.report;

import dev.tegula.secret.Secret;
import java.util.List;

/**
 * Secrets, of which only names, versions and times are told.
 *
 * @param namespaces declared namespaces, each with its KEK
 * @param secrets those that verify
 * @param unverified names in rows that do not
 * @param expired how many have expired
 * @param soon how many expire within {@link #SOON_DAYS} days
 */
public record SecretFacts(
        List<Namespace> namespaces, Excerpt<Secret> secrets, List<String> unverified, long expired, long soon) {

    /** What counts as soon. */
    public static final int SOON_DAYS = 30;

    /** Copies the lists. */
    public SecretFacts {
        namespaces = List.copyOf(namespaces);
        unverified = List.copyOf(unverified);
    }

    /**
     * A namespace.
     *
     * @param name its prefix
     * @param kek alias of the KEK of its keys; empty if it is not declared any more
     * @param secrets how many secrets it has
     */
    public record Namespace(String name, String kek, long secrets) {}
}
