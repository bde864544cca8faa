package dev.tegula.operations.schema;

import dev.tegula.jdbc.SchemaScript;
import dev.tegula.jdbc.Session;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * CHECKs of Tegula's tables that list the words of a column and were made when there were fewer: a row of this release would
 * be refused.
 */
final class ShortLists {

    private static final Pattern CREATE = Pattern.compile("CREATE TABLE IF NOT EXISTS (\\w+).*", Pattern.DOTALL);
    private static final Pattern LIST = Pattern.compile("CONSTRAINT (\\w+) (CHECK \\(\\w+ IN \\(([^)]*)\\)\\))");
    private static final Pattern WORD = Pattern.compile("'[^']*'");
    private static final String DEFINITION = "SELECT pg_catalog.pg_get_constraintdef(oid) FROM pg_catalog.pg_constraint"
            + " WHERE conrelid = pg_catalog.to_regclass(?) AND conname = ?";

    private ShortLists() {}

    /** The statements that make them what this release expects. CockroachDB, which prints them in other words, is not asked. */
    static List<String> longer(Session session) throws SQLException {
        List<String> statements = new ArrayList<>();
        if (!session.dialect().describesTables()) {
            return statements;
        }
        for (String statement : SchemaScript.statements()) {
            Matcher create = CREATE.matcher(statement);
            if (create.matches()) {
                for (MatchResult list : LIST.matcher(statement).results().toList()) {
                    Optional<String> there = definition(session, create.group(1), list.group(1));
                    if (there.isPresent() && lacksOne(there.get(), list.group(3))) {
                        statements.add("ALTER TABLE " + create.group(1) + " DROP CONSTRAINT " + list.group(1)
                                + ", ADD CONSTRAINT " + list.group(1) + " " + list.group(2));
                    }
                }
            }
        }
        return statements;
    }

    private static boolean lacksOne(String definition, String words) {
        return WORD.matcher(words).results().anyMatch(word -> !definition.contains(word.group()));
    }

    private static Optional<String> definition(Session session, String table, String constraint) throws SQLException {
        try (PreparedStatement select = session.prepare(DEFINITION)) {
            select.setString(1, table);
            select.setString(2, constraint);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
            }
        }
    }
}
