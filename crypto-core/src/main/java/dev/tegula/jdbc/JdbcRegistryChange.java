package dev.tegula.jdbc;

import dev.tegula.audit.AuditAuthor;
import dev.tegula.audit.AuditEntry;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Purpose;
import dev.tegula.envelope.Scope;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.RegistryChange;
import dev.tegula.registry.RegistryConflicts;
import dev.tegula.registry.RegistrySeal;
import dev.tegula.registry.StoredKeys;
import dev.tegula.registry.UnsealedKey;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** A change of the registry inside one serializable transaction. */
final class JdbcRegistryChange implements RegistryChange {

    private static final String INSERT = "INSERT INTO tegula_key (" + KeyRows.COLUMNS + ")"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    private static final String UPDATE = "UPDATE tegula_key SET (" + KeyRows.COLUMNS + ")"
            + " = (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) WHERE key_id = ? AND rev = ?";

    private static final String FREE = "SELECT CASE WHEN NOT EXISTS (SELECT 1 FROM tegula_key WHERE rev = ?)"
            + " THEN ? ELSE (SELECT min(k.rev) + 1 FROM tegula_key AS k WHERE k.rev >= ? AND k.rev < 9223372036854775807"
            + " AND NOT EXISTS (SELECT 1 FROM tegula_key AS n WHERE n.rev = k.rev + 1)) END";

    private final Session session;
    private final AuditAuthor author;

    JdbcRegistryChange(Session session, AuditAuthor author) {
        this.session = session;
        this.author = author;
    }

    @Override
    public void tell(List<AuditEntry> entries, RegistrySeal seal) {
        carried(() -> AuditChains.append(session, author, seal, entries));
    }

    @Override
    public List<KeyRow> rows(Scope scope) {
        return carried(() -> JdbcKeyRegistry.rows(session, scope));
    }

    @Override
    public List<KeyRow> rows(Collection<Scope> scopes) {
        return carried(() -> JdbcKeyRegistry.rows(session, List.copyOf(scopes)));
    }

    @Override
    public Optional<KeyRow> find(KeyId keyId) {
        return carried(() -> JdbcKeyRegistry.find(session, keyId));
    }

    @Override
    public List<KeyRow> find(Collection<KeyId> keyIds) {
        return carried(() -> JdbcKeyRegistry.find(session, keyIds));
    }

    @Override
    public StoredKeys stored() {
        return carried(() -> JdbcKeyRegistry.stored(session));
    }

    @Override
    public long nextRev(Predicate<KeyRow> genuine) {
        long next = RegistryConflicts.next(carried(() -> JdbcKeyRegistry.highestRev(session, genuine)));
        return carried(() -> free(next));
    }

    /** The same rev, or the next that no row has, if rows that do not verify are in the way. */
    private long free(long rev) throws SQLException {
        try (PreparedStatement select = session.prepare(FREE)) {
            select.setLong(1, rev);
            select.setLong(2, rev);
            select.setLong(3, rev);
            try (ResultSet result = select.executeQuery()) {
                result.next();
                return result.getLong(1);
            }
        }
    }

    @Override
    public boolean noneFrom(long rev) {
        return carried(() -> {
            try (PreparedStatement select =
                    session.prepare("SELECT NOT EXISTS (SELECT 1 FROM tegula_key WHERE rev >= ?)")) {
                select.setLong(1, rev);
                try (ResultSet result = select.executeQuery()) {
                    return result.next() && result.getBoolean(1);
                }
            }
        });
    }

    @Override
    public void remove(UnsealedKey row) {
        carried(() -> {
            try (PreparedStatement delete = session.prepare(
                    "DELETE FROM tegula_key" + " WHERE coalesce(substring(key_id from 1 for 33), ''::bytea) = ?")) {
                delete.setBytes(1, HexFormat.of().parseHex(row.keyId()));
                return delete.executeUpdate();
            }
        });
    }

    @Override
    public void insert(KeyRow sealed) {
        try (PreparedStatement insert = session.prepare(INSERT)) {
            KeyRows.bind(insert, sealed);
            TakenRows.one(insert, "tegula_key");
        } catch (SQLException e) {
            throw conflict(sealed, e);
        }
    }

    @Override
    public void insertAll(List<KeyRow> sealed) {
        if (sealed.isEmpty()) {
            return;
        }
        try (PreparedStatement insert = session.prepare(INSERT)) {
            for (KeyRow row : sealed) {
                KeyRows.bind(insert, row);
                insert.addBatch();
            }
            TakenRows.each(insert, "tegula_key");
        } catch (SQLException e) {
            throw conflict(sealed.get(0), e);
        }
    }

    @Override
    public void update(KeyRow sealed, long expectedRev) {
        int updated;
        try (PreparedStatement update = session.prepare(UPDATE)) {
            bind(update, sealed, expectedRev);
            updated = update.executeUpdate();
        } catch (SQLException e) {
            throw conflict(sealed, e);
        }
        if (updated != 1) {
            throw RegistryConflicts.changed(sealed);
        }
    }

    @Override
    public void updateAll(List<KeyRow> sealed, List<Long> expectedRevs) {
        if (sealed.isEmpty()) {
            return;
        }
        int[] updated;
        try (PreparedStatement update = session.prepare(UPDATE)) {
            for (int at = 0; at < sealed.size(); at++) {
                bind(update, sealed.get(at), expectedRevs.get(at));
                update.addBatch();
            }
            updated = update.executeBatch();
        } catch (SQLException e) {
            throw conflict(sealed.get(0), e);
        }
        for (int at = 0; at < updated.length; at++) {
            if (updated[at] != 1) {
                throw RegistryConflicts.changed(sealed.get(at));
            }
        }
    }

    private static void bind(PreparedStatement update, KeyRow sealed, long expectedRev) throws SQLException {
        KeyRows.bind(update, sealed);
        update.setBytes(18, sealed.keyId().bytes());
        update.setLong(19, expectedRev);
    }

    @Override
    public int advanceFencingTokens(Scope scope) {
        if (scope.purpose() != Purpose.DATA) {
            return 0; // jobs move values; a blind index has keys of its own
        }
        String sql = "UPDATE tegula_job SET fence = fence + 1 WHERE state IN ('OPEN', 'PAUSED') AND id IN"
                + " (SELECT job FROM tegula_job_key WHERE field = ? AND tenant = ?)";
        return carried(() -> {
            try (PreparedStatement update = session.prepare(sql)) {
                update.setString(1, scope.field().value());
                update.setBytes(2, scope.tenant().item());
                return update.executeUpdate();
            }
        });
    }

    private static TransactionFailure conflict(KeyRow row, SQLException e) {
        return new TransactionFailure(e, SqlFailures.maybeSerialization(e) ? RegistryConflicts.exists(row) : null);
    }

    /** A statement of the change. */
    @FunctionalInterface
    private interface Statement<T> {
        T run() throws SQLException;
    }

    private static <T> T carried(Statement<T> statement) {
        try {
            return statement.run();
        } catch (SQLException e) {
            throw new TransactionFailure(e, null);
        }
    }
}
