package dev.tegula.cli.report;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A key-encryption key.
 *
 * @param alias the name that the database knows
 * @param kms the KMS it is in, as configured; empty if the configuration has no such KEK
 * @param provider the vendor, as rows of keys name it; empty if no key is under it
 * @param key the vendor's name of the key
 * @param fields globs of the fields it may serve
 * @param branch whether branch keys wrap in its place
 * @param versions how many keys each of its versions wraps
 * @param keys how many keys are under it
 */
public record KekFacts(
        String alias,
        String kms,
        String provider,
        String key,
        List<String> fields,
        String branch,
        SortedMap<String, Long> versions,
        long keys) {
    /** Copies list and map. */
    public KekFacts {
        fields = List.copyOf(fields);
        versions = Collections.unmodifiableSortedMap(new TreeMap<>(versions));
    }
}
