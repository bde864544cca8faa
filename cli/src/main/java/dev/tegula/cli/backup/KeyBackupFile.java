package dev.tegula.cli.backup;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tegula.cli.output.Json;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Purpose;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.Suite;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.MalformedException;
import dev.tegula.kms.WrappedKey;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import dev.tegula.registry.Seal;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Key rows in a file of mode 0600. The keys in it are wrapped: it opens only with the KMS, and only into a registry with
 * the same root, because every row keeps its seal.
 */
public final class KeyBackupFile {

    private static final String SCHEMA = "tegula/key-backup/1";

    private KeyBackupFile() {}

    /**
     * Writes a new file, and returns only when it is on the disk.
     *
     * @throws dev.tegula.failure.RefusedException code {@code file-exists}, if something is there already
     * @throws dev.tegula.failure.UnavailableException if it cannot be written
     */
    public static void write(Path file, String deployment, List<KeyRow> rows) {
        List<Object> keys = new ArrayList<>();
        rows.forEach(row -> keys.add(document(row)));
        Map<String, Object> document = Json.object("schema", SCHEMA, "deployment", deployment, "keys", keys);
        NewFile.write(file, Json.line(document) + "\n");
    }

    /**
     * Reads a file; whether its rows are genuine is for the registry to say.
     *
     * @throws ConfigurationException if it is no backup, or of another deployment
     */
    public static List<KeyRow> read(Path file, String deployment) {
        JsonNode root = JsonFile.read(file, SCHEMA);
        if (!root.path("deployment").asText().equals(deployment)) {
            throw new ConfigurationException(
                    file + " is a backup of another deployment; this one is " + deployment + ".");
        }
        List<KeyRow> rows = new ArrayList<>();
        for (JsonNode key : root.path("keys")) {
            try {
                rows.add(row(key));
            } catch (MalformedException | IllegalArgumentException | DateTimeException e) {
                throw new ConfigurationException("Key " + (rows.size() + 1) + " of " + file
                        + " is not as `tegula keys backup` writes it. Nothing was changed.");
            }
        }
        return List.copyOf(rows);
    }

    private static Map<String, Object> document(KeyRow row) {
        KeyRow.Times times = row.times();
        return Json.object(
                "keyId", row.keyId().hex(),
                "tenant", row.scope().tenant().name().orElse(null),
                "field", row.scope().field().value(),
                "purpose", row.scope().purpose().name(),
                "version", row.version(),
                "suite", row.suite().name(),
                "state", row.state().name(),
                "rev", row.rev(),
                "provider", row.provider(),
                "kek", row.kekAlias(),
                "kekVersion", row.wrapped().map(WrappedKey::kekVersion).orElse(null),
                "wrapped", row.wrapped().map(key -> base64(key.bytes())).orElse(null),
                "created", times.created().toString(),
                "activated", text(times.activated()),
                "retired", text(times.retired()),
                "exported", text(times.exported()),
                "seal", base64(row.seal().bytes()));
    }

    private static KeyRow row(JsonNode key) {
        TenantId tenant =
                key.hasNonNull("tenant") ? TenantId.of(key.get("tenant").asText()) : TenantId.none();
        Scope scope = new Scope(tenant, new FieldId(text(key, "field")), Purpose.valueOf(text(key, "purpose")));
        Optional<WrappedKey> wrapped = key.hasNonNull("wrapped")
                ? Optional.of(
                        WrappedKey.copyOf(Base64.getDecoder().decode(text(key, "wrapped")), text(key, "kekVersion")))
                : Optional.empty();
        return new KeyRow(
                KeyId.ofHex(text(key, "keyId")),
                scope,
                key.path("version").asInt(),
                Suite.valueOf(text(key, "suite")),
                KeyState.valueOf(text(key, "state")),
                key.path("rev").asLong(),
                text(key, "provider"),
                text(key, "kek"),
                wrapped,
                new KeyRow.Times(
                        Instant.parse(text(key, "created")),
                        instant(key, "activated"),
                        instant(key, "retired"),
                        instant(key, "exported")),
                Seal.copyOf(Base64.getDecoder().decode(text(key, "seal"))));
    }

    private static String text(JsonNode key, String name) {
        return key.path(name).asText();
    }

    private static @Nullable Instant instant(JsonNode key, String name) {
        return key.hasNonNull(name) ? Instant.parse(text(key, name)) : null;
    }

    private static @Nullable String text(@Nullable Instant instant) {
        return instant == null ? null : instant.toString();
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
