package dev.tegula.operations.rotation;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How far the search for values under a key has come.
 *
 * @param since the oldest transaction that was still open when it began, as a 64-bit transaction id; what is newer is
 *     looked at again at the end
 * @param done for the oid of a relation what was searched of it and held nothing
 */
public record SearchMark(long since, SortedMap<Long, Done> done) {

    /** Copies the map. */
    public SearchMark {
        done = Collections.unmodifiableSortedMap(new TreeMap<>(done));
    }

    /**
     * What was searched of a relation.
     *
     * @param file its file; a table that was rewritten has another and is searched again
     * @param blocks blocks of it, from the first
     */
    public record Done(long file, long blocks) {}

    SearchMark with(long relation, Done searched) {
        SortedMap<Long, Done> next = new TreeMap<>(done);
        next.put(relation, searched);
        return new SearchMark(since, next);
    }
}
