package dev.tegula.operations.rotation;

import dev.tegula.envelope.KeyId;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the numbers of a column rest on. Only {@link Kind#SNAPSHOT} is ground to retire or destroy a key; the others are shown.
 *
 * @param kind how they came about
 * @param began when
 * @param ended when; the same for what was looked at in one moment
 * @param rows rows of the table; of a sample an estimate, as of what was not counted
 * @param errors for each key by how much its number may be out, which is exceeded once in twenty looks; empty unless sampled
 * @param otherError the same for the numbers of NULLs and of values that are no envelopes, the larger of the two
 * @param unseen values under each key that the sample did not meet which there may be all the same; 0 unless sampled
 */
public record CountBasis(
        Kind kind,
        Instant began,
        Instant ended,
        long rows,
        SortedMap<KeyId, Long> errors,
        long otherError,
        long unseen) {

    /** How numbers came about. */
    public enum Kind {
        /** Counted, all as of one moment. */
        SNAPSHOT,
        /** Counted page by page between the two times; a row that changed meanwhile may be counted as it was before or after. */
        PAGES,
        /** Estimated from some of the table's blocks. */
        SAMPLE,
        /** Not at all: the numbers are 0, and nobody knows. */
        NOT_COUNTED
    }

    /** Copies the map. */
    public CountBasis {
        errors = Collections.unmodifiableSortedMap(new TreeMap<>(errors));
    }

    static CountBasis snapshot(Instant at, long rows) {
        return new CountBasis(Kind.SNAPSHOT, at, at, rows, new TreeMap<>(), 0, 0);
    }

    static CountBasis pages(Instant began, Instant ended, long rows) {
        return new CountBasis(Kind.PAGES, began, ended, rows, new TreeMap<>(), 0, 0);
    }

    static CountBasis sample(Instant at, long rows, Map<KeyId, Long> errors, long otherError, long unseen) {
        return new CountBasis(Kind.SAMPLE, at, at, rows, new TreeMap<>(errors), otherError, unseen);
    }

    static CountBasis notCounted(Instant at, long rows) {
        return new CountBasis(Kind.NOT_COUNTED, at, at, rows, new TreeMap<>(), 0, 0);
    }

    /** Whether the numbers were counted, and not estimated. */
    public boolean exact() {
        return kind == Kind.SNAPSHOT || kind == Kind.PAGES;
    }
}
