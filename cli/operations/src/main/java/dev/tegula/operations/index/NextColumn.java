package dev.tegula.operations.index;

import dev.tegula.catalogue.IndexColumn;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.jdbc.Identifiers;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.TableName;
import dev.tegula.jdbc.Transactions;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The next column of an index, as the catalogue says and as the database has it. Each refusal comes before anything is changed. */
public final class NextColumn {

    /** The other column of a CHECK of a rotation that looks at the column. */
    private static final String FENCED = """
            SELECT o.attname FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
              JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
              JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (k.conkey)
              JOIN pg_catalog.pg_attribute o ON o.attrelid = c.oid AND o.attnum = ANY (k.conkey) AND o.attnum <> a.attnum
            WHERE n.nspname = ? AND c.relname = ? AND a.attname = ? AND k.contype = 'c'
              AND left(k.conname, ?) = ? ORDER BY k.oid""";

    private NextColumn() {}

    /**
     * Refuses an index whose rows are fenced together with a next column that the catalogue does not have.
     *
     * @throws ConfigurationException saying who left it out, and how it comes back
     */
    public static void requireKnown(IndexColumn index, Transactions transactions) {
        if (index.next().isEmpty()) {
            transactions.read(session -> fenced(session, index)).ifPresent(next -> {
                throw new ConfigurationException("The rows of " + index.label()
                        + " have a next column, " + next
                        + ", without which their fences let no index in; and the catalogue does not"
                        + " have it: an instance of a release that does not map it published the index last ("
                        + index.origin() + "). End the instances of that release; then restart one"
                        + " that maps " + next
                        + " (next = true): it publishes both with its first value. Then run this again.");
            });
        }
    }

    private static Optional<String> fenced(Session session, IndexColumn index) throws SQLException {
        try (PreparedStatement select = session.prepare(FENCED)) {
            select.setString(1, index.schema());
            select.setString(2, index.table());
            select.setString(3, index.column());
            select.setInt(4, Identifiers.FENCE.length());
            select.setString(5, Identifiers.FENCE);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
            }
        }
    }

    /**
     * Refuses one that is in the catalogue and not in the database, or of another type than the index.
     *
     * @throws ConfigurationException with the statement of a migration
     */
    public static void requireFits(IndexColumn index, Transactions transactions) {
        index.next().ifPresent(next -> requireFits(index, next, facts(index, next, transactions)));
    }

    /**
     * Refuses an index that has none, or one that is not as the index is, UNIQUE too.
     *
     * @throws ConfigurationException as {@link #requireKnown} and {@link #requireFits}, and with the statement of a migration
     */
    public static void requireRotates(IndexColumn index, Transactions transactions) {
        requireKnown(index, transactions);
        String next = index.next()
                .orElseThrow(() ->
                        new ConfigurationException(index.label() + " has no next column, which its rotation needs."
                                + " Map one (@" + (index.holdsTokens() ? "BlindTokensOf" : "BlindIndexOf")
                                + "(…, next = true)), and in a migration of the application: `ALTER TABLE "
                                + table(index) + " ADD " + Identifiers.quote(index.column() + "_next") + " "
                                + IndexFacts.typeOf(index)
                                + (index.unique().isEmpty() ? "" : " UNIQUE") + "`."));
        IndexFacts facts = facts(index, next, transactions);
        requireFits(index, next, facts);
        if (!facts.unique()) {
            throw new ConfigurationException("The next column " + next + " of " + index.label()
                    + " is not UNIQUE, as the index is. In a migration of the application: `CREATE UNIQUE INDEX ON "
                    + table(index) + " ("
                    + asIndex(index, next).unique().stream()
                            .map(Identifiers::quote)
                            .collect(Collectors.joining(", "))
                    + ")`.");
        }
    }

    private static void requireFits(IndexColumn index, String next, IndexFacts facts) {
        if (facts.fits(index)) {
            return;
        }
        String quoted = Identifiers.quote(next);
        boolean there = !facts.type().isEmpty();
        throw new ConfigurationException("The next column " + next + " of " + index.label()
                + (there ? " is " + facts.type() + "; it holds what the index does, " : " is not there; it is ")
                + IndexFacts.typeOf(index) + ". In a migration of the application: `ALTER TABLE "
                + table(index) + (there ? " DROP " + quoted + "," : "") + " ADD " + quoted + " "
                + IndexFacts.typeOf(index)
                + (index.unique().equals(List.of(index.column())) ? " UNIQUE" : "") + "`.");
    }

    private static String table(IndexColumn index) {
        return new TableName(index.schema(), index.table()).quoted();
    }

    private static IndexFacts facts(IndexColumn index, String next, Transactions transactions) {
        return transactions.read(sql -> IndexFacts.read(sql, asIndex(index, next)));
    }

    /** The next column seen as an index that is UNIQUE with the same columns. */
    private static IndexColumn asIndex(IndexColumn index, String next) {
        return new IndexColumn(
                index.schema(),
                index.table(),
                next,
                Optional.empty(),
                index.name(),
                index.bits(),
                index.perTenant(),
                index.parts(),
                IndexColumn.sorted(index.unique().stream()
                        .map(name -> name.equals(index.column()) ? next : name)
                        .toList()),
                index.origin());
    }
}
