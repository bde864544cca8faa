package dev.tegula.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * One value of a configuration: a mapping, a list or a text, wherever it is written. {@link ConfigurationReader} makes the
 * same of it whether it stands in {@code tegula.yaml} or in the properties of a framework.
 */
public interface SettingValue {

    /** What kind of value this is. */
    Kind kind();

    /** The names in a mapping as they are written, in their order; empty for other kinds. */
    List<String> names();

    /** The value of a name in a mapping; empty if there is none, or it is written and empty. */
    Optional<SettingValue> child(String name);

    /** The values of a list; empty for other kinds. */
    List<SettingValue> items();

    /**
     * A text, with its variables replaced.
     *
     * @param path where it stands, for messages
     * @throws dev.tegula.failure.ConfigurationException for a variable that is not set
     */
    Text text(String path);

    /** Where a name of this mapping is written, for a message: {@code " in line 7"}; empty if nobody knows. */
    String place(String name);

    /** What relative files in this mapping start from. */
    Path folder();

    /** Whether a name as it is written is the known one. */
    default boolean isName(String known, String written) {
        return known.equals(written);
    }

    /** Kinds of values. */
    enum Kind {
        /** Names with values. */
        MAPPING,
        /** Values in an order. */
        LIST,
        /** A text, a whole number, true or false. */
        TEXT,
        /** What reads as something else: a fraction, a date. */
        OTHER
    }

    /**
     * A text and where it comes from.
     *
     * @param origin {@code file}, {@code environment NAME}, or a place
     */
    record Text(String value, String origin) {}
}
