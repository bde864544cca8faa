package dev.tegula.kek;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.Context;
import dev.tegula.FieldCipher;
import dev.tegula.FieldSpec;
import dev.tegula.Tegula;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.sql.DataSource;

/** Values of three fields in two tables, one field with a key for each tenant. */
final class ClinicData {

    static final int ROWS = 300;

    static final List<String> TENANTS = List.of("north", "south", "west");
    private static final String COLUMNS = "select table_name, column_name from information_schema.columns"
            + " where table_schema = 'public' and table_name not like 'tegula\\_%' order by 1, 2";

    private final DataSource database;

    ClinicData(DataSource database) {
        this.database = database;
    }

    void create() throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("create table patient (id int primary key, ssn bytea, note bytea, name text)");
            statement.execute("create table visit (id int primary key, clinic text not null, note bytea)");
        }
    }

    void write(Tegula tegula, int from, int to) throws SQLException {
        Fields fields = Fields.of(tegula);
        try (Connection connection = database.getConnection();
                PreparedStatement patient = connection.prepareStatement("insert into patient values (?, ?, ?, 'x')");
                PreparedStatement visit = connection.prepareStatement("insert into visit values (?, ?, ?)")) {
            for (int id = from; id < to; id++) {
                patient.setInt(1, id);
                patient.setBytes(2, fields.ssn.encrypt("ssn-" + id, Context.noTenant()));
                patient.setBytes(3, fields.note.encrypt(note(id), Context.noTenant()));
                patient.executeUpdate();
                String tenant = TENANTS.get(id % TENANTS.size());
                visit.setInt(1, id);
                visit.setString(2, tenant);
                visit.setBytes(3, fields.visit.encrypt("visit-" + id, Context.tenant(tenant)));
                visit.executeUpdate();
            }
        }
    }

    /** Updates one row to what it is. */
    void writeAgain() throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("update patient set ssn = ssn where id = 7");
        }
    }

    /** Opens every value with the engine; fails unless each is what was written. */
    void readAll(Tegula tegula) throws SQLException {
        Fields fields = Fields.of(tegula);
        int rows = 0;
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "select id, p.ssn, p.note, v.clinic, v.note from patient p join visit v using (id)")) {
            for (; row.next(); rows++) {
                int id = row.getInt(1);
                assertThat(fields.ssn.decrypt(row.getBytes(2), Context.noTenant()))
                        .isEqualTo("ssn-" + id);
                assertThat(fields.note.decrypt(row.getBytes(3), Context.noTenant()))
                        .isEqualTo(note(id));
                assertThat(fields.visit.decrypt(row.getBytes(5), Context.tenant(row.getString(4))))
                        .isEqualTo("visit-" + id);
            }
        }
        assertThat(rows).isEqualTo(ROWS);
    }

    private static String note(int id) {
        return id % 5 == 0 ? null : "note-" + id;
    }

    /**
     * One SHA-256 for each column of the application's tables, and as {@code table (rows)} one of where each row version
     * lies and which transaction wrote it, so that an UPDATE to the same bytes shows as well.
     */
    Map<String, String> picture() throws SQLException {
        Map<String, String> hashes = new TreeMap<>();
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            List<List<String>> columns = new ArrayList<>();
            try (ResultSet names = statement.executeQuery(COLUMNS)) {
                while (names.next()) {
                    columns.add(List.of(names.getString(1), names.getString(2)));
                }
            }
            for (List<String> column : columns) {
                String table = column.get(0);
                hashes.put(table + "." + column.get(1), hash(statement, column.get(1), table));
                hashes.put(table + " (rows)", hash(statement, "ctid::text || ' ' || xmin::text", table));
            }
        }
        return hashes;
    }

    private static String hash(Statement statement, String expression, String table) throws SQLException {
        try (ResultSet rows = statement.executeQuery("select " + expression + " from " + table + " order by id")) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            while (rows.next()) {
                byte[] bytes = rows.getObject(1) instanceof byte[] raw
                        ? raw
                        : String.valueOf(rows.getString(1)).getBytes(StandardCharsets.UTF_8);
                digest.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
                digest.update(bytes);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private record Fields(FieldCipher<String> ssn, FieldCipher<String> note, FieldCipher<String> visit) {
        static Fields of(Tegula tegula) {
            return new Fields(
                    tegula.field("patient.ssn", String.class),
                    tegula.field("patient.note", String.class),
                    tegula.field(FieldSpec.of("visit.note", String.class).withKeyPerTenant()));
        }
    }
}
