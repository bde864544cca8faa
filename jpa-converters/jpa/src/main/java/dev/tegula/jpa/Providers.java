package dev.tegula.jpa;

import dev.tegula.failure.ConfigurationException;

/** The providers that are known not to ask a converter for every value. */
final class Providers {

    private static final String OPENJPA = "org.apache.openjpa.";

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
}
