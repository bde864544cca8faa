package dev.tegula.hibernate.told;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Notices what of a transaction was rolled back to a savepoint, of which nobody tells Hibernate: before changes a number is put into
 * a setting of the transaction, which the database takes back together with them. Not thread-safe.
 */
final class Savepoints {

    private static final AtomicLong IDS = new AtomicLong();

    /** Of several sessions on one connection each has a word of its own in the setting. */
    private static final String MARK = "SELECT before.words, pg_catalog.set_config('tegula.told',"
            + " pg_catalog.regexp_replace(before.words, ?, '') || ?, true)"
            + " FROM (SELECT coalesce(pg_catalog.current_setting('tegula.told', true), '') AS words OFFSET 0) AS before";

    private static final String LOOK = "SELECT coalesce(pg_catalog.current_setting('tegula.told', true), '')";

    private final String id = "s" + IDS.incrementAndGet() + ":";
    private final Deque<Integer> standing = new ArrayDeque<>();
    private int last;

    /** The number of what is changed from now on, until the next one. */
    int mark() {
        return last;
    }

    /** Begins a new number; the numbers of what was rolled back since the one before. */
    Set<Integer> next(Connection connection) throws SQLException {
        last++;
        Set<Integer> gone;
        try (PreparedStatement mark = connection.prepareStatement(MARK)) {
            mark.setString(1, " " + id + "[0-9]+");
            mark.setString(2, " " + id + last);
            gone = gone(mark);
        }
        standing.push(last);
        return gone;
    }

    /** The numbers of what was rolled back since the last one began, that one included. */
    Set<Integer> gone(Connection connection) throws SQLException {
        try (PreparedStatement look = connection.prepareStatement(LOOK)) {
            return gone(look);
        }
    }

    private Set<Integer> gone(PreparedStatement statement) throws SQLException {
        int stands = 0;
        try (ResultSet row = statement.executeQuery()) {
            row.next();
            for (String word : row.getString(1).split(" ", -1)) {
                if (word.startsWith(id)) {
                    stands = Integer.parseInt(word.substring(id.length()));
                }
            }
        }
        Set<Integer> gone = new HashSet<>();
        while (!standing.isEmpty() && standing.peek() > stands) {
            gone.add(standing.pop());
        }
        return gone;
    }
}
