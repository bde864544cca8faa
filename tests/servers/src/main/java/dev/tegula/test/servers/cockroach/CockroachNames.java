package dev.tegula.test.servers.cockroach;

import java.util.Set;

/** What was looked up in CockroachDB's documentation and stands in it, in small letters. */
final class CockroachNames {

    /** "Functions and Operators", and the special forms of SQL that look like calls. */
    static final Set<String> FUNCTIONS = Set.of(
            "any",
            "array",
            "array_length",
            "array_position",
            "array_to_string",
            "cardinality",
            "cast",
            "chr",
            "clock_timestamp",
            "coalesce",
            "concat",
            "convert_from",
            "convert_to",
            "count",
            "current_database",
            "current_schema",
            "current_setting",
            "decode",
            "encode",
            "extract",
            "format_type",
            "generate_series",
            "get_byte",
            "greatest",
            "has_column_privilege",
            "has_schema_privilege",
            "has_table_privilege",
            "least",
            "left",
            "length",
            "lower",
            "max",
            "min",
            "mod",
            "nextval",
            "now",
            "octet_length",
            "pg_backend_pid",
            "pg_has_role",
            "pg_is_other_temp_schema",
            "quote_ident",
            "quote_literal",
            "regexp_replace",
            "repeat",
            "row_number",
            "row_to_json",
            "set_config",
            "sha256",
            "string_agg",
            "strpos",
            "substring",
            "sum",
            "to_regclass",
            "unnest",
            "version");

    /** In no list of the documentation, which leaves out what is there for tools alone, and in the source of version 26.1. */
    static final Set<String> FUNCTIONS_OF_TOOLS = Set.of("pg_get_constraintdef", "pg_get_keywords");

    /** "pg_catalog", without those that are marked "(empty)" but pg_inherits: it is true that nothing inherits. */
    static final Set<String> CATALOGUE = Set.of(
            "pg_am",
            "pg_attribute",
            "pg_class",
            "pg_constraint",
            "pg_index",
            "pg_inherits",
            "pg_namespace",
            "pg_roles",
            "pg_settings",
            "pg_type");

    /** "Session Variables"; those that change nothing there take the only value they have. */
    static final Set<String> SETTINGS = Set.of(
            "application_name",
            "autocommit_before_ddl",
            "bytea_output",
            "client_encoding",
            "datestyle",
            "default_transaction_quality_of_service",
            "extra_float_digits",
            "idle_in_transaction_session_timeout",
            "intervalstyle",
            "lock_timeout",
            "row_security",
            "search_path",
            "standard_conforming_strings",
            "statement_timeout",
            "timezone",
            "transaction_timeout");

    private CockroachNames() {}
}
