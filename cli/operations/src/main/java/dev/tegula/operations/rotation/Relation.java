package dev.tegula.operations.rotation;

import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.TableName;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Something that stores rows: a table, a partition, a materialized view, a foreign table.
 *
 * @param file the file it is in now; 0 where it has none
 * @param blocks its size
 * @param temporary whether it is a temporary table of another session, which nobody else reads
 */
record Relation(
        long oid,
        String schema,
        String name,
        boolean foreign,
        boolean temporary,
        long file,
        long blocks,
        int blockSize) {

    /** Objects with smaller oids are the server's own. */
    private static final int FIRST_OF_USERS = 16_384;

    /** TOAST is read through its table. A materialized view that is not populated stores nothing. */
    private static final String ALL = """
            SELECT c.oid, n.nspname, c.relname, c.relkind = 'f', pg_catalog.pg_is_other_temp_schema(n.oid),
                coalesce(pg_catalog.pg_relation_filenode(c.oid), 0),
                CASE WHEN c.relkind = 'f' THEN 0 ELSE coalesce(pg_catalog.pg_relation_size(c.oid), 0)
                    / CAST(pg_catalog.current_setting('block_size') AS int8) END,
                CAST(pg_catalog.current_setting('block_size') AS int4)
            FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE (c.relkind IN ('r', 'f') OR c.relkind = 'm' AND c.relispopulated) AND c.oid >= ?
              AND c.oid NOT IN (SELECT own.oid FROM pg_catalog.pg_class own WHERE own.oid IN (
                pg_catalog.to_regclass('tegula_key'), pg_catalog.to_regclass('tegula_job_key'),
                pg_catalog.to_regclass('tegula_quarantine'), pg_catalog.to_regclass('tegula_refused')))
            ORDER BY n.nspname, c.relname""";

    private static final String COCKROACHDB = """
            SELECT c.oid, n.nspname, c.relname, false, false, 0, 0, 8192
            FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'm') AND c.oid >= ?
              AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'crdb_internal', 'pg_extension')
              AND c.oid NOT IN (SELECT own.oid FROM pg_catalog.pg_class own WHERE own.oid IN (
                pg_catalog.to_regclass('tegula_key'), pg_catalog.to_regclass('tegula_job_key'),
                pg_catalog.to_regclass('tegula_quarantine')))
            ORDER BY n.nspname, c.relname""";

    /** All of the database but the tables of this registry that name keys, in every schema. */
    static List<Relation> all(Session session) throws SQLException {
        List<Relation> relations = new ArrayList<>();
        boolean numbered = session.dialect().numbersItsOwnFirst();
        try (PreparedStatement select = session.prepare(session.dialect().sql(ALL, COCKROACHDB))) {
            select.setLong(1, numbered ? FIRST_OF_USERS : 0);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    relations.add(new Relation(
                            row.getLong(1),
                            row.getString(2),
                            row.getString(3),
                            row.getBoolean(4),
                            row.getBoolean(5),
                            row.getLong(6),
                            row.getLong(7),
                            row.getInt(8)));
                }
            }
        }
        return relations;
    }

    /** Whether it is still in that file, and still what the name means. */
    boolean unchanged(Session session) throws SQLException {
        String sql = "SELECT coalesce(pg_catalog.pg_relation_filenode(c.oid), 0) = ? FROM pg_catalog.pg_class c"
                + " WHERE c.oid = ? AND c.oid = pg_catalog.to_regclass(?) AND c.relkind IN ('r', 'm', 'f')";
        try (PreparedStatement select = session.prepare(sql)) {
            select.setLong(1, file);
            select.setLong(2, oid);
            select.setString(3, quoted());
            try (ResultSet row = select.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    String quoted() {
        return new TableName(schema, name).quoted();
    }

    String label() {
        return schema + "." + name;
    }
}
