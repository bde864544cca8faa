package dev.tegula.hibernate;

import dev.tegula.testing.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.sql.DataSource;

/** A database for a test. */
final class Postgres {

    private static final Queue<TestDatabase> UNTOUCHED = new ConcurrentLinkedQueue<>();

    private final DataSource dataSource;
    private final Runnable givingBack;

    private Postgres(DataSource dataSource, Runnable givingBack) {
        this.dataSource = dataSource;
        this.givingBack = givingBack;
    }

    /** An empty one. */
    static Postgres fresh() {
        TestDatabase untouched = UNTOUCHED.poll();
        TestDatabase database = untouched == null ? TestDatabase.create() : untouched;
        return new Postgres(database.dataSource(), () -> UNTOUCHED.add(database));
    }

    /** One of another server. */
    static Postgres at(DataSource dataSource) {
        return new Postgres(dataSource, () -> {});
    }

    /** Lets the next test have it if it is as it was: most that is refused is refused before it touches the database. */
    void giveBack() {
        long made = (long) value("select (select count(*) from pg_class where oid >= 16384)"
                + " + (select count(*) from pg_namespace where oid >= 16384)"
                + " + (select count(*) from pg_proc where oid >= 16384)"
                + " + (select count(*) from pg_type where oid >= 16384)");
        if (made == 0) {
            givingBack.run();
        }
    }

    DataSource dataSource() {
        return dataSource;
    }

    void execute(String sql) {
        try (Connection connection = dataSource().getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.execute();
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /** Every row as a list of its columns. */
    List<List<Object>> rows(String sql) {
        try (Connection connection = dataSource().getConnection();
                PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet result = statement.executeQuery()) {
            List<List<Object>> rows = new ArrayList<>();
            while (result.next()) {
                List<Object> row = new ArrayList<>();
                for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                    row.add(result.getObject(i));
                }
                rows.add(row);
            }
            return rows;
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    Object value(String sql) {
        return rows(sql).get(0).get(0);
    }

    byte[] bytes(String sql) {
        return (byte[]) value(sql);
    }

    /** Everything in every table as text, bytes both as characters and in hexadecimal. */
    String dump() {
        StringBuilder all = new StringBuilder();
        for (List<Object> column : rows("select table_schema, table_name, column_name, data_type"
                + " from information_schema.columns where table_schema not in ('pg_catalog', 'information_schema')")) {
            String reference = "\"" + column.get(2) + "\"";
            String text = "bytea".equals(column.get(3))
                    ? "encode(" + reference + ", 'hex') || ' ' || encode(" + reference + ", 'escape')"
                    : reference + "::text";
            rows("select " + text + " from \"" + column.get(0) + "\".\"" + column.get(1) + "\"")
                    .forEach(row -> all.append(row.get(0)).append('\n'));
        }
        return all.toString();
    }
}
