package dev.tegula.cli.report;

import java.util.Comparator;
import java.util.List;

/**
 * A list of which a report may show only a part.
 *
 * @param shown what it shows
 * @param all how many there are
 */
public record Excerpt<T>(List<T> shown, long all) {

    /** Copies the list. */
    public Excerpt {
        shown = List.copyOf(shown);
    }

    /** Those that come first in an order, shown in another. */
    static <T> Excerpt<T> of(List<T> all, int limit, Comparator<T> worstFirst, Comparator<T> order) {
        List<T> shown = all.size() <= limit
                ? all
                : all.stream().sorted(worstFirst).limit(limit).toList();
        return new Excerpt<>(shown.stream().sorted(order).toList(), all.size());
    }

    /** How many are not shown. */
    public long leftOut() {
        return all - shown.size();
    }
}
