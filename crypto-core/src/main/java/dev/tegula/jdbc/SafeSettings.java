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

    private static final LocalSetting SEARCH_PATH = new LocalSetting(
            "search_path", "pg_catalog.concat('pg_catalog, ', pg_catalog.current_setting('search_path'), ', pg_temp')");

    private static final List<LocalSetting> TEXTS = List.of(
            LocalSetting.of("standard_conforming_strings", "on"),
            LocalSetting.of("bytea_output", "hex"),
            LocalSetting.of("DateStyle", "ISO, MDY"),
            LocalSetting.of("IntervalStyle", "postgres"),
            LocalSetting.of("TimeZone", "UTC"),
            LocalSetting.of("extra_float_digits", "1"),
            LocalSetting.of("client_encoding", "UTF8"),
            LocalSetting.of("row_security", "off"));

    private SafeSettings() {}

    /** For statements that change or read rows. */
    static List<LocalSetting> all() {
        return Stream.concat(TEXTS.stream(), Stream.of(SEARCH_PATH)).toList();
    }

    /** For statements that make tables: these are made in the first schema of the search path, which stays as it is. */
    static List<LocalSetting> texts() {
        return TEXTS;
    }
}
