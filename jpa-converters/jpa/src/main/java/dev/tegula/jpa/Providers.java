package dev.tegula.jpa;

import dev.tegula.failure.ConfigurationException;
import java.util.Set;
import java.util.stream.Collectors;

/** The providers that are known not to ask a converter for every value, or to compare what it gives. */
final class Providers {

    private static final String OPENJPA = "org.apache.openjpa.";
    private static final String ECLIPSELINK = "org.eclipse.persistence.";
    private static final String MAP = ECLIPSELINK + "mappings.DirectMapMapping";
    private static final Set<String> COLLECTIONS = Set.of(
            ECLIPSELINK + "mappings.DirectCollectionMapping", ECLIPSELINK + "mappings.AggregateCollectionMapping", MAP);

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
     * Refuses to encrypt an element of a collection under EclipseLink, which finds the row of an element that was removed by
     * its value: nothing would be deleted, without a word. The rows of a map it finds by their keys.
     *
     * @throws ConfigurationException naming the converter
     */
    static void refuseElement(Class<?> converter) {
        Set<String> mappings = StackWalker.getInstance().walk(frames -> frames.limit(NEAR)
                .map(StackWalker.StackFrame::getClassName)
                .filter(COLLECTIONS::contains)
                .collect(Collectors.toSet()));
        if (!mappings.isEmpty() && !mappings.contains(MAP)) {
            throw new ConfigurationException(
                    converter.getName() + ": elements of a collection cannot be encrypted under"
                            + " EclipseLink. It finds the row of an element that was removed by its value, and ciphertext differs each"
                            + " time, so removed elements would stay. Make the elements entities, or the values of a Map.");
        }
    }
}
