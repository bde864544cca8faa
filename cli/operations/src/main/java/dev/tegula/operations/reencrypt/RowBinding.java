package dev.tegula.operations.reencrypt;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.Mode;
import dev.tegula.envelope.RowId;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.TableName;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Values of mode ROW open with the primary key of their row. Which key that is the catalogue says, and it must be the one by which
 * the table is paged; of which types it may be, and what bytes they give, says {@code docs/format/v1.md}.
 */
final class RowBinding {

    private static final String LOOSE = "SELECT a.attname FROM pg_catalog.pg_attribute a"
            + " JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
            + " JOIN pg_catalog.pg_collation o ON o.oid = a.attcollation"
            + " WHERE n.nspname = ? AND c.relname = ? AND a.attname = ? AND NOT o.collisdeterministic";

    private static final Pattern INTEGER = Pattern.compile("-?[0-9]{1,19}");
    private static final Pattern UUID_TEXT =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");
    private static final Pattern BYTES = Pattern.compile("\\\\x([0-9a-fA-F]{2})*");

    private RowBinding() {}

    /**
     * Refuses columns of mode ROW in a table whose rows cannot be named as their values want it.
     *
     * @throws ConfigurationException naming the column
     */
    static void require(Session session, TableShape shape, List<EncryptedColumn> columns) throws SQLException {
        List<KeyColumn> keys = shape.keys().own().columns();
        for (EncryptedColumn column : columns) {
            if (column.mode() == Mode.ROW) {
                if (!keys.stream().map(KeyColumn::name).toList().equals(column.keyColumns())) {
                    throw new ConfigurationException(column.label() + " is bound to its rows by " + column.keyColumns()
                            + ", which is no unique key of the table. Make it the primary key again.");
                }
                for (KeyColumn key : keys) {
                    requireType(session, shape.table(), column, key);
                }
            }
        }
    }

    private static void requireType(Session session, TableName table, EncryptedColumn column, KeyColumn key)
            throws SQLException {
        if (kind(key) == Kind.NONE || (kind(key) == Kind.TEXT && loose(session, table, key))) {
            throw new ConfigurationException(column.label() + " is bound to its rows by " + key.name() + ", which is "
                    + key.type()
                    + ". Expected an integer, uuid, text of a deterministic collation, or bytea: the text of other"
                    + " types differs between sessions.");
        }
    }

    /** CockroachDB has no such collations. */
    private static boolean loose(Session session, TableName table, KeyColumn key) throws SQLException {
        if (!session.dialect().describesTables()) {
            return false;
        }
        try (PreparedStatement select = session.prepare(LOOSE)) {
            select.setString(1, table.schema());
            select.setString(2, table.name());
            select.setString(3, key.name());
            try (ResultSet row = select.executeQuery()) {
                return row.next();
            }
        }
    }

    /** What a column of a key is to the format. */
    private enum Kind {
        INTEGER,
        UUID,
        TEXT,
        BYTES,
        NONE
    }

    private static Kind kind(KeyColumn key) {
        return switch (key.type()) {
            case "smallint", "integer", "bigint" -> Kind.INTEGER;
            case "uuid" -> Kind.UUID;
            case "bytea" -> Kind.BYTES;
            default -> key.type().equals("text") || key.type().startsWith("character varying") ? Kind.TEXT : Kind.NONE;
        };
    }

    /** Whether the items of both are of one logical type, so that a key of the one may be a key of the other. */
    static boolean alike(KeyColumn one, KeyColumn other) {
        return kind(one) == kind(other);
    }

    /**
     * The item of a part of a key that somebody typed.
     *
     * @throws IllegalArgumentException if the database would not read it as a value of the type
     */
    static byte[] given(KeyColumn key, String text) {
        boolean reads =
                switch (kind(key)) {
                    case INTEGER -> INTEGER.matcher(text).matches() && fits(key, text);
                    case UUID -> UUID_TEXT.matcher(text).matches();
                    case BYTES -> BYTES.matcher(text).matches();
                    case TEXT -> text.indexOf(0) < 0;
                    case NONE -> false;
                };
        if (!reads) {
            throw new IllegalArgumentException("not of the type");
        }
        return item(key, text);
    }

    /**
     * Whether the column could hold the number, whatever the width of that from which it comes; true for other types.
     *
     * @throws NumberFormatException if no column could
     */
    static boolean fits(KeyColumn key, String text) {
        long most =
                switch (key.type()) {
                    case "smallint" -> Short.MAX_VALUE;
                    case "integer" -> Integer.MAX_VALUE;
                    default -> Long.MAX_VALUE;
                };
        if (kind(key) != Kind.INTEGER) {
            return true;
        }
        long number = Long.parseLong(text);
        return number <= most && number >= -most - 1;
    }

    /** The item of a part of a key, which comes as text. */
    static byte[] item(KeyColumn key, String text) {
        return switch (kind(key)) {
            case INTEGER -> RowId.integer(Long.parseLong(text));
            case UUID -> RowId.uuid(UUID.fromString(text));
            case TEXT -> RowId.text(text);
            case BYTES -> RowId.bytes(HexFormat.of().parseHex(text, 2, text.length()));
            case NONE ->
                throw new ConfigurationException(key.name() + " is " + key.type()
                        + ", to which no value of mode ROW can be bound. " + Planner.AGAIN);
        };
    }
}
