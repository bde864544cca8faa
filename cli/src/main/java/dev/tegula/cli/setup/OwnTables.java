package dev.tegula.cli.setup;

import dev.tegula.jdbc.Schema;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.Transactions;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tegula's own tables: whether they are there. Their names are those that the schema makes. */
final class OwnTables {

    private static final Pattern CREATE = Pattern.compile("CREATE TABLE IF NOT EXISTS (\\w+).*", Pattern.DOTALL);

    private OwnTables() {}

    /** The names, in the order of the schema. */
    static List<String> names() {
        return Schema.statements().stream()
                .map(CREATE::matcher)
                .filter(Matcher::matches)
                .map(create -> create.group(1))
                .toList();
    }

    /** The names of those that this login does not see. */
    static List<String> missing(Transactions transactions) {
        return transactions.readCommitted(OwnTables::missing);
    }

    private static List<String> missing(Session session) throws SQLException {
        List<String> missing = new ArrayList<>();
        try (PreparedStatement select = session.prepare("SELECT to_regclass(?) IS NULL")) {
            for (String name : names()) {
                select.setString(1, name);
                try (ResultSet rows = select.executeQuery()) {
                    if (rows.next() && rows.getBoolean(1)) {
                        missing.add(name);
                    }
                }
            }
        }
        return missing;
    }
}
