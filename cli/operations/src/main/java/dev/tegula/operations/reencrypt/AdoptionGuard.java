package dev.tegula.operations.reencrypt;

import dev.tegula.jdbc.AdoptionTrigger;
import dev.tegula.jdbc.Session;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The trigger that keeps the two columns of an adoption together: it empties the encrypted column of a row whose value in clear
 * somebody changes alone, and takes apart what a mapping writes that knows both. What it does says how far the adoption is. Of PostgreSQL.
 */
final class AdoptionGuard {

    private final AdoptionTrigger trigger;

    AdoptionGuard(PlainColumn column) {
        this.trigger = new AdoptionTrigger(
                column.table(), column.name(), column.encrypted().column());
    }

    /** Its name. */
    String name() {
        return trigger.name();
    }

    /** What it does; empty where it is not there, is disabled, or does something else. */
    Optional<AdoptionTrigger.Form> standing(Session session) throws SQLException {
        try (PreparedStatement select = session.prepare(AdoptionTrigger.standing())) {
            List<String> parameters = trigger.parameters();
            for (int i = 0; i < parameters.size(); i++) {
                select.setString(i + 1, parameters.get(i));
            }
            try (ResultSet row = select.executeQuery()) {
                String body = row.next() ? row.getString(1) : "";
                return Arrays.stream(AdoptionTrigger.Form.values())
                        .filter(form -> trigger.isOf(form, body))
                        .findFirst();
            }
        }
    }

    /** Makes it, for which writers of the table have to end. */
    void raise(Session session, AdoptionTrigger.Form form) throws SQLException {
        for (String statement : trigger.script(form)) {
            session.execute(statement);
        }
    }

    /** Has it do something else. */
    void become(Session session, AdoptionTrigger.Form form) throws SQLException {
        session.execute(trigger.function(form));
    }

    /** Removes it, whatever it does. */
    void drop(Session session) throws SQLException {
        for (String statement : trigger.removal()) {
            session.execute(statement);
        }
    }
}
