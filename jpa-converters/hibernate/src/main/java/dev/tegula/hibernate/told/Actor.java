package dev.tegula.hibernate.told;

import dev.tegula.envelope.StrictText;
import dev.tegula.failure.ConfigurationException;
import java.util.Optional;
import java.util.function.Supplier;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.jspecify.annotations.Nullable;

/** Who changes entities, by what the application says. */
final class Actor {

    /** A {@code Supplier<String>}, asked on the thread of each change; what it leaves null has the name of the process. */
    static final String PROPERTY = "tegula.audit.actor";

    private static final int LONGEST = 200;

    private final @Nullable Supplier<?> names;

    private Actor(@Nullable Supplier<?> names) {
        this.names = names;
    }

    /** @throws ConfigurationException if the property is something else */
    static Actor of(SessionFactoryImplementor factory) {
        Object property = factory.getProperties().get(PROPERTY);
        if (property == null || property instanceof Supplier<?>) {
            return new Actor((Supplier<?>) property);
        }
        throw new ConfigurationException("The property " + PROPERTY + " must be a Supplier<String>, but is a "
                + property.getClass().getName() + ".");
    }

    Optional<String> name() {
        Object name = names == null ? null : names.get();
        return Optional.ofNullable(name)
                .map(text -> StrictText.fitted(text.toString(), LONGEST))
                .filter(text -> !text.isEmpty());
    }
}
