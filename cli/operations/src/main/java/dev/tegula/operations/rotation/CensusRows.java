package dev.tegula.operations.rotation;

import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.TableName;
import dev.tegula.jdbc.TakenRows;
import dev.tegula.jdbc.Transactions;
import dev.tegula.registry.RegistrySeal;
import dev.tegula.registry.Seal;
import dev.tegula.registry.SealedKind;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Rows of {@code tegula_census}, verified when read and sealed when written. Anyone who may write there could else make a table look
 * as if nothing were left under a key, or make a count begin behind the rows that are. Throws what {@link Transactions} throws.
 */
final class CensusRows {

    private static final String SELECT = "SELECT document, substring(seal from 1 for 33) FROM tegula_census"
            + " WHERE schema_name = ? AND table_name = ? AND part = ?";
    private static final String UPSERT =
            "INSERT INTO tegula_census (schema_name, table_name, part, document, seal) VALUES (?, ?, ?, ?, ?)"
                    + " ON CONFLICT (schema_name, table_name, part) DO UPDATE SET document = excluded.document, seal = excluded.seal";
    private static final String DELETE =
            "DELETE FROM tegula_census WHERE schema_name = ? AND table_name = ? AND part = ?";

    private final Transactions transactions;
    private final RegistrySeal seal;

    CensusRows(Transactions transactions, RegistrySeal seal) {
        this.transactions = transactions;
        this.seal = seal;
    }

    /** Which of the two rows of a table. */
    enum Part {
        /** The last census that came to its end. */
        LAST,
        /** One that has not, yet. */
        RUNNING
    }

    /**
     * A row as it was found.
     *
     * @param forged whether there is one that does not verify; then it is not used
     * @param content what it says
     */
    record Found(boolean forged, Optional<CensusRecord> content) {}

    Found find(TableName table, Part part) {
        return transactions.read(session -> {
            try (PreparedStatement select = session.prepare(SELECT)) {
                name(select, 1, table, part);
                try (ResultSet row = select.executeQuery()) {
                    if (!row.next()) {
                        return new Found(false, Optional.empty());
                    }
                    String document = row.getString(1);
                    boolean genuine =
                            seal.genuine(SealedKind.CENSUS, Seal.copyOf(row.getBytes(2)), items(table, part, document));
                    return new Found(!genuine, genuine ? CensusRecord.of(document) : Optional.empty());
                }
            }
        });
    }

    /** Keeps how far a census has come. */
    void running(TableName table, CensusRecord content) {
        transactions.readCommitted(session -> {
            put(session, table, Part.RUNNING, content);
            return true;
        });
    }

    /** Keeps the result of one that came to its end. */
    void ended(TableName table, CensusRecord content) {
        transactions.readCommitted(session -> {
            put(session, table, Part.LAST, content);
            try (PreparedStatement delete = session.prepare(DELETE)) {
                name(delete, 1, table, Part.RUNNING);
                delete.executeUpdate();
            }
            return true;
        });
    }

    private void put(Session session, TableName table, Part part, CensusRecord content) throws SQLException {
        String document = content.document();
        try (PreparedStatement upsert = session.prepare(UPSERT)) {
            name(upsert, 1, table, part);
            upsert.setString(4, document);
            upsert.setBytes(
                    5,
                    seal.seal(SealedKind.CENSUS, items(table, part, document)).bytes());
            TakenRows.one(upsert, "tegula_census");
        }
    }

    /** Seals by the root of the seal what another root sealed that it believes. Forged rows stay: nobody believes them. */
    static int reseal(Session session, RegistrySeal seal) throws SQLException {
        RegistrySeal alone = seal.alone();
        int resealed = 0;
        for (Place place : places(session)) {
            try (PreparedStatement select = session.prepare(SELECT)) {
                name(select, 1, place.table(), place.part());
                try (ResultSet row = select.executeQuery()) {
                    row.next();
                    Seal stored = Seal.copyOf(row.getBytes(2));
                    byte[][] items = items(place.table(), place.part(), row.getString(1));
                    if (seal.genuine(SealedKind.CENSUS, stored, items)
                            && !alone.genuine(SealedKind.CENSUS, stored, items)) {
                        update(session, place, seal.seal(SealedKind.CENSUS, items));
                        resealed++;
                    }
                }
            }
        }
        return resealed;
    }

    /** A row by its key. */
    private record Place(TableName table, Part part) {}

    private static List<Place> places(Session session) throws SQLException {
        List<Place> places = new ArrayList<>();
        try (PreparedStatement select = session.prepare("SELECT schema_name, table_name, part FROM tegula_census");
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                places.add(
                        new Place(new TableName(row.getString(1), row.getString(2)), Part.valueOf(row.getString(3))));
            }
        }
        return places;
    }

    private static void update(Session session, Place place, Seal seal) throws SQLException {
        try (PreparedStatement update = session.prepare(
                "UPDATE tegula_census SET seal = ? WHERE schema_name = ? AND table_name = ? AND part = ?")) {
            update.setBytes(1, seal.bytes());
            name(update, 2, place.table(), place.part());
            TakenRows.one(update, "tegula_census");
        }
    }

    private static void name(PreparedStatement statement, int at, TableName table, Part part) throws SQLException {
        statement.setString(at, table.schema());
        statement.setString(at + 1, table.name());
        statement.setString(at + 2, part.name());
    }

    private static byte[][] items(TableName table, Part part, String document) {
        return new byte[][] {
            utf8(table.schema()), utf8(table.name()), utf8(part.name()), utf8(document),
        };
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
