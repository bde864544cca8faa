package dev.tegula.jdbc;

import dev.tegula.failure.IntegrityException;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * Holds the database to storing what it was given: a rule or a trigger of a table may leave a row out without an error, and
 * the step would seem to be done.
 */
public final class TakenRows {

    private TakenRows() {}

    /**
     * Runs a statement that stores one row.
     *
     * @throws IntegrityException if none was stored
     */
    public static void one(PreparedStatement statement, String table) throws SQLException {
        require(statement.executeUpdate(), table);
    }

    /**
     * Runs a batch in which each statement stores one row.
     *
     * @throws IntegrityException if one of them stored none
     */
    public static void each(PreparedStatement batch, String table) throws SQLException {
        for (int count : batch.executeBatch()) {
            require(count, table);
        }
    }

    private static void require(int count, String table) {
        if (count == 0) {
            throw new IntegrityException("The database left out a row that was to be stored in " + table
                    + ", without an error: a rule or a trigger of that table does so. Find it with psql's \\d " + table
                    + ", drop it, and run the same again.");
        }
    }
}
