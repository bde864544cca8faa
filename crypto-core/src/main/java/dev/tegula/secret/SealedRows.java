package dev.tegula.secret;

import dev.tegula.failure.MalformedException;
import dev.tegula.registry.RegistrySeal;
import dev.tegula.registry.Seal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads rows whose seals are genuine; of any other it tells that it is none. */
final class SealedRows {

    /** The columns of a secret {@code s}. */
    static final String SECRET = "left(s.name, 256), left(s.namespace, 201), s.current_version, left(s.state, 20),"
            + " s.rev, s.expires_at, left(s.note, 501), s.changed_at, substring(s.seal from 1 for 33)";

    /** The columns of a version {@code v}. */
    static final String VERSION = "left(v.name, 256), v.version, left(v.namespace, 201), left(v.state, 20),"
            + " v.copied_from, v.created_at, left(v.created_by, 201), v.destroyed_at, left(v.destroyed_by, 201),"
            + " substring(v.seal from 1 for 33), v.value IS NOT NULL";

    static final int COLUMNS_OF_SECRET = 9;
    private static final int COLUMNS_OF_VERSION = 11;

    private final RegistrySeal seal;

    SealedRows(RegistrySeal seal) {
        this.seal = seal;
    }

    /** The secret in the first columns, if its seal is genuine. */
    Optional<Secret> secret(ResultSet row) throws SQLException {
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

    /** The version behind the columns of its secret, and its value behind that; as they are, perhaps none. */
    HeldValue held(ResultSet row, Secret secret, long wanted) throws SQLException {
        boolean there = row.getString(COLUMNS_OF_SECRET + 1) != null;
        return new HeldValue(
                secret,
                wanted,
                there,
                there ? version(row, COLUMNS_OF_SECRET, secret).orElse(null) : null,
                row.getBytes(COLUMNS_OF_SECRET + COLUMNS_OF_VERSION + 1));
    }

    /** The version of a secret behind so many columns, if its seal is genuine and it is of that secret. */
    Optional<SecretVersion> version(ResultSet row, int at, Secret secret) throws SQLException {
        try {
            long copied = row.getLong(at + 5);
            SecretVersion found = new SecretVersion(
                    new SecretName(present(row.getString(at + 1))),
                    row.getLong(at + 2),
                    new SecretName(present(row.getString(at + 3))),
                    SecretVersion.State.valueOf(present(row.getString(at + 4))),
                    copied == 0 ? Optional.empty() : Optional.of(copied),
                    instant(row, at + 6).orElseThrow(IllegalArgumentException::new),
                    present(row.getString(at + 7)),
                    instant(row, at + 8),
                    Optional.ofNullable(row.getString(at + 9)));
            boolean genuine = found.name().equals(secret.name())
                    && found.namespace().equals(secret.namespace())
                    && row.getBoolean(at + 11) == (found.state() == SecretVersion.State.HELD)
                    && found.genuine(seal, Seal.copyOf(present(row.getBytes(at + 10))));
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
}
