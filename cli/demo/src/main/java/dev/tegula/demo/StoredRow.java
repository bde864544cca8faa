package dev.tegula.demo;

import dev.tegula.jdbc.Transactions;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.List;
import java.util.UUID;

/** One patient as the database holds it: what somebody with a dump, a replica or psql sees. */
final class StoredRow {

    private static final String QUERY =
            "SELECT name, left(ssn::text, 18) || '…', length(ssn), left(born::text, 18) || '…', length(born),"
                    + " left(address::text, 18) || '…', length(address) FROM patient WHERE id = ?";

    private StoredRow() {}

    /** The lines, as psql would print them. */
    static List<String> lines(Transactions transactions, UUID id) {
        return transactions.read(session -> {
            try (PreparedStatement select = session.prepare(QUERY)) {
                select.setObject(1, id);
                try (ResultSet row = select.executeQuery()) {
                    row.next();
                    return List.of(
                            "name     " + row.getString(1),
                            "ssn      " + row.getString(2) + "  " + row.getInt(3) + " bytes",
                            "born     " + row.getString(4) + "  " + row.getInt(5) + " bytes",
                            "address  " + row.getString(6) + "  " + row.getInt(7) + " bytes");
                }
            }
        });
    }

    /** The stored ssn, as somebody copies it. */
    static byte[] ssn(Transactions transactions, UUID id) {
        return transactions.read(session -> {
            try (PreparedStatement select = session.prepare("SELECT ssn FROM patient WHERE id = ?")) {
                select.setObject(1, id);
                try (ResultSet row = select.executeQuery()) {
                    row.next();
                    return row.getBytes(1);
                }
            }
        });
    }
}
