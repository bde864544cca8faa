package dev.tegula.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The triggers of {@code tegula_audit} that refuse every UPDATE, DELETE and TRUNCATE, of its owner too, also under
 * {@code session_replication_role = replica}; who takes one away or disables it is found. Of PostgreSQL: no other dialect is asked.
 */
public final class AppendOnly {

    /** What they are together, where missing parts of the schema are named. */
    public static final String NAME = "tegula_audit_append_only";

    private static final String RESOURCE = "/dev/tegula/schema/V1__tegula_append_only.sql";

    /** BEFORE UPDATE OR DELETE for each row, and BEFORE TRUNCATE, as pg_trigger.tgtype has them (PostgreSQL, catalog/pg_trigger.h). */
    private static final Map<String, Integer> TYPES =
            new TreeMap<>(Map.of(NAME, 1 | 2 | 8 | 16, "tegula_audit_never_emptied", 2 | 32));

    private static final Pattern BODY = Pattern.compile("AS\\s+\\$tegula\\$(.*?)\\$tegula\\$", Pattern.DOTALL);

    private static final String TRIGGERS =
            "SELECT t.tgname, t.tgtype, t.tgenabled, t.tgqual IS NULL AND t.tgattr = '' AND f.prosrc = ?"
                    + " FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_proc f ON f.oid = t.tgfoid"
                    + " WHERE t.tgrelid = pg_catalog.to_regclass('tegula_audit') AND NOT t.tgisinternal";

    private AppendOnly() {}

    /** The whole part of the script. */
    public static String text() {
        try (InputStream in = AppendOnly.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("The resource " + RESOURCE + " is missing from the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Its statements in order, each of which may run again. */
    public static List<String> statements() {
        return Stream.of(text().split("\n\n"))
                .filter(paragraph -> !paragraph.startsWith("--"))
                .map(paragraph -> paragraph.strip().replaceFirst(";$", ""))
                .toList();
    }

    static boolean isName(String name) {
        return TYPES.containsKey(name);
    }

    /**
     * What lets entries be changed or removed that are there: which trigger is missing, disabled or another; empty if all stand.
     *
     * @throws SQLException of the database, as it comes
     */
    public static Optional<String> fault(Session session) throws SQLException {
        if (!session.dialect().describesTables()) {
            return Optional.empty();
        }
        Map<String, String> faults = new TreeMap<>();
        TYPES.keySet().forEach(name -> faults.put(name, "is missing"));
        try (PreparedStatement select = session.prepare(TRIGGERS)) {
            select.setString(1, body());
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    String name = row.getString(1);
                    Integer type = TYPES.get(name);
                    if (type != null) {
                        fault(type == row.getInt(2) && row.getBoolean(4), row.getString(3))
                                .ifPresentOrElse(fault -> faults.put(name, fault), () -> faults.remove(name));
                    }
                }
            }
        }
        return faults.entrySet().stream()
                .map(fault -> "the trigger " + fault.getKey() + " " + fault.getValue())
                .reduce((one, other) -> one + ", " + other);
    }

    private static Optional<String> fault(boolean ours, String enabled) {
        if (!ours) {
            return Optional.of("is not the one that Tegula made");
        }
        return switch (enabled) {
            case "A" -> Optional.empty();
            case "D" -> Optional.of("is disabled");
            default -> Optional.of("does not run under every session_replication_role");
        };
    }

    private static String body() {
        Matcher body = BODY.matcher(text());
        if (!body.find()) {
            throw new IllegalStateException("The script has no function");
        }
        return body.group(1);
    }
}
