package dev.tegula.hibernate.type;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.jdbc.AdoptionTrigger;
import dev.tegula.jdbc.PlainText;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.hibernate.HibernateException;

/**
 * The column that holds the values of an attribute in clear while they are brought into the encrypted one beside it. What is written is
 * a pair for the trigger of {@link AdoptionTrigger}; what is read is the envelope, or {@value #MARK} and the value in clear where there is
 * no envelope yet. No envelope begins with {@value #MARK}.
 *
 * @param name its name, as the database has it
 * @param text how the database writes its values
 */
public record PlaintextColumn(String name, PlainText text) {

    /** What a value in clear begins with when it is read. */
    public static final char MARK = '=';

    /** Of values that a column gives back as they were given: none that it rounds or pads. */
    private static final Map<Class<?>, PlainText> TYPES = Map.of(
            String.class, PlainText.STRING,
            Boolean.class, PlainText.BOOLEAN,
            Short.class, PlainText.I16,
            Integer.class, PlainText.I32,
            Long.class, PlainText.I64,
            UUID.class, PlainText.UUID_TEXT,
            LocalDate.class, PlainText.LOCAL_DATE);

    /**
     * That of an attribute.
     *
     * @param type the class of its values; wrappers for primitives
     * @throws ConfigurationException for a class whose values a column does not give back as they are
     */
    public static PlaintextColumn of(String name, Class<?> type) {
        PlainText text = TYPES.get(type);
        if (text == null) {
            throw new ConfigurationException("plaintextColumn = \"" + name + "\" beside values of " + type.getName()
                    + ". "
                    + TYPES.keySet().stream().map(Class::getSimpleName).sorted().collect(Collectors.joining(", "))
                    + " were expected, which a column gives back as they are; of another type map both columns, as \"Your"
                    + " existing application\" in the documentation shows.");
        }
        return new PlaintextColumn(name, text);
    }

    byte[] pair(byte[] envelope, Object value) {
        return AdoptionTrigger.pair(envelope, text.written(value));
    }

    static boolean isInClear(byte[] stored) {
        return stored.length > 0 && stored[0] == MARK;
    }

    Object inClear(byte[] stored, String attribute) {
        return text.parsed(Arrays.copyOfRange(stored, 1, stored.length))
                .orElseThrow(() -> new HibernateException(attribute + " has a value in its plaintextColumn " + name
                        + " that Java does not have, such as infinity of a date. Change it in the database."));
    }
}
