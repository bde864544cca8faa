package dev.tegula.jpa;

import dev.tegula.failure.ConfigurationException;
import java.util.Collections;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The providers that are known not to ask a converter for every value, or to compare what it gives. */
final class Providers {

    private static final String OPENJPA = "org.apache.openjpa.";
    private static final String ECLIPSELINK = "org.eclipse.persistence.";
    private static final String ELEMENTS = ECLIPSELINK + "mappings.DirectCollectionMapping";
    private static final String AGGREGATES = ECLIPSELINK + "mappings.AggregateCollectionMapping";
    private static final String MAP = ECLIPSELINK + "mappings.DirectMapMapping";
    private static final String QUERIED = ECLIPSELINK + "internal.expressions.QueryKeyExpression";
    private static final String BULK_UPDATE = ECLIPSELINK + "queries.UpdateAllQuery";

    /** Its methods through which values go by which it finds rows. */
    private static final Set<String> FINDS_ROWS = Set.of(
            "extractPrimaryKeyFromObject",
            "createPrimaryKeyFromId",
            "getKeyMappingDataForWriteQuery",
            "extractValueFromObjectForField");

    private static final Set<String> TOLD = Stream.concat(
                    Stream.of(ELEMENTS, AGGREGATES, MAP, QUERIED), FINDS_ROWS.stream())
            .collect(Collectors.toUnmodifiableSet());

    /** More frames than EclipseLink needs from a collection to the converter of an attribute of its elements. */
    private static final int NEAR = 24;

    private Providers() {}

    /**
     * Refuses a converter that is made by such a provider.
     *
     * @throws ConfigurationException naming it
     */
    static void refuseUnsupported(Class<?> converter) {
        boolean openJpa = StackWalker.getInstance()
                .walk(frames -> frames.anyMatch(frame -> frame.getClassName().startsWith(OPENJPA)));
        if (openJpa) {
            throw new ConfigurationException(converter.getName() + ": OpenJPA is not supported. Version 4.1.1 stores"
                    + " attributes without asking their converter, so they would be stored in clear. Use Hibernate or"
                    + " EclipseLink.");
        }
    }

    /** Whether the caller's converter is being made by EclipseLink, which gives it no mapping. */
    static boolean isEclipseLink() {
        return StackWalker.getInstance()
                .walk(frames -> frames.anyMatch(frame -> frame.getClassName().startsWith(ECLIPSELINK)));
    }

    /**
     * Refuses what EclipseLink would do with ciphertext, without a word: it finds rows by an identifier, the key of a map or what an
     * association refers to, and that of an element that was removed by its value, and would find none; and what a query compares it
     * encrypts, so that {@code =} would find nothing and {@code <>} every row. What a bulk UPDATE assigns passes the same way as what it
     * compares, and both are let through.
     *
     * @throws ConfigurationException naming the converter
     */
    static void refuseWhatCompares(Class<?> converter) {
        Set<String> near = StackWalker.getInstance().walk(frames -> frames.limit(NEAR)
                .filter(frame -> frame.getClassName().startsWith(ECLIPSELINK))
                .flatMap(frame -> Stream.of(frame.getClassName(), frame.getMethodName()))
                .filter(TOLD::contains)
                .collect(Collectors.toSet()));
        if (near.contains(QUERIED)) {
            if (!isOf(BULK_UPDATE)) {
                throw new ConfigurationException(
                        converter.getName() + ": a query compares what is encrypted. EclipseLink"
                                + " would look for a new envelope, which equals no other: = would find nothing, <> every row. Leave"
                                + " it out of conditions; look for a blind index in a column of its own (tegula.blindIndex).");
            }
        } else if (!near.contains(MAP) && (near.contains(ELEMENTS) || near.contains(AGGREGATES))) {
            throw new ConfigurationException(
                    converter.getName() + ": elements of a collection cannot be encrypted under"
                            + " EclipseLink. It finds the row of an element that was removed by its value, and ciphertext differs each"
                            + " time, so removed elements would stay. Make the elements entities, or the values of a Map.");
        } else if (!Collections.disjoint(near, FINDS_ROWS)) {
            throw new ConfigurationException(
                    converter.getName() + ": an identifier, the key of a map and what an association"
                            + " refers to cannot be encrypted under EclipseLink. It finds rows by them, and ciphertext differs each time,"
                            + " so nothing would be found, changed or removed again. Encrypt another attribute.");
        }
    }

    private static boolean isOf(String type) {
        return StackWalker.getInstance()
                .walk(frames -> frames.anyMatch(frame -> frame.getClassName().equals(type)));
    }
}
