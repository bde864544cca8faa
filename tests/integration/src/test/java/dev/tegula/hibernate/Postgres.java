package dev.tegula.hibernate;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/** One server for all tests, a new database for each. */
final class Postgres {

    private static final AtomicInteger NAMES = new AtomicInteger();

    private final String name;

    private Postgres(String name) {
        this.name = name;
    }

    static Postgres fresh() {
        Postgres database = new Postgres("t" + NAMES.incrementAndGet());
        new Postgres("postgres").execute("create database " + database.name);
        return database;
    }

    DataSource dataSource() {
        return Server.INSTANCE.getDatabase("postgres", name);
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

    private static final class Server {
        static final EmbeddedPostgres INSTANCE = start();

        private static EmbeddedPostgres start() {
            try {
                return EmbeddedPostgres.builder().start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
