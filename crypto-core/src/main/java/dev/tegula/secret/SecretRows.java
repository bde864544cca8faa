package dev.tegula.secret;

import dev.tegula.audit.AuditAuthor;
import dev.tegula.audit.AuditEntry;
import dev.tegula.failure.IntegrityException;
import dev.tegula.jdbc.AuditChains;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.SqlFailures;
import dev.tegula.jdbc.TakenRows;
import dev.tegula.registry.RegistrySeal;
import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Rows of {@code tegula_secret} and {@code tegula_secret_version}, verified when read and sealed when written. Whatever a column
 * can hold is read without being fetched whole: what is too long comes cut, and then fits no grammar and no seal.
 */
final class SecretRows {

    private static final String SECRET = SealedRows.SECRET;
    private static final String VERSION = SealedRows.VERSION;
    /** With the value, which is cut where it fits no envelope of a secret. */
    private static final String HELD =
            "SELECT " + SECRET + ", " + VERSION + ", substring(v.value from 1 for " + (HeldValue.LONGEST_ENVELOPE + 1)
                    + ") FROM tegula_secret s LEFT JOIN tegula_secret_version v ON v.name = s.name AND v.version = ";

    private static final String INSERT_SECRET = "INSERT INTO tegula_secret (namespace, current_version, state, rev,"
            + " expires_at, note, changed_at, seal, name) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
    private static final String UPDATE_SECRET =
            "UPDATE tegula_secret SET namespace = ?, current_version = ?, state = ?,"
                    + " rev = ?, expires_at = ?, note = ?, changed_at = ?, seal = ? WHERE name = ? AND rev = ?";
    private static final String INSERT_VERSION = "INSERT INTO tegula_secret_version (name, version, namespace, state,"
            + " copied_from, created_at, created_by, seal, value) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
    private static final String DESTROY = "UPDATE tegula_secret_version SET state = ?, value = NULL, destroyed_at = ?,"
            + " destroyed_by = ?, seal = ? WHERE name = ? AND version = ?";

    private final Session session;
    private final RegistrySeal seal;
    private final SealedRows sealed;

    SecretRows(Session session, RegistrySeal seal) {
        this.session = session;
        this.seal = seal;
        this.sealed = new SealedRows(seal);
    }

    /** A write under a key that was fenced meanwhile: to be run again under the new one. */
    static final class Fenced extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Fenced(SQLException cause) {
            super(cause.getSQLState());
        }
    }

    /** The secret of a name, verified. */
    Optional<Secret> find(SecretName name) throws SQLException {
        try (PreparedStatement select =
                session.prepare("SELECT " + SECRET + " FROM tegula_secret s WHERE s.name = ?")) {
            select.setString(1, name.value());
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? Optional.of(verified(row, name)) : Optional.empty();
            }
        }
    }

    /** The secrets of these names that are there, verified. */
    Map<SecretName, Secret> find(Collection<SecretName> names) throws SQLException {
        Map<SecretName, Secret> found = new HashMap<>();
        try (PreparedStatement select =
                session.prepare("SELECT " + SECRET + " FROM tegula_secret s WHERE s.name = ANY (?)")) {
            select.setArray(1, array(names));
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    Optional<Secret> verified = sealed.secret(row);
                    if (verified.isEmpty()) {
                        throw SecretRefusals.unverified(row.getString(1));
                    }
                    Secret secret = verified.get();
                    found.put(secret.name(), secret);
                }
            }
        }
        return found;
    }

    /** The secret of a name with a version of it, or with its current one; not verified further than the secret. */
    Optional<HeldValue> held(SecretName name, Optional<Long> version) throws SQLException {
        String which = version.map(number -> "?").orElse("s.current_version");
        try (PreparedStatement select = session.prepare(HELD + which + " WHERE s.name = ?")) {
            int at = 1;
            if (version.isPresent()) {
                select.setLong(at++, version.get());
            }
            select.setString(at, name.value());
            try (ResultSet row = select.executeQuery()) {
                if (!row.next()) {
                    return Optional.empty();
                }
                Secret secret = verified(row, name);
                return Optional.of(sealed.held(row, secret, version.orElse(secret.current())));
            }
        }
    }

    /** The secrets of these names and those at and below the prefixes, with their current versions, in one statement. */
    SecretMoment.Rows moment(Collection<SecretName> names, Collection<SecretName> prefixes) throws SQLException {
        SecretMoment.Rows found = new SecretMoment.Rows();
        String below =
                "EXISTS (SELECT 1 FROM pg_catalog.unnest(?::text[]) AS p (below) WHERE left(s.name, length(p.below)) = p.below)";
        List<SecretName> exact = new ArrayList<>(names);
        exact.addAll(prefixes);
        try (PreparedStatement select =
                session.prepare(HELD + "s.current_version WHERE s.name = ANY (?) OR " + below)) {
            select.setArray(1, array(exact));
            select.setArray(
                    2,
                    session.connection()
                            .createArrayOf(
                                    "text",
                                    prefixes.stream()
                                            .map(prefix -> prefix.value() + "/")
                                            .toArray()));
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    Optional<Secret> secret = sealed.secret(row);
                    if (secret.isPresent()) {
                        found.add(sealed.held(row, secret.get(), secret.get().current()));
                    } else {
                        found.addUnverified(row.getString(1));
                    }
                }
            }
        }
        return found;
    }

    private Array array(Collection<SecretName> names) throws SQLException {
        return session.connection()
                .createArrayOf("text", names.stream().map(SecretName::value).toArray());
    }

    private Secret verified(ResultSet row, SecretName name) throws SQLException {
        return sealed.secret(row)
                .filter(found -> found.name().equals(name))
                .orElseThrow(() -> SecretRefusals.unverified(name.value()));
    }

    /** The secrets at or below a name, all without one, and the names of rows that do not verify. */
    SecretListing list(Optional<SecretName> prefix) throws SQLException {
        List<Secret> secrets = new ArrayList<>();
        List<String> unverified = new ArrayList<>();
        String where = prefix.isPresent() ? " WHERE s.name = ? OR left(s.name, ?) = ?" : "";
        try (PreparedStatement select = session.prepare("SELECT " + SECRET + " FROM tegula_secret s" + where)) {
            if (prefix.isPresent()) {
                String below = prefix.get().value() + "/";
                select.setString(1, prefix.get().value());
                select.setInt(2, below.length());
                select.setString(3, below);
            }
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    Optional<Secret> found = sealed.secret(row);
                    found.ifPresent(secrets::add);
                    if (found.isEmpty()) {
                        unverified.add(row.getString(1));
                    }
                }
            }
        }
        return new SecretListing(
                secrets.stream()
                        .sorted((one, other) -> one.name().compareTo(other.name()))
                        .toList(),
                unverified.stream().sorted().toList());
    }

    /** The version, verified; without its envelope. */
    Optional<SecretVersion> find(Secret secret, long version) throws SQLException {
        return versions(secret, "v.version = " + version).stream().findFirst();
    }

    /**
     * All versions from the first.
     *
     * @throws IntegrityException if one is missing, or was added by others
     */
    List<SecretVersion> history(Secret secret) throws SQLException {
        List<SecretVersion> found = versions(secret, "true");
        for (int at = 0; at < Math.max(found.size(), secret.current()); at++) {
            if (at >= found.size() || found.get(at).version() != at + 1 || at >= secret.current()) {
                throw new IntegrityException(secret.name() + " has versions 1 to " + secret.current()
                        + ", but the rows of tegula_secret_version are others: one was removed or added by something other than"
                        + " Tegula at version " + (at + 1) + ".");
            }
        }
        return found;
    }

    private List<SecretVersion> versions(Secret secret, String which) throws SQLException {
        List<SecretVersion> versions = new ArrayList<>();
        String sql = "SELECT " + VERSION + " FROM tegula_secret_version v WHERE v.name = ? AND " + which
                + " ORDER BY v.version";
        try (PreparedStatement select = session.prepare(sql)) {
            select.setString(1, secret.name().value());
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    versions.add(sealed.version(row, 0, secret).orElseThrow(() -> SecretRefusals.unverified(secret)));
                }
            }
        }
        return versions;
    }

    /** A row of one of these versions, which are to be made. */
    Optional<SecretName> occupied(Map<SecretName, Long> next) throws SQLException {
        try (PreparedStatement select = session.prepare(
                "SELECT v.name, v.version FROM tegula_secret_version v WHERE v.name = ANY (?) AND v.version = ANY (?)")) {
            select.setArray(1, array(next.keySet()));
            select.setArray(
                    2, session.connection().createArrayOf("int8", next.values().toArray()));
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    SecretName name = new SecretName(row.getString(1));
                    if (Objects.equals(next.get(name), row.getLong(2))) {
                        return Optional.of(name);
                    }
                }
                return Optional.empty();
            }
        }
    }

    /**
     * Stores changes, each kind of row in one batch: secrets as they are now, and the versions that are new.
     *
     * @throws Fenced if the key of an envelope was retired meanwhile
     */
    void store(List<MadeChange> changes) throws SQLException {
        List<MadeChange> fresh =
                changes.stream().filter(each -> each.revBefore() == 0).toList();
        List<MadeChange> known = changes.stream()
                .filter(each -> each.changed() && each.revBefore() > 0)
                .toList();
        if (!fresh.isEmpty()) {
            try (PreparedStatement insert = session.prepare(INSERT_SECRET)) {
                for (MadeChange each : fresh) {
                    bind(insert, each.secret());
                    insert.addBatch();
                }
                TakenRows.each(insert, "tegula_secret");
            }
        }
        if (!known.isEmpty()) {
            try (PreparedStatement update = session.prepare(UPDATE_SECRET)) {
                for (MadeChange each : known) {
                    bind(update, each.secret());
                    update.setLong(10, each.revBefore());
                    update.addBatch();
                }
                TakenRows.each(update, "tegula_secret");
            }
        }
        versions(changes.stream().filter(each -> each.version().isPresent()).toList());
    }

    /** The row as it was read is replaced; SERIALIZABLE lets nobody else have changed it. */
    void update(Secret secret, long rev) throws SQLException {
        store(List.of(MadeChange.of(secret, rev)));
    }

    private void bind(PreparedStatement statement, Secret secret) throws SQLException {
        statement.setString(1, secret.namespace().value());
        statement.setLong(2, secret.current());
        statement.setString(3, secret.state().name());
        statement.setLong(4, secret.rev());
        statement.setObject(5, secret.expires().map(SecretRows::timestamp).orElse(null), Types.TIMESTAMP_WITH_TIMEZONE);
        statement.setString(6, secret.note());
        statement.setObject(7, timestamp(secret.changed()));
        statement.setBytes(8, secret.seal(seal).bytes());
        statement.setString(9, secret.name().value());
    }

    private void versions(List<MadeChange> made) throws SQLException {
        if (made.isEmpty()) {
            return;
        }
        try (PreparedStatement insert = session.prepare(INSERT_VERSION)) {
            for (MadeChange each : made) {
                SecretVersion version = each.version().orElseThrow();
                insert.setString(1, version.name().value());
                insert.setLong(2, version.version());
                insert.setString(3, version.namespace().value());
                insert.setString(4, version.state().name());
                insert.setObject(5, version.copiedFrom().orElse(null), Types.BIGINT);
                insert.setObject(6, timestamp(version.created()));
                insert.setString(7, version.createdBy());
                insert.setBytes(8, version.seal(seal).bytes());
                insert.setBytes(9, each.envelope());
                insert.addBatch();
            }
            TakenRows.each(insert, "tegula_secret_version");
        } catch (SQLException e) {
            if (SqlFailures.fenced(e)) {
                throw new Fenced(e);
            }
            throw e;
        }
    }

    void destroy(SecretVersion destroyed) throws SQLException {
        try (PreparedStatement update = session.prepare(DESTROY)) {
            update.setString(1, destroyed.state().name());
            update.setObject(2, destroyed.destroyed().map(SecretRows::timestamp).orElse(null));
            update.setString(3, destroyed.destroyedBy().orElse(null));
            update.setBytes(4, destroyed.seal(seal).bytes());
            update.setString(5, destroyed.name().value());
            update.setLong(6, destroyed.version());
            TakenRows.one(update, "tegula_secret_version");
        }
    }

    void tell(AuditAuthor author, List<AuditEntry> entries) throws SQLException {
        AuditChains.append(session, author, seal, entries);
    }

    /** The database's clock, as of this transaction. */
    Instant now() throws SQLException {
        try (PreparedStatement select = session.prepare("SELECT now()");
                ResultSet row = select.executeQuery()) {
            row.next();
            return row.getObject(1, OffsetDateTime.class).toInstant();
        }
    }

    private static OffsetDateTime timestamp(Instant at) {
        return at.atOffset(ZoneOffset.UTC);
    }
}
