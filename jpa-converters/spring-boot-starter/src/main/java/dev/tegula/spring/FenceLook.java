package dev.tegula.spring;

import dev.tegula.Tegula;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.KeyId;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.jdbc.Identifiers;
import dev.tegula.jdbc.Session;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Looks whether a fence of a column (a CHECK, the trigger that stands in for one, or the triggers that look keys up) refuses a key
 * that is ACTIVE, so that every write would fail: the registry is older than the tables, or somebody made the fence.
 */
final class FenceLook {

    private static final Pattern ID = Pattern.compile("[0-9a-f]{64}");

    /** What only PostgreSQL has comes second, and is not asked for elsewhere. */
    private static final String CHECKS = """
            SELECT k.conname, pg_get_constraintdef(k.oid) FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
              JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = ? AND c.relname = ? AND k.contype = 'c' AND k.conname IN (?, ?)""";

    private static final String ONE_TRIGGER = """
            SELECT t.tgname, pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
              JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = ? AND c.relname = ? AND t.tgenabled <> 'D' AND t.tgname IN (?, ?)""";

    private static final String TRIGGERS = " UNION ALL " + ONE_TRIGGER;

    /** By the names of {@code LookupFence} of the operations; either may be cut, like all names that are too long. */
    private static final String INSERTED = " of new rows";

    private static final Pattern NUMBER = Pattern.compile("'([0-9]{1,19})'::bigint");

    /** Nobody but the operator reads the list; everybody may ask the function that the triggers ask. */
    private static final String LISTED = "SELECT k.key_id FROM tegula_key k WHERE k.field = ? AND k.purpose = 'DATA'"
            + " AND k.state = 'ACTIVE' AND %s(CAST(? AS bigint), k.key_id) LIMIT 1";

    private FenceLook() {}

    /** The ids that fences of the column refuse, each with the name of its fence; of those that are looked up, one that is ACTIVE. */
    static Map<KeyId, String> refused(Session session, EncryptedColumn column) throws SQLException {
        Map<KeyId, String> refused = written(session, column);
        if (session.dialect().fencesByTrigger()) {
            listed(session, column, refused);
        }
        return refused;
    }

    private static void listed(Session session, EncryptedColumn column, Map<KeyId, String> refused)
            throws SQLException {
        String name = Identifiers.fitted(Identifiers.FENCE, column.column() + INSERTED);
        String number = "";
        try (PreparedStatement select = session.prepare(ONE_TRIGGER)) {
            select.setString(1, column.schema());
            select.setString(2, column.table());
            select.setString(3, name);
            select.setString(4, name);
            try (ResultSet row = select.executeQuery()) {
                Matcher found = NUMBER.matcher(row.next() ? String.valueOf(row.getString(2)) : "");
                number = found.find() ? found.group(1) : "";
            }
        }
        if (number.isEmpty()) {
            return;
        }
        String function = Identifiers.quote(column.schema()) + "."
                + Identifiers.quote(Identifiers.fitted(Identifiers.FENCE, column.table()));
        try (PreparedStatement select = session.prepare(LISTED.formatted(function))) {
            select.setString(1, column.field().value());
            select.setString(2, number);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    refused.put(KeyId.copyOf(row.getBytes(1)), name);
                }
            }
        }
    }

    private static Map<KeyId, String> written(Session session, EncryptedColumn column) throws SQLException {
        boolean triggers = session.dialect().fencesByTrigger();
        Map<KeyId, String> out = new TreeMap<>();
        try (PreparedStatement select = session.prepare(triggers ? CHECKS + TRIGGERS : CHECKS)) {
            String name = Identifiers.fitted(Identifiers.FENCE, column.column());
            for (int at = 0; at < (triggers ? 8 : 4); at += 4) {
                select.setString(at + 1, column.schema());
                select.setString(at + 2, column.table());
                select.setString(at + 3, name);
                select.setString(at + 4, Identifiers.fitted(Identifiers.FENCE, column.column() + Identifiers.SECOND));
            }
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    Matcher id = ID.matcher(String.valueOf(row.getString(2)));
                    while (id.find()) {
                        out.put(KeyId.ofHex(id.group()), row.getString(1));
                    }
                }
            }
        }
        return out;
    }

    /** What is wrong, if one of them is ACTIVE for the field of the column. */
    static Optional<ConfigurationException> problem(Tegula tegula, EncryptedColumn column, Map<KeyId, String> refused) {
        return refused.isEmpty()
                ? Optional.empty()
                : tegula.registry().find(refused.keySet()).stream()
                        .filter(row -> row.state() == KeyState.ACTIVE
                                && row.scope().field().equals(column.field())
                                && tegula.seal().genuine(row))
                        .findFirst()
                        .map(row -> problem(column, row, String.valueOf(refused.get(row.keyId()))));
    }

    private static ConfigurationException problem(EncryptedColumn column, KeyRow row, String fence) {
        return new ConfigurationException(column.label() + ": the fence " + fence + " refuses values under key "
                + row.label() + ", which is ACTIVE, so every write would fail. A key that was rotated away is ACTIVE"
                + " again where the registry was restored to an older state than the table: `tegula keys import FILE`"
                + " brings newer keys back, or `tegula rotate " + column.field()
                + "`" + (row.scope().tenant().isNone() ? "" : ", with --tenant of its tenant,") + " makes one.");
    }
}
