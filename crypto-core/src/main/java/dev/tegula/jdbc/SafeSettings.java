package dev.tegula.jdbc;

import java.util.List;
import java.util.stream.Stream;

/**
 * What a database, a role or a pooler may have set otherwise and our statements rely on; part of the first statements of
 * every transaction, and ends with it. Names without a schema mean PostgreSQL's own first: a search path that puts another
 * schema before {@code pg_catalog} would let anyone who may write there answer for {@code now()}. Temporary tables come last,
 * because behind a pooler somebody else may have left one.
 */
final class SafeSettings {

    private static final String SEARCH_PATH =
            "SELECT pg_catalog.set_config('search_path', pg_catalog.concat('pg_catalog, ',"
                    + " pg_catalog.current_setting('search_path'), ', pg_temp'), true)";

    private static final List<String> TEXTS = List.of(
            "SET LOCAL standard_conforming_strings = on",
            "SET LOCAL bytea_output = 'hex'",
            "SET LOCAL DateStyle = 'ISO, MDY'",
            "SET LOCAL IntervalStyle = 'postgres'",
            "SET LOCAL TimeZone = 'UTC'",
            "SET LOCAL extra_float_digits = 1",
            "SET LOCAL client_encoding = 'UTF8'",
            "SET LOCAL row_security = off");

    private SafeSettings() {}

    /** For statements that change or read rows. */
    static List<String> all() {
        return Stream.concat(TEXTS.stream(), Stream.of(SEARCH_PATH)).toList();
    }

    /** For statements that make tables: these are made in the first schema of the search path, which stays as it is. */
    static List<String> texts() {
        return TEXTS;
    }
}
