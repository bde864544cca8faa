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
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Rows of {@code tegula_key}, read and written. What cannot be a row of ours is refused here, the rest by its seal. */
final class KeyRows {

    static final String COLUMNS = "key_id, tenant, field, purpose, version, suite, state, rev, provider, kek_alias,"
            + " kek_version, wrapped, created_at, activated_at, retired_at, exported_at, seal";
    /** As they are read: of what is longer than a row of ours, one byte more than may be, so that no row fills the memory. */
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

    static List<KeyRow> list(PreparedStatement select) throws SQLException {
        List<KeyRow> rows = new ArrayList<>();
        try (ResultSet results = select.executeQuery()) {
            while (results.next()) {
                rows.add(row(results));
            }
        }
        return List.copyOf(rows);
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
        byte[] keyId = results.getBytes(1);
        try {
            return new KeyRow(
                    KeyId.copyOf(keyId),
                    new Scope(
                            TenantId.ofItem(results.getBytes(2)),
                            new FieldId(results.getString(3)),
                            Purpose.valueOf(results.getString(4))),
                    Math.toIntExact(results.getLong(5)),
                    suite(results.getLong(6)),
                    KeyState.valueOf(results.getString(7)),
                    results.getLong(8),
                    results.getString(9),
                    results.getString(10),
                    wrapped(results.getBytes(12), results.getString(11)),
                    new KeyRow.Times(
                            results.getObject(13, OffsetDateTime.class).toInstant(),
                            instant(results, 14),
                            instant(results, 15),
                            instant(results, 16)),
                    Seal.copyOf(results.getBytes(17)));
        } catch (MalformedException | IllegalArgumentException | ArithmeticException e) {
            throw new IntegrityException("The registry row " + HexFormat.of().formatHex(keyId)
                    + " is not one Tegula wrote: a column holds what no key has. It is not used; bring it back with"
                    + " `tegula keys import FILE`.");
        }
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
