package dev.tegula.jdbc;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The trigger, its function and the CHECK that keep a column in clear and the encrypted one beside it together, on PostgreSQL. An
 * application that knows both writes a <em>pair</em> into the encrypted column: envelope and value in one; the trigger puts each where
 * it belongs, in the statement itself. Where an application that knows the column in clear alone changes it, the envelope goes. The CHECK
 * refuses a pair that no trigger took apart. Immutable.
 */
public final class AdoptionTrigger {

    /** What the names of all of them, and of their functions, begin with. */
    public static final String PREFIX = "tegula_adopt_";

    /** The sessions that it lets alone, by {@code application_name}. */
    public static final String EXEMPT = "tegula-reencrypt";

    /** What a pair begins with; printable, so that no envelope does. */
    private static final char PAIR = '+';

    /** The table, its partitions, and all that inherit from it. */
    private static final String PARTS = """
            WITH RECURSIVE part AS (
              SELECT CAST(pg_catalog.to_regclass(?) AS pg_catalog.oid) AS oid, true AS root
              UNION SELECT i.inhrelid, false FROM pg_catalog.pg_inherits i JOIN part p ON p.oid = i.inhparent)
            """;

    /** Row, before, insert, update: as the catalogue of PostgreSQL says it. */
    private static final String STANDING = PARTS + """
            SELECT f.prosrc, NOT EXISTS (SELECT 1 FROM part p JOIN pg_catalog.pg_trigger o ON o.tgrelid = p.oid
                WHERE o.tgname = t.tgname AND o.tgenabled <> 'A')
            FROM part r JOIN pg_catalog.pg_trigger t ON t.tgrelid = r.oid JOIN pg_catalog.pg_proc f ON f.oid = t.tgfoid
            WHERE r.root AND t.tgname = ? AND NOT EXISTS (SELECT 1 FROM part p WHERE NOT EXISTS (
                SELECT 1 FROM pg_catalog.pg_trigger o WHERE o.tgrelid = p.oid AND o.tgname = t.tgname
                  AND o.tgfoid = t.tgfoid AND o.tgenabled IN ('O', 'A') AND o.tgtype = 23 AND CAST(o.tgattr AS pg_catalog.text) = ''))
              AND EXISTS (SELECT 1 FROM pg_catalog.pg_constraint k
                WHERE k.conrelid = t.tgrelid AND k.contype = 'c' AND k.conname = ?
                  AND pg_catalog.pg_get_constraintdef(k.oid) IN (?, ?, ?, ?, ?, ?))""";

    private static final String SHARING = PARTS + """
            SELECT DISTINCT CAST(CAST(t.tgrelid AS pg_catalog.regclass) AS pg_catalog.text) FROM pg_catalog.pg_trigger t
            WHERE t.tgfoid = CAST(pg_catalog.to_regprocedure(?) AS pg_catalog.oid)
              AND NOT EXISTS (SELECT 1 FROM part p WHERE p.oid = t.tgrelid) ORDER BY 1""";

    private static final String HEIRS = PARTS + """
            SELECT CAST(CAST(c.oid AS pg_catalog.regclass) AS pg_catalog.text) FROM part p
            JOIN pg_catalog.pg_class c ON c.oid = p.oid WHERE NOT p.root AND NOT c.relispartition ORDER BY 1""";

    /** Inserts and updates of rows before which a trigger of a greater name fires after this one. */
    private static final String LATER = PARTS + """
            SELECT t.tgname, n.nspname, c.relname FROM part p JOIN pg_catalog.pg_trigger t ON t.tgrelid = p.oid
            JOIN pg_catalog.pg_class c ON c.oid = p.oid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE NOT EXISTS (SELECT 1 FROM pg_catalog.pg_trigger o WHERE o.oid = t.tgparentid AND o.tgname = t.tgname)
              AND NOT t.tgisinternal AND t.tgenabled <> 'D' AND (t.tgtype & 3) = 3 AND (t.tgtype & 20) <> 0
              AND t.tgname > CAST(? AS pg_catalog.name) AND t.tgname NOT LIKE 'tegula\\_adopt\\_%' ORDER BY 1, 2, 3""";

    /** Columns whose values a BEFORE trigger does not see, for they are computed after it. */
    private static final String GENERATED = PARTS + """
            SELECT DISTINCT a.attname, CAST(a.attgenerated AS pg_catalog.text) FROM part p
            JOIN pg_catalog.pg_attribute a ON a.attrelid = p.oid
            WHERE a.attgenerated <> '' AND a.attname IN (?, ?, ?) ORDER BY 1, 2""";

    private static final Pattern OF_TENANT =
            Pattern.compile(" ELSIF CAST\\(NEW\\.(\"(?:[^\"]|\"\")+\") AS text\\) COLLATE \"C\""
                    + " IS DISTINCT FROM CAST\\(OLD\\.\\1 AS text\\) AND ");

    private static final Pattern MESSAGE = Pattern.compile("MESSAGE = '(?:[^']|'')*'");

    /** What it does, which says how far the adoption is. */
    public enum Form {
        /** Both columns hold the value. */
        BOTH,
        /** Rows are emptied in clear: of a pair the envelope is kept, and one that is written alone empties the other column too. */
        EMPTYING,
        /** The column in clear is empty for good, and may be dropped: only the envelope of a pair is kept. */
        SEALED,
        /** Rows get their value in clear back: an envelope that is written alone empties it, until it is filled in. */
        RETURNING,
        /** Every row has its value in clear back: who writes the encrypted column alone is refused. */
        RELEASED,
        /** Nobody reads the encrypted column any more: who writes an envelope into it is refused, also as a pair. */
        ENDED
    }

    private final TableName table;
    private final String plain;
    private final String encrypted;
    private final String name;
    private final String check;
    private final @Nullable String tenant;
    private final List<String> written;

    /**
     * That of two columns.
     *
     * @param table their table; an empty schema stands for the one that the search path finds
     */
    public AdoptionTrigger(TableName table, String plain, String encrypted) {
        this(table, plain, encrypted, Optional.empty());
    }

    /**
     * That of two columns, of which the encrypted one has a key for each tenant.
     *
     * @param table as the other one
     * @param tenant the column with the tenant: where it changes alone, the envelope goes
     */
    public AdoptionTrigger(TableName table, String plain, String encrypted, Optional<String> tenant) {
        this.table = table;
        this.plain = Identifiers.quote(plain);
        this.encrypted = Identifiers.quote(encrypted);
        this.name = Identifiers.fitted(PREFIX, table.name() + "_" + encrypted);
        this.check = Identifiers.fitted("tegula_pair_", encrypted);
        this.tenant = tenant.map(Identifiers::quote).orElse(null);
        this.written = List.of(table.quoted(), plain, encrypted, tenant.orElse(plain));
    }

    /** Its name. */
    public String name() {
        return name;
    }

    /**
     * What an application that knows both columns writes into the encrypted one.
     *
     * @param value the bytes of the value in clear, as {@link PlainText} writes them
     */
    public static byte[] pair(byte[] envelope, byte[] value) {
        return ByteBuffer.allocate(1 + Integer.BYTES + envelope.length + value.length)
                .put((byte) PAIR)
                .putInt(envelope.length)
                .put(envelope)
                .put(value)
                .array();
    }

    /** The pair of no value: with it both columns are emptied. */
    public static byte[] emptyPair() {
        return new byte[] {PAIR};
    }

    /**
     * The query that gives the body of the function of a trigger that is enabled, on the table and all its parts, and has its CHECK:
     * {@link #isOf} knows it; and whether it fires under any {@code session_replication_role}.
     */
    public static String standing() {
        return STANDING;
    }

    /** The parameters of {@link #standing}. */
    public List<String> parameters() {
        String quoted = "CHECK ((get_byte(" + encrypted + ", 0) < 32))";
        String unquoted = quoted.replace("\"", "");
        // As the connection of an application prints it where quote_all_identifiers is on.
        String all = "CHECK ((\"get_byte\"(" + encrypted + ", 0) < 32))";
        return List.of(
                table.quoted(),
                name,
                check,
                quoted,
                quoted + " NOT VALID",
                unquoted,
                unquoted + " NOT VALID",
                all,
                all + " NOT VALID");
    }

    /** The query that gives other tables whose triggers run the function of that name, as the database writes their names. */
    public static String sharing() {
        return SHARING;
    }

    /** The parameters of {@link #sharing}. */
    public List<String> sharingParameters() {
        return List.of(table.quoted(), functionName());
    }

    /** The query, with the table quoted, that gives the tables that inherit from it and are no partitions. */
    public static String heirs() {
        return HEIRS;
    }

    /** The query that gives those of its columns, with {@code attgenerated}, that the database generates: it would not see their values. */
    public static String generated() {
        return GENERATED;
    }

    /** The parameters of {@link #generated}. */
    public List<String> generatedParameters() {
        return written;
    }

    /** The query that gives triggers, with schema and name of their tables, that change rows after this one has seen them. */
    public static String later() {
        return LATER;
    }

    /** The parameters of {@link #later}. */
    public List<String> laterParameters() {
        return List.of(table.quoted(), name);
    }

    /**
     * Whether a function does what a form says, also as an earlier version of this class says it, and whether it minds a tenant or not; a
     * tool may have laid out its lines otherwise.
     */
    public boolean isOf(Form form, String functionBody) {
        String found = laidOut(functionBody);
        Matcher ofTenant = OF_TENANT.matcher(found);
        String bare = ofTenant.find() ? found.replace(" " + laidOut(moved(ofTenant.group(1))), "") : found;
        return bare.equals(laidOut(body(form, Optional.empty(), false)))
                || bare.equals(laidOut(body(form, Optional.empty(), true)));
    }

    /** Whether a function is the one that {@link #function} makes. */
    public boolean isNow(Form form, String functionBody) {
        return laidOut(functionBody).equals(laidOut(body(form, Optional.ofNullable(tenant), false)));
    }

    /** Without what a refusal says, in which the name of the table stands as it was when the function was made. */
    private static String laidOut(String body) {
        return MESSAGE.matcher(body.strip().replaceAll("\\s+", " ")).replaceAll("MESSAGE = ''");
    }

    /**
     * The statements that make it, for which writers of the table have to end; where it is there already they mend it. The first fails where
     * {@link #sharing} finds another table, whose writes would all stop, or {@link #generated} a column.
     */
    public List<String> script(Form form) {
        return List.of(
                alone(),
                function(form),
                "DROP TRIGGER IF EXISTS " + Identifiers.quote(name) + " ON " + table.quoted(),
                "CREATE TRIGGER " + Identifiers.quote(name) + " BEFORE INSERT OR UPDATE ON " + table.quoted()
                        + " FOR EACH ROW WHEN (current_setting('application_name') <> '" + EXEMPT
                        + "') EXECUTE FUNCTION " + functionName(),
                "ALTER TABLE " + table.quoted() + " ENABLE ALWAYS TRIGGER " + Identifiers.quote(name),
                "ALTER TABLE " + table.quoted() + " DROP CONSTRAINT IF EXISTS " + Identifiers.quote(check)
                        + ", ADD CONSTRAINT " + Identifiers.quote(check) + " CHECK (get_byte(" + encrypted
                        + ", 0) < 32) NOT VALID");
    }

    private String alone() {
        String shared =
                " runs: for the names of table and column are the same when they are put together. Replaced, it would"
                        + " stop all writes there. End that adoption and drop its trigger and function; or give one of the"
                        + " encrypted columns another name.";
        String computed = " is generated by the database, which computes it after " + name
                + " has seen the row: with each UPDATE an envelope would go. Make it a column that is written.";
        String named = "SELECT g.attname FROM (" + GENERATED + ") AS g";
        String function = name + " is a function that a trigger of ";
        return new RefusingBlock()
                .where(SHARING, sharingParameters(), "42723", function, shared)
                .where(named, written, "428C9", table.name() + ".", computed)
                .sql();
    }

    /** The statement that makes it do something else, for whatever is written after; it takes no lock on the table. */
    public String function(Form form) {
        return "CREATE OR REPLACE FUNCTION " + functionName()
                + " RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS '"
                + body(form, Optional.ofNullable(tenant), false).replace("'", "''") + "'";
    }

    /** The statement that removes it, whatever it does. The CHECK stays: applications may still write pairs. */
    public String removal() {
        return "DROP TRIGGER IF EXISTS " + Identifiers.quote(name) + " ON " + table.quoted();
    }

    /** The statement that removes its function, when {@link #sharing} finds no other trigger of it. */
    public String functionRemoval() {
        return "DROP FUNCTION IF EXISTS " + functionName();
    }

    private String functionName() {
        return new TableName(table.schema(), name).quoted() + "()";
    }

    /** Of an earlier version: by the text of values alone, and the same under any {@code session_replication_role}. */
    private String body(Form form, Optional<String> ofTenant, boolean earlier) {
        return form == Form.ENDED ? ended(ofTenant, earlier) : apart(form, ofTenant, earlier);
    }

    private String apart(Form form, Optional<String> ofTenant, boolean earlier) {
        String inClear =
                switch (form) {
                    case EMPTYING, SEALED -> "NULL";
                    default -> "convert_from(substring(pair FROM 6 + size), 'UTF8')";
                };
        StringBuilder body = new StringBuilder("\nDECLARE pair bytea; size int;\nBEGIN\n")
                .append("  IF substring(NEW." + encrypted + " FROM 1 FOR 1) = '\\x2b' THEN\n")
                .append("    pair := NEW." + encrypted + ";\n")
                .append("    IF octet_length(pair) = 1 THEN\n")
                .append("      NEW." + encrypted + " := NULL;\n");
        if (form != Form.SEALED) {
            body.append("      NEW." + plain + " := NULL;\n");
        }
        body.append("    ELSE\n")
                .append("      size := (get_byte(pair, 1) << 24) | (get_byte(pair, 2) << 16)"
                        + " | (get_byte(pair, 3) << 8) | get_byte(pair, 4);\n")
                .append("      NEW." + encrypted + " := substring(pair FROM 6 FOR size);\n");
        if (form != Form.SEALED) {
            body.append("      NEW." + plain + " := " + inClear + ";\n");
        }
        body.append("    END IF;\n");
        if (form != Form.SEALED) {
            body.append("  ELSIF TG_OP = 'UPDATE' THEN\n")
                    .append("    IF " + changed(earlier) + " THEN\n")
                    .append("      IF NEW." + encrypted + " IS NOT DISTINCT FROM OLD." + encrypted
                            + (earlier ? "" : replicated()) + " THEN NEW." + encrypted + " := NULL; END IF;\n");
            switch (form) {
                case BOTH -> {}
                case RELEASED ->
                    body.append("    ELSIF " + enveloped() + " THEN\n")
                            .append(refusal("a release that does not write " + plain + " too was found"));
                default ->
                    body.append("    ELSIF NEW." + encrypted + " IS DISTINCT FROM OLD." + encrypted + " THEN NEW."
                            + plain + " := NULL;\n");
            }
            ofTenant.ifPresent(column -> body.append(moved(column)));
            body.append("    END IF;\n");
        }
        if (form == Form.RELEASED) {
            body.append("  END IF;\n")
                    .append("  IF NEW." + encrypted + " IS NOT NULL AND NEW." + plain + " IS NULL THEN\n")
                    .append("    IF TG_OP = 'INSERT' THEN\n")
                    .append(refusal("a release that does not write " + plain + " too was found"))
                    .append("    ELSIF NEW." + encrypted + " IS DISTINCT FROM OLD." + encrypted + " THEN\n")
                    .append(refusal("a release that does not write " + plain + " too was found"))
                    .append("    END IF;\n");
        }
        return body.append("  END IF;\n  RETURN NEW;\nEND\n").toString();
    }

    /** Both columns stay as they are, or an envelope goes with its value; an envelope that comes is refused. */
    private String ended(Optional<String> ofTenant, boolean earlier) {
        String refusal = refusal("a release with plaintextColumn, or without " + plain + ", was found");
        return "\nBEGIN\n  IF TG_OP = 'INSERT' THEN\n    IF NEW." + encrypted + " IS NOT NULL THEN\n" + refusal
                + "    END IF;\n  ELSIF NEW." + encrypted + " IS DISTINCT FROM OLD." + encrypted
                + " THEN\n    IF NEW." + encrypted + " IS NOT NULL OR NOT (" + changed(earlier) + ") AND NEW." + plain
                + " IS NOT NULL THEN\n" + refusal + "    END IF;\n  ELSIF " + changed(earlier) + " THEN NEW."
                + encrypted
                + " := NULL;\n" + ofTenant.map(this::moved).orElse("") + "  END IF;\n  RETURN NEW;\nEND\n";
    }

    /**
     * By the bytes, for under a nondeterministic collation a text is not distinct from one that says something else; and by the value,
     * for what the writer's {@code extra_float_digits} rounds off.
     */
    private String changed(boolean earlier) {
        return "CAST(NEW." + plain + " AS text) COLLATE \"C\" IS DISTINCT FROM CAST(OLD." + plain + " AS text)"
                + (earlier ? "" : " OR NEW." + plain + " IS DISTINCT FROM OLD." + plain);
    }

    /** What replication brings without a value in clear, the publisher emptied: the envelope is all there is. */
    private String replicated() {
        return " AND (NEW." + plain + " IS NOT NULL OR current_setting('session_replication_role') <> 'replica')";
    }

    /** A row with a value in clear that gets another tenant and no envelope of it. */
    private String moved(String column) {
        return "    ELSIF CAST(NEW." + column + " AS text) COLLATE \"C\" IS DISTINCT FROM CAST(OLD." + column
                + " AS text) AND NEW." + plain + " IS NOT NULL\n      AND NEW." + encrypted
                + " IS NOT DISTINCT FROM OLD." + encrypted + " THEN NEW." + encrypted + " := NULL;\n";
    }

    /** Whether the encrypted column is changed alone; a row without a value in clear may lose its envelope, which did not open. */
    private String enveloped() {
        return "NEW." + encrypted + " IS DISTINCT FROM OLD." + encrypted + " AND (NEW." + encrypted
                + " IS NOT NULL OR NEW." + plain + " IS NOT NULL)";
    }

    private String refusal(String found) {
        String message = table.name() + "." + encrypted + " was released to " + plain + ": " + found
                + ". Stop it, or let it begin again with the one that writes what this table has by now";
        return "      RAISE EXCEPTION USING ERRCODE = '23514', SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME,"
                + " CONSTRAINT = TG_NAME,\n        MESSAGE = '" + message.replace("'", "''") + "';\n";
    }
}
