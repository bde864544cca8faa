package dev.tegula.operations.check;

import dev.tegula.config.DatabaseSettings;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.Transactions;
import dev.tegula.operations.check.CheckList.State;
import dev.tegula.operations.check.Rights.Right;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/** Checks that this login may do what the command line does, and an application's role no more than it needs. */
final class RoleChecks {

    private static final String OWNS =
            "SELECT coalesce(bool_or(pg_has_role(?::name, relowner, 'USAGE')), false) FROM pg_class"
                    + " WHERE oid = pg_catalog.to_regclass('tegula_key')";
    private static final String WRITERS =
            "SELECT rolname FROM pg_roles WHERE NOT rolsuper AND rolname NOT LIKE 'pg\\_%'"
                    + " AND has_table_privilege(rolname, 'tegula_key', 'INSERT, UPDATE, DELETE') ORDER BY rolname";

    private static final String SECRET_WRITERS =
            "SELECT rolname FROM pg_roles WHERE NOT rolsuper AND rolname NOT LIKE 'pg\\_%'"
                    + " AND NOT has_table_privilege(rolname, 'tegula_key', 'INSERT, UPDATE, DELETE')"
                    + " AND (has_table_privilege(rolname, 'tegula_secret', 'INSERT, UPDATE, DELETE')"
                    + " OR has_table_privilege(rolname, 'tegula_secret_version', 'INSERT, UPDATE, DELETE')) ORDER BY rolname";

    private final CheckList checks;
    private final DatabaseSettings database;
    private final boolean createsKeys;
    private final Transactions transactions;

    RoleChecks(CheckList checks, DatabaseSettings database, boolean createsKeys, Transactions transactions) {
        this.checks = checks;
        this.database = database;
        this.createsKeys = createsKeys;
        this.transactions = transactions;
    }

    void run() {
        checks.check("rights of this login", this::operator);
        for (String role : database.applicationRoles()) {
            checks.check("rights of " + role, () -> application(role));
        }
        if (database.applicationRoles().isEmpty()) {
            checks.add(
                    State.NOTE,
                    "rights of applications",
                    "not checked: nothing says which role is an application's. Superusers"
                            + texts(WRITERS).stream().map(role -> ", " + role).collect(Collectors.joining())
                            + " may write keys" + secretWriters(),
                    "name it as tegula.databases." + database.name() + ".application-role");
        }
    }

    private String operator() {
        String login = texts("SELECT current_user").get(0);
        List<Right> missing = held(login, Rights.operator(), false);
        if (!missing.isEmpty()) {
            throw CheckList.wrong(login + " lacks " + text(missing) + ". Run as their owner: `"
                    + Rights.statements("GRANT", missing, "TO", login)
                    + "`; `tegula schema grants --app ROLE --operator ROLE` prints all.");
        }
        return login + " may do what the command line does";
    }

    private String application(String role) {
        if (!is("SELECT count(*) = 1 FROM pg_roles WHERE rolname = ?", role)) {
            throw CheckList.wrong("There is no role " + role + " in this database. Correct tegula.databases."
                    + database.name() + ".application-role, or `CREATE ROLE \"" + role + "\" LOGIN`.");
        }
        List<Right> missing = held(role, Rights.application(createsKeys), false);
        if (!missing.isEmpty()) {
            throw CheckList.wrong(
                    role + " lacks " + text(missing) + ". Run: `" + Rights.statements("GRANT", missing, "TO", role)
                            + "`; `tegula schema grants --app ROLE --operator ROLE` prints all.");
        }
        List<Right> excess = held(role, Rights.forbidden(createsKeys), true);
        if (!excess.isEmpty()) {
            throw CheckList.wrong(role + " has " + text(excess)
                    + ", which no application needs: an attacker who takes it over could change keys. "
                    + cure(role, excess));
        }
        List<Right> writes = held(role, Rights.secretWriting(), true);
        if (!writes.isEmpty() && writes.size() < Rights.secretWriting().size()) {
            List<Right> rest = held(role, Rights.secretWriting(), false);
            throw CheckList.wrong(role + " may write secrets only in part: it has " + text(writes) + " and lacks "
                    + text(rest)
                    + ". Run: `" + Rights.statements("GRANT", rest, "TO", role) + "` if it writes secrets, else `"
                    + Rights.statements("REVOKE", writes, "FROM", role) + "`.");
        }
        return role + " has the rights of an application" + (writes.isEmpty() ? "" : " that writes secrets")
                + " and no more";
    }

    /** Those that may write secrets and no keys. */
    private String secretWriters() {
        List<String> roles = texts(SECRET_WRITERS);
        return roles.isEmpty() ? "" : "; " + String.join(", ", roles) + " may write secrets";
    }

    private String cure(String role, List<Right> excess) {
        if (is("SELECT rolsuper FROM pg_roles WHERE rolname = ?", role)) {
            return "It is a superuser: `ALTER ROLE \"" + role + "\" NOSUPERUSER`.";
        }
        if (is(OWNS, role)) {
            return "It owns the tables, itself or by membership: `ALTER TABLE "
                    + excess.get(0).table() + " OWNER TO` the operator's role, for each.";
        }
        return "Run: `" + Rights.statements("REVOKE", excess, "FROM", role)
                + "`, or the same for PUBLIC or the role it has it from.";
    }

    private static String text(List<Right> rights) {
        String first = rights.stream().limit(3).map(Right::toString).collect(Collectors.joining(", "));
        return rights.size() <= 3 ? first : first + " and " + (rights.size() - 3) + " more";
    }

    /** Those of the rights that the role has, or has not. */
    private List<Right> held(String role, Collection<Right> rights, boolean wanted) {
        return transactions.read(session -> {
            List<Right> found = new ArrayList<>();
            try (PreparedStatement select = session.prepare("SELECT has_table_privilege(?::name, ?, ?)")) {
                for (Right right : rights) {
                    select.setString(1, role);
                    select.setString(2, right.table());
                    select.setString(3, right.privilege());
                    try (ResultSet rows = select.executeQuery()) {
                        if (rows.next() && rows.getBoolean(1) == wanted) {
                            found.add(right);
                        }
                    }
                }
            }
            return found;
        });
    }

    private boolean is(String sql, String role) {
        return transactions.read(session -> {
            try (PreparedStatement select = session.prepare(sql)) {
                select.setString(1, role);
                try (ResultSet rows = select.executeQuery()) {
                    return rows.next() && rows.getBoolean(1);
                }
            }
        });
    }

    private List<String> texts(String sql) {
        return transactions.read(session -> texts(session, sql));
    }

    private static List<String> texts(Session session, String sql) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (PreparedStatement select = session.prepare(sql);
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
        }
        return texts;
    }
}
