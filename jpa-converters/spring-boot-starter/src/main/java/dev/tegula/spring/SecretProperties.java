package dev.tegula.spring;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.MalformedException;
import dev.tegula.secret.SecretMoment;
import dev.tegula.secret.SecretName;
import dev.tegula.secret.SecretValue;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.env.EnumerablePropertySource;

/**
 * The secrets below a prefix as properties: {@code db/password} is {@code db.password}. What was there once stays: a running
 * application must not lose a property that somebody deletes.
 */
final class SecretProperties extends EnumerablePropertySource<SecretName> {

    private static final Logger LOG = LoggerFactory.getLogger(SecretProperties.class);

    /** Characters that stand nowhere by chance. */
    private static final int TELLING = 6;

    private final boolean optional;
    private volatile Map<String, String> values = Map.of();

    SecretProperties(SecretName prefix, boolean optional) {
        super("tegula:" + prefix, prefix);
        this.optional = optional;
    }

    SecretName prefix() {
        return getSource();
    }

    boolean optional() {
        return optional;
    }

    /**
     * Takes the values as they are now.
     *
     * @param now by the clock of their database
     * @return the properties that are new or others
     * @throws ConfigurationException if, at first, there are none or one has expired; or if one is no text, or two are one property
     */
    Set<String> take(SecretMoment moment, Instant now) {
        boolean first = values.isEmpty();
        Map<String, String> found = new TreeMap<>();
        Map<String, SecretName> names = new HashMap<>();
        for (SecretName name : moment.names(prefix())) {
            String property = property(name);
            SecretName before = names.put(property, name);
            if (before != null) {
                throw new ConfigurationException("The secrets " + before + " and " + name + " are both the property "
                        + property + ". Delete one of them, or import a longer prefix.");
            }
            try (SecretValue value = moment.open(name)) {
                if (value.expired(now)) {
                    expired(name, first);
                } else {
                    found.put(property, value.text());
                }
            } catch (MalformedException e) {
                throw new ConfigurationException(
                        "The secret " + name + " is no text, and a property is. Put it outside of " + prefix()
                                + ", or import a longer prefix.");
            }
        }
        if (first && found.isEmpty() && !optional) {
            throw new ConfigurationException("There is no secret below " + prefix()
                    + ", which spring.config.import names." + " Put one, or say optional:tegula: to start without.");
        }
        return replace(found);
    }

    private static void expired(SecretName name, boolean first) {
        if (first) {
            throw new ConfigurationException(
                    "The secret " + name + " has expired. Put a new value: `tegula secrets put " + name + "`.");
        }
        LOG.warn("The secret {} has expired; the application goes on with the value that it has.", name);
    }

    private Set<String> replace(Map<String, String> found) {
        Map<String, String> before = values;
        Set<String> changed = new HashSet<>();
        found.forEach((property, value) -> {
            if (!value.equals(before.get(property))) {
                changed.add(property);
            }
        });
        before.forEach((property, value) -> {
            if (found.putIfAbsent(property, value) == null) {
                LOG.warn(
                        "The secret of the property {} is given out no more; the application goes on with its value.",
                        property);
            }
        });
        values = Map.copyOf(found);
        return changed;
    }

    /** The prefix itself is the property of its last segment. */
    private String property(SecretName name) {
        String prefix = prefix().value();
        String rest = name.value().equals(prefix)
                ? prefix.substring(prefix.lastIndexOf('/') + 1)
                : name.value().substring(prefix.length() + 1);
        return rest.replace('/', '.');
    }

    /** Whether a text is one of the values, or holds one that is too long to be there by chance. */
    boolean isIn(String text) {
        return values.values().stream()
                .anyMatch(value -> !value.isEmpty()
                        && (text.equals(value) || (value.length() >= TELLING && text.contains(value))));
    }

    @Override
    public String[] getPropertyNames() {
        return values.keySet().stream().sorted().toArray(String[]::new);
    }

    @Override
    public boolean containsProperty(String name) {
        return values.containsKey(name);
    }

    @Override
    public @Nullable Object getProperty(String name) {
        return values.get(name);
    }
}
