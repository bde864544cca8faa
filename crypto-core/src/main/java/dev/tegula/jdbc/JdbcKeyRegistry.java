package dev.tegula.jdbc;

import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.registry.InstanceReport;
import dev.tegula.registry.KeyRegistry;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import dev.tegula.registry.RegistryChange;
import dev.tegula.registry.RegistrySeal;
import dev.tegula.registry.StoredKeys;
import java.nio.ByteBuffer;
import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The registry in {@code tegula_key} and {@code tegula_instance}. Every call takes one connection and gives it back; give
 * it a small pool of its own, because a look-up that waits for a connection which waits for the look-up never ends.
 * Throws what {@link Transactions} throws. Thread-safe.
 */
public final class JdbcKeyRegistry implements KeyRegistry {

    private static final String SELECT = "SELECT " + KeyRows.SELECTED + " FROM tegula_key";

    private static final String OF_SCOPES = "(tenant, field, purpose) IN"
            + " (SELECT t, f, p FROM unnest(?::bytea[], ?::text[], ?::text[]) AS s (t, f, p))";

    private static final int MANY = 500;

    private static final int LONGEST_ROOTS = InstanceReport.MOST_ROOTS * KeyId.SIZE_BYTES;

    private final Transactions transactions;

    /** The registry of a database. */
    public JdbcKeyRegistry(DataSource dataSource) {
        this(new Transactions(dataSource));
    }

    /** The registry behind these transactions. */
    public JdbcKeyRegistry(Transactions transactions) {
        this.transactions = transactions;
    }

    /** Where its connections come from. */
    public DataSource dataSource() {
        return transactions.dataSource();
    }

    @Override
    public Optional<KeyRow> find(KeyId keyId) {
        return transactions.read(session -> find(session, keyId));
    }

    /**
     * The row of a key inside a transaction of the caller's, not verified.
     *
     * @throws dev.tegula.failure.IntegrityException if it holds what no key has
     */
    public static Optional<KeyRow> find(Session session, KeyId keyId) throws SQLException {
        try (PreparedStatement select = session.prepare(SELECT + " WHERE key_id = ?")) {
            select.setBytes(1, keyId.bytes());
            return KeyRows.first(select);
        }
    }

    /** The seals as of a transaction, see {@link RegistrySeal#asOf}. */
    public static RegistrySeal sealing(Session session, RegistrySeal seal) throws SQLException {
        return seal.asOf(find(session, seal.trusted()));
    }

    @Override
    public List<KeyRow> find(Collection<KeyId> keyIds) {
        return transactions.read(session -> find(session, keyIds));
    }

    static List<KeyRow> find(Session session, Collection<KeyId> keyIds) throws SQLException {
        try (PreparedStatement select = session.prepare(SELECT + " WHERE key_id = ANY (?)" + KeyRows.ORDER)) {
            byte[][] ids = keyIds.stream().map(KeyId::bytes).toArray(byte[][]::new);
            select.setArray(1, session.connection().createArrayOf("bytea", ids));
            return KeyRows.stored(select).rows();
        }
    }

    static List<KeyRow> rows(Session session, Scope scope) throws SQLException {
        String sql = SELECT + " WHERE tenant = ? AND field = ? AND purpose = ?" + KeyRows.ORDER;
        try (PreparedStatement select = session.prepare(sql)) {
            select.setBytes(1, scope.tenant().item());
            select.setString(2, scope.field().value());
            select.setString(3, scope.purpose().name());
            return KeyRows.list(select);
        }
    }

    /** All rows of many scopes; one that holds what no key has is a failure. */
    static List<KeyRow> rows(Session session, List<Scope> scopes) throws SQLException {
        try (PreparedStatement select = session.prepare(SELECT + " WHERE " + OF_SCOPES + KeyRows.ORDER)) {
            bind(session, select, scopes);
            return KeyRows.list(select);
        }
    }

    @Override
    public Optional<KeyRow> active(Scope scope) {
        return active(List.of(scope), KeyRows::list).stream().findFirst();
    }

    @Override
    public List<KeyRow> active(List<Scope> scopes) {
        return active(scopes, select -> KeyRows.stored(select).rows());
    }

    @Override
    public List<KeyRow> live(Scope scope) {
        return transactions.read(session -> rows(session, scope)).stream()
                .filter(row -> row.state().live())
                .toList();
    }

    @Override
    public List<KeyRow> retired(Scope scope) {
        return transactions.read(session -> rows(session, scope)).stream()
                .filter(row -> row.state() == KeyState.RETIRED)
                .toList();
    }

    /** How rows that hold what no key has are met. */
    @FunctionalInterface
    private interface Reading {
        List<KeyRow> of(PreparedStatement select) throws SQLException;
    }

    private List<KeyRow> active(List<Scope> scopes, Reading reading) {
        String sql = SELECT + " WHERE state = 'ACTIVE' AND " + OF_SCOPES + KeyRows.ORDER;
        return transactions.read(session -> {
            try (PreparedStatement select = session.prepare(sql)) {
                bind(session, select, scopes);
                return reading.of(select);
            }
        });
    }

    private static void bind(Session session, PreparedStatement select, List<Scope> scopes) throws SQLException {
        select.setArray(1, tenants(session, scopes));
        select.setArray(2, texts(session, scopes, s -> s.field().value()));
        select.setArray(3, texts(session, scopes, s -> s.purpose().name()));
    }

    @Override
    public StoredKeys stored() {
        return transactions.read(JdbcKeyRegistry::stored);
    }

    static StoredKeys stored(Session session) throws SQLException {
        try (PreparedStatement select = session.prepare(SELECT + KeyRows.ORDER)) {
            return KeyRows.stored(select);
        }
    }

    @Override
    public long epoch(Predicate<KeyRow> genuine) {
        return transactions.read(session -> highestRev(session, genuine));
    }

    /** From the highest rev down to the first row that verifies: one row, unless somebody else has been here. */
    static long highestRev(Session session, Predicate<KeyRow> genuine) throws SQLException {
        String sql = SELECT + " WHERE rev IS NOT NULL ORDER BY rev DESC LIMIT ? OFFSET ?";
        long offset = 0;
        for (int limit = 1; ; limit = MANY) {
            try (PreparedStatement select = session.prepare(sql)) {
                select.setInt(1, limit);
                select.setLong(2, offset);
                StoredKeys page = KeyRows.stored(select);
                Optional<KeyRow> highest = page.rows().stream().filter(genuine).findFirst();
                int size = page.rows().size() + page.unreadable().size();
                if (highest.isPresent() || size < limit) {
                    return highest.map(KeyRow::rev).orElse(0L);
                }
                offset += size;
            }
        }
    }

    @Override
    public <T> T change(Function<RegistryChange, T> work) {
        return transactions.serializable(session -> work.apply(new JdbcRegistryChange(session, transactions.author())));
    }

    @Override
    public void report(InstanceReport report) {
        String sql = "INSERT INTO tegula_instance (id, name, epoch, seen_at, roots) VALUES (?, ?, ?, now(), ?)"
                + " ON CONFLICT (id) DO UPDATE SET name = excluded.name, epoch = excluded.epoch,"
                + " seen_at = excluded.seen_at, roots = excluded.roots";
        transactions.readCommitted(session -> {
            try (PreparedStatement upsert = session.prepare(sql)) {
                upsert.setObject(1, report.id());
                upsert.setString(2, report.name());
                upsert.setLong(3, report.epoch());
                upsert.setBytes(4, joined(report.roots()));
                TakenRows.one(upsert, "tegula_instance");
                return report;
            }
        });
    }

    @Override
    public List<InstanceReport> instances(Instant seenSince) {
        String sql = "SELECT id, coalesce(left(name, " + InstanceReport.LONGEST_NAME
                + "), ''), epoch, seen_at, substring(roots from 1 for " + (LONGEST_ROOTS + 1)
                + ") FROM tegula_instance WHERE seen_at >= ? AND epoch < ?" + " ORDER BY name, id";
        return transactions.read(session -> {
            try (PreparedStatement select = session.prepare(sql)) {
                select.setObject(1, seenSince.atOffset(ZoneOffset.UTC));
                select.setLong(2, InstanceReport.CLOSED);
                return instances(select);
            }
        });
    }

    /** The database's; each look is a query. */
    @Override
    public InstantSource clock() {
        return () -> transactions.read(session -> {
            try (PreparedStatement select = session.prepare("SELECT now()");
                    ResultSet result = select.executeQuery()) {
                result.next();
                return result.getObject(1, OffsetDateTime.class).toInstant();
            }
        });
    }

    private static byte[] joined(List<KeyId> roots) {
        ByteBuffer joined = ByteBuffer.allocate(roots.size() * KeyId.SIZE_BYTES);
        roots.forEach(root -> joined.put(root.bytes()));
        return joined.array();
    }

    /** Bytes that are no key ids say nothing. */
    private static List<KeyId> roots(byte @Nullable [] joined) {
        List<KeyId> roots = new ArrayList<>();
        if (joined != null && joined.length <= LONGEST_ROOTS && joined.length % KeyId.SIZE_BYTES == 0) {
            for (int at = 0; at < joined.length; at += KeyId.SIZE_BYTES) {
                roots.add(KeyId.copyOf(joined, at));
            }
        }
        return roots;
    }

    private static List<InstanceReport> instances(PreparedStatement select) throws SQLException {
        List<InstanceReport> found = new ArrayList<>();
        try (ResultSet results = select.executeQuery()) {
            while (results.next()) {
                found.add(new InstanceReport(
                        results.getObject(1, UUID.class),
                        results.getString(2),
                        results.getLong(3),
                        results.getObject(4, OffsetDateTime.class).toInstant(),
                        roots(results.getBytes(5))));
            }
        }
        return List.copyOf(found);
    }

    private static Array tenants(Session session, List<Scope> scopes) throws SQLException {
        byte[][] items = scopes.stream().map(s -> s.tenant().item()).toArray(byte[][]::new);
        return session.connection().createArrayOf("bytea", items);
    }

    private static Array texts(Session session, List<Scope> scopes, Function<Scope, String> text) throws SQLException {
        return session.connection()
                .createArrayOf("text", scopes.stream().map(text).toArray());
    }
}
