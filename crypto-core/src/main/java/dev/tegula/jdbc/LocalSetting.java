package dev.tegula.jdbc;

import java.util.Collection;
import java.util.stream.Collectors;

/**
 * A setting of the server for the rest of a transaction.
 *
 * @param name its name
 * @param value an SQL expression of type text, in words that no search path changes
 */
record LocalSetting(String name, String value) {

    /** One whose value is this text. */
    static LocalSetting of(String name, String text) {
        return new LocalSetting(name, "'" + text.replace("'", "''") + "'");
    }

    /** All of them in one statement that PostgreSQL parses, plans and runs once. */
    static String inOne(Collection<LocalSetting> settings) {
        return settings.stream().map(LocalSetting::call).collect(Collectors.joining(", ", "SELECT ", ""));
    }

    /** A statement of its own. */
    String sql() {
        return value.startsWith("'") ? "SET LOCAL " + name + " = " + value : "SELECT " + call();
    }

    /** The same until the end of the session. */
    String ofSession() {
        return "SELECT " + call(false);
    }

    private String call() {
        return call(true);
    }

    private String call(boolean local) {
        return "pg_catalog.set_config('" + name + "', " + value + ", " + local + ")";
    }
}
