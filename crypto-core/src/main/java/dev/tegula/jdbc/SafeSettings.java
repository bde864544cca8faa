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

    /**
     * A path that is safe stays as it is, for PostgreSQL 18 reports each change and the driver then forgets what it has prepared. A
     * path may be empty. In functions alone: who may write into a schema of the path may have an operator there.
     */
    private static final LocalSetting SEARCH_PATH = new LocalSetting(
            "search_path",
            "pg_catalog.regexp_replace(pg_catalog.concat('pg_catalog, ', pg_catalog.regexp_replace("
                    + "pg_catalog.current_setting('search_path'), '^pg_catalog, |, pg_temp$', '', 'g'), ', pg_temp'),"
                    + " '^pg_catalog, (pg_temp)?, pg_temp$', 'pg_catalog, pg_temp')");

    private static final List<LocalSetting> TEXTS = List.of(
            LocalSetting.of("standard_conforming_strings", "on"),
            LocalSetting.of("bytea_output", "hex"),
            LocalSetting.of("DateStyle", "ISO, MDY"),
            LocalSetting.of("IntervalStyle", "postgres"),
            LocalSetting.of("TimeZone", "UTC"),
            LocalSetting.of("extra_float_digits", "1"),
            LocalSetting.of("client_encoding", "UTF8"),
            LocalSetting.of("row_security", "off"));

    /** Else types and names may be printed in quotes, which are not the words that we compare them with. */
    private static final LocalSetting PRINTED = LocalSetting.of("quote_all_identifiers", "off");

    private SafeSettings() {}

    /** For statements that change or read rows. */
    static List<LocalSetting> all() {
        return Stream.concat(TEXTS.stream(), Stream.of(SEARCH_PATH)).toList();
    }

    /** The same, and what the database prints of its catalogue is in known words, for statements that compare it. */
    static List<LocalSetting> printed(Dialect dialect) {
        return Stream.concat(all().stream(), names(dialect).stream()).toList();
    }

    /** What makes the difference. */
    static List<LocalSetting> names(Dialect dialect) {
        return dialect.quotesAll() ? List.of(PRINTED) : List.of();
    }

    /** The statement that makes the path of {@link #all} that of a session. */
    static String pathOfSession() {
        return SEARCH_PATH.ofSession();
    }

    /** For statements that make tables: these are made in the first schema of the search path, which stays as it is. */
    static List<LocalSetting> texts() {
        return TEXTS;
    }
}
