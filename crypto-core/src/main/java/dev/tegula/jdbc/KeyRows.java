package dev.tegula.jdbc;

import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Purpose;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.Suite;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.IntegrityException;
import dev.tegula.failure.MalformedException;
import dev.tegula.kms.Keks;
import dev.tegula.kms.WrappedKey;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import dev.tegula.registry.Seal;
import dev.tegula.registry.StoredKeys;
import dev.tegula.registry.UnsealedKey;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Rows of {@code tegula_key}, read and written. What cannot be a row of Tegula's is refused here, the rest by its seal. */
final class KeyRows {

    static final String COLUMNS = "key_id, tenant, field, purpose, version, suite, state, rev, provider, kek_alias,"
            + " kek_version, wrapped, created_at, activated_at, retired_at, exported_at, seal";
    /** As they are read: of what is longer than a row of Tegula's, one byte more than may be, so that no row fills the memory. */
    static final String SELECTED =
            "substring(key_id from 1 for 33), substring(tenant from 1 for 202), left(field, 101),"
                    + " left(purpose, 20), version, suite, left(state, 20), rev, left(provider, "
                    + (Keks.LONGEST_ALIAS + 1)
                    + "), left(kek_alias, " + (Keks.LONGEST_ALIAS + 1) + "), left(kek_version, "
                    + (WrappedKey.LONGEST_VERSION + 1) + "), substring(wrapped from 1 for "
                    + (WrappedKey.LONGEST_BYTES + 1)
                    + "), created_at, activated_at, retired_at, exported_at, substring(seal from 1 for 33)";

    static final String ORDER = " ORDER BY field, tenant, purpose, version";

    private KeyRows() {}

    /** The rows; one that holds what no key has is a failure. */
    static List<KeyRow> list(PreparedStatement select) throws SQLException {
        StoredKeys stored = stored(select);
        if (!stored.unreadable().isEmpty()) {
            throw new IntegrityException("The registry row of "
                    + stored.unreadable().get(0).name()
                    + ". It is not used; `tegula keys drop-unsealed` removes it. If it was"
                    + " a genuine key, `tegula keys import FILE` brings it back from its backup then.");
        }
        return stored.rows();
    }

    /** The rows, those apart that hold what no key has. */
    static StoredKeys stored(PreparedStatement select) throws SQLException {
        List<KeyRow> rows = new ArrayList<>();
        List<UnsealedKey> unreadable = new ArrayList<>();
        try (ResultSet results = select.executeQuery()) {
            while (results.next()) {
                try {
                    rows.add(row(results));
                } catch (MalformedException
                        | IllegalArgumentException
                        | ArithmeticException
                        | DateTimeException notOurs) {
                    unreadable.add(unreadable(results));
                }
            }
        }
        return new StoredKeys(rows, unreadable);
    }

    private static UnsealedKey unreadable(ResultSet results) throws SQLException {
        byte[] keyId = results.getBytes(1);
        String field = results.getString(3);
        return new UnsealedKey(
                keyId == null ? "" : HexFormat.of().formatHex(keyId, 0, Math.min(keyId.length, 33)),
                field == null ? "" : field.substring(0, Math.min(field.length(), 101)),
                "a column holds what no key has");
    }

    static Optional<KeyRow> first(PreparedStatement select) throws SQLException {
        return list(select).stream().findFirst();
    }

    /** The first 16 parameters in the order of {@link #COLUMNS}, and the seal as the 17th. */
    static void bind(PreparedStatement statement, KeyRow row) throws SQLException {
        statement.setBytes(1, row.keyId().bytes());
        statement.setBytes(2, row.scope().tenant().item());
        statement.setString(3, row.scope().field().value());
        statement.setString(4, row.scope().purpose().name());
        statement.setLong(5, row.version());
        statement.setLong(6, row.suite().id());
        statement.setString(7, row.state().name());
        statement.setLong(8, row.rev());
        statement.setString(9, row.provider());
        statement.setString(10, row.kekAlias());
        statement.setString(11, row.wrapped().map(WrappedKey::kekVersion).orElse(""));
        statement.setBytes(12, row.wrapped().map(WrappedKey::bytes).orElse(null));
        statement.setObject(13, timestamp(row.times().created()));
        statement.setObject(14, timestamp(row.times().activated()));
        statement.setObject(15, timestamp(row.times().retired()));
        statement.setObject(16, timestamp(row.times().exported()));
        statement.setBytes(17, row.seal().bytes());
    }

    private static KeyRow row(ResultSet results) throws SQLException {
        return new KeyRow(
                KeyId.copyOf(bytes(results, 1)),
                new Scope(
                        TenantId.ofItem(bytes(results, 2)),
                        new FieldId(text(results, 3)),
                        Purpose.valueOf(text(results, 4))),
                Math.toIntExact(results.getLong(5)),
                suite(results.getLong(6)),
                KeyState.valueOf(text(results, 7)),
                results.getLong(8),
                text(results, 9),
                text(results, 10),
                wrapped(results.getBytes(12), text(results, 11)),
                new KeyRow.Times(
                        present(instant(results, 13)),
                        instant(results, 14),
                        instant(results, 15),
                        instant(results, 16)),
                Seal.copyOf(bytes(results, 17)));
    }

    private static byte[] bytes(ResultSet results, int column) throws SQLException {
        return present(results.getBytes(column));
    }

    private static String text(ResultSet results, int column) throws SQLException {
        return present(results.getString(column));
    }

    private static <T> T present(@Nullable T value) {
        if (value == null) {
            throw new IllegalArgumentException("null");
        }
        return value;
    }

    private static Suite suite(long id) {
        if (id != Suite.XAES_256_GCM.id()) {
            throw new IllegalArgumentException("suite");
        }
        return Suite.XAES_256_GCM;
    }

    private static Optional<WrappedKey> wrapped(byte @Nullable [] bytes, String kekVersion) {
        if (bytes == null) {
            if (!kekVersion.isEmpty()) {
                throw new IllegalArgumentException("kek_version");
            }
            return Optional.empty();
        }
        return Optional.of(WrappedKey.copyOf(bytes, kekVersion));
    }

    private static @Nullable Instant instant(ResultSet results, int column) throws SQLException {
        OffsetDateTime at = results.getObject(column, OffsetDateTime.class);
        return at == null ? null : at.toInstant();
    }

    private static @Nullable OffsetDateTime timestamp(@Nullable Instant at) {
        return at == null ? null : at.atOffset(ZoneOffset.UTC);
    }
}
