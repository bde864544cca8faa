package dev.tegula.secret;

import dev.tegula.failure.IntegrityException;
import dev.tegula.failure.MalformedException;
import dev.tegula.jdbc.Identifiers;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.SqlFailures;
import dev.tegula.jdbc.SqlState;
import dev.tegula.jdbc.TakenRows;
import dev.tegula.registry.RegistrySeal;
import dev.tegula.registry.Seal;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Rows of {@code tegula_secret} and {@code tegula_secret_version}, verified when read and sealed when written. Whatever a column
 * can hold is read without being fetched whole: what is too long comes cut, and then fits no grammar and no seal.
 */
final class SecretRows {

    private static final String SECRET =
            "left(s.name, 256), left(s.namespace, 201), s.current_version, left(s.state, 20),"
                    + " s.rev, s.expires_at, left(s.note, 501), s.changed_at, substring(s.seal from 1 for 33)";
    private static final String VERSION = "left(v.name, 256), v.version, left(v.namespace, 201), left(v.state, 20),"
            + " v.copied_from, v.created_at, left(v.created_by, 201), v.destroyed_at, left(v.destroyed_by, 201),"
            + " substring(v.seal from 1 for 33), v.value IS NOT NULL";
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

    SecretRows(Session session, RegistrySeal seal) {
        this.session = session;
        this.seal = seal;
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

    private Secret verified(ResultSet row, SecretName name) throws SQLException {
        return secret(row)
                .filter(found -> found.name().equals(name))
                .orElseThrow(
                        () -> new IntegrityException(
                                name
                                        + ": its row in tegula_secret does not carry a valid seal. It was changed or added by something other than"
                                        + " Tegula, and is not used. Bring both tables of secrets back from a backup of the database."));
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
                    Optional<Secret> found = secret(row);
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

    /** The version, verified; its envelope is read by {@link #value}. */
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
                    versions.add(version(row)
                            .filter(found -> found.name().equals(secret.name())
                                    && found.namespace().equals(secret.namespace()))
                            .orElseThrow(() -> new IntegrityException(secret.name()
                                    + ": a row of it in tegula_secret_version does not carry a valid seal, or its value was added or"
                                    + " taken away. Something other than Tegula wrote it; it is not used.")));
                }
            }
        }
        return versions;
    }

    /** The envelope of a version that is HELD. */
    byte[] value(SecretVersion version) throws SQLException {
        try (PreparedStatement select =
                session.prepare("SELECT value FROM tegula_secret_version WHERE name = ? AND version = ?")) {
            select.setString(1, version.name().value());
            select.setLong(2, version.version());
            try (ResultSet row = select.executeQuery()) {
                byte[] value = row.next() ? row.getBytes(1) : null;
                if (value == null) {
                    throw new IntegrityException("The value of version " + version.version() + " of " + version.name()
                            + " is gone from tegula_secret_version: something other than Tegula took it away.");
                }
                return value;
            }
        }
    }

    boolean occupied(SecretName name, long version) throws SQLException {
        try (PreparedStatement select =
                session.prepare("SELECT 1 FROM tegula_secret_version WHERE name = ? AND version = ?")) {
            select.setString(1, name.value());
            select.setLong(2, version);
            try (ResultSet row = select.executeQuery()) {
                return row.next();
            }
        }
    }

    void insert(Secret secret) throws SQLException {
        try (PreparedStatement insert = session.prepare(INSERT_SECRET)) {
            bind(insert, secret);
            TakenRows.one(insert, "tegula_secret");
        }
    }

    /** The row as it was read is replaced; SERIALIZABLE lets nobody else have changed it. */
    void update(Secret secret, long rev) throws SQLException {
        try (PreparedStatement update = session.prepare(UPDATE_SECRET)) {
            bind(update, secret);
            update.setLong(10, rev);
            TakenRows.one(update, "tegula_secret");
        }
    }

    private void bind(PreparedStatement statement, Secret secret) throws SQLException {
        statement.setString(1, secret.namespace().value());
        statement.setLong(2, secret.current());
        statement.setString(3, secret.state().name());
        statement.setLong(4, secret.rev());
        statement.setObject(5, secret.expires().map(SecretRows::timestamp).orElse(null));
        statement.setString(6, secret.note());
        statement.setObject(7, timestamp(secret.changed()));
        statement.setBytes(8, secret.seal(seal).bytes());
        statement.setString(9, secret.name().value());
    }

    /** @throws Fenced if the key of the envelope was retired meanwhile */
    void insert(SecretVersion version, byte[] envelope) throws SQLException {
        try (PreparedStatement insert = session.prepare(INSERT_VERSION)) {
            insert.setString(1, version.name().value());
            insert.setLong(2, version.version());
            insert.setString(3, version.namespace().value());
            insert.setString(4, version.state().name());
            insert.setObject(5, version.copiedFrom().orElse(null));
            insert.setObject(6, timestamp(version.created()));
            insert.setString(7, version.createdBy());
            insert.setBytes(8, version.seal(seal).bytes());
            insert.setBytes(9, envelope);
            TakenRows.one(insert, "tegula_secret_version");
        } catch (SQLException e) {
            if (SqlFailures.state(e).equals(SqlState.CHECK_VIOLATION)
                    && String.valueOf(e.getMessage()).contains(Identifiers.FENCE)) {
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

    /** The database's clock, as of this transaction. */
    Instant now() throws SQLException {
        try (PreparedStatement select = session.prepare("SELECT now()");
                ResultSet row = select.executeQuery()) {
            row.next();
            return row.getObject(1, OffsetDateTime.class).toInstant();
        }
    }

    /** The row, if its seal is genuine. */
    private Optional<Secret> secret(ResultSet row) throws SQLException {
        try {
            Secret found = new Secret(
                    new SecretName(present(row.getString(1))),
                    new SecretName(present(row.getString(2))),
                    row.getLong(3),
                    Secret.State.valueOf(present(row.getString(4))),
                    row.getLong(5),
                    instant(row, 6),
                    present(row.getString(7)),
                    instant(row, 8).orElseThrow(IllegalArgumentException::new));
            boolean genuine =
                    found.name().in(found.namespace()) && found.genuine(seal, Seal.copyOf(present(row.getBytes(9))));
            return genuine ? Optional.of(found) : Optional.empty();
        } catch (MalformedException | IllegalArgumentException | ArithmeticException | DateTimeException notOurs) {
            return Optional.empty();
        }
    }

    private Optional<SecretVersion> version(ResultSet row) throws SQLException {
        try {
            long copied = row.getLong(5);
            SecretVersion found = new SecretVersion(
                    new SecretName(present(row.getString(1))),
                    row.getLong(2),
                    new SecretName(present(row.getString(3))),
                    SecretVersion.State.valueOf(present(row.getString(4))),
                    copied == 0 ? Optional.empty() : Optional.of(copied),
                    instant(row, 6).orElseThrow(IllegalArgumentException::new),
                    present(row.getString(7)),
                    instant(row, 8),
                    Optional.ofNullable(row.getString(9)));
            boolean genuine = row.getBoolean(11) == (found.state() == SecretVersion.State.HELD)
                    && found.genuine(seal, Seal.copyOf(present(row.getBytes(10))));
            return genuine ? Optional.of(found) : Optional.empty();
        } catch (MalformedException | IllegalArgumentException | ArithmeticException | DateTimeException notOurs) {
            return Optional.empty();
        }
    }

    private static <T> T present(@Nullable T value) {
        if (value == null) {
            throw new IllegalArgumentException("null");
        }
        return value;
    }

    private static Optional<Instant> instant(ResultSet row, int column) throws SQLException {
        return Optional.ofNullable(row.getObject(column, OffsetDateTime.class)).map(OffsetDateTime::toInstant);
    }

    private static OffsetDateTime timestamp(Instant at) {
        return at.atOffset(ZoneOffset.UTC);
    }
}
