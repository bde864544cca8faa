package dev.tegula.sample;

import dev.tegula.Tegula;
import dev.tegula.envelope.EnvelopeHead;
import dev.tegula.registry.KeyRow;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** The rows as the database holds them, read by JDBC past everything that could decrypt. */
@Component
class StoredRows {

    private static final String SELECT = "SELECT name, ssn, ssn_index, born, notes FROM patient WHERE id = ?";

    private final JdbcTemplate sql;
    private final Tegula tegula;

    StoredRows(JdbcTemplate sql, Tegula tegula) {
        this.sql = sql;
        this.tegula = tegula;
    }

    /**
     * A column of a row. The hexadecimal digits are cut where a reader wants them cut.
     *
     * @param column its name
     * @param bytes how many
     * @param head suite and mode; empty if it is no envelope
     * @param keyId the id of the key; empty if it is no envelope
     * @param rest salt, IV, ciphertext and tag; or everything, if it is no envelope
     * @param key what the registry says of the key; null if it is no envelope, or the key is not known there
     */
    record StoredValue(
            String column,
            int bytes,
            String head,
            String keyId,
            String rest,
            @Nullable String key) {}

    /** The encrypted columns and the index of a patient; columns that are NULL are not among them. */
    Optional<List<StoredValue>> of(UUID patient) {
        Map<String, KeyRow> keys = tegula.registry().all().stream()
                .collect(Collectors.toMap(row -> row.keyId().hex(), Function.identity()));
        return sql.query(SELECT, (row, number) -> values(row, keys), patient).stream()
                .findFirst();
    }

    private static List<StoredValue> values(ResultSet row, Map<String, KeyRow> keys) throws SQLException {
        return Stream.of(
                        envelope("ssn", row.getBytes("ssn"), keys),
                        plain("ssn_index", row.getBytes("ssn_index")),
                        envelope("born", row.getBytes("born"), keys),
                        envelope("notes", row.getBytes("notes"), keys))
                .flatMap(Optional::stream)
                .toList();
    }

    private static Optional<StoredValue> plain(String column, byte @Nullable [] bytes) {
        return Optional.ofNullable(bytes)
                .map(found -> new StoredValue(
                        column, found.length, "", "", HexFormat.of().formatHex(found), null));
    }

    private static Optional<StoredValue> envelope(String column, byte @Nullable [] bytes, Map<String, KeyRow> keys) {
        if (bytes == null) {
            return Optional.empty();
        }
        HexFormat hex = HexFormat.of();
        String keyId = EnvelopeHead.of(column, bytes).keyId().hex();
        KeyRow key = keys.get(keyId);
        return Optional.of(new StoredValue(
                column,
                bytes.length,
                hex.formatHex(bytes, 0, EnvelopeHead.KEY_ID_OFFSET),
                keyId,
                hex.formatHex(bytes, EnvelopeHead.SALT_OFFSET, bytes.length),
                key == null ? null : key.scope().field() + " v" + key.version() + ", " + key.state()));
    }
}
