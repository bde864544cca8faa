package dev.tegula.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What is in a folder and a database at the end of a test: files with their modes, keys, columns, indexes, jobs, constraints. */
final class RecordedState {

    private static final List<String> QUERIES = List.of(
            "SELECT 'key ' || field || CASE WHEN length(tenant) > 1 THEN ' of ' || convert_from(substring(tenant FROM 2), 'UTF8')"
                    + " ELSE '' END || ' v' || version || ' ' || state"
                    + " || CASE WHEN exported_at IS NULL THEN '' ELSE ', backed up' END FROM tegula_key ORDER BY 1",
            "SELECT 'column ' || table_name || '.' || column_name || ' of ' || field FROM tegula_field ORDER BY 1",
            "SELECT 'index ' || table_name || '.' || column_name || ' of ' || array_to_string(part_fields, ', ')"
                    + " FROM tegula_index ORDER BY 1",
            "SELECT 'job of ' || table_name || ' ' || state FROM tegula_job ORDER BY 1",
            "SELECT 'quarantine ' || table_name || '.' || column_name || ': ' || count(*) FROM tegula_quarantine"
                    + " GROUP BY table_name, column_name ORDER BY 1",
            "SELECT 'constraint ' || conname FROM pg_constraint WHERE contype = 'c' AND conrelid IN"
                    + " (SELECT oid FROM pg_class WHERE relname NOT LIKE 'tegula%') AND conname LIKE 'tegula%' ORDER BY 1");

    private RecordedState() {}

    static List<String> of(ClinicDatabase database) throws IOException {
        List<String> lines = new ArrayList<>();
        try (Stream<Path> files = Files.walk(database.folder())) {
            files.filter(Files::isRegularFile)
                    .map(file -> "file " + mode(file) + " " + database.folder().relativize(file))
                    .sorted()
                    .forEach(lines::add);
        }
        for (String query : QUERIES) {
            lines.addAll(rows(database, query));
        }
        return lines;
    }

    private static String mode(Path file) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A table that is not there has no rows. */
    private static List<String> rows(ClinicDatabase database, String query) {
        List<String> lines = new ArrayList<>();
        try (Connection connection = database.dataSource().getConnection();
                Statement select = connection.createStatement();
                ResultSet rows = select.executeQuery(query)) {
            while (rows.next()) {
                lines.add(rows.getString(1));
            }
        } catch (SQLException e) {
            if (!"42P01".equals(e.getSQLState())) {
                lines.add("cannot be read, SQLSTATE " + e.getSQLState());
            }
        }
        return lines;
    }
}
