package dev.tegula.operations.backup;

import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Purpose;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.Suite;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.MalformedException;
import dev.tegula.file.DurableFile;
import dev.tegula.kms.Keks;
import dev.tegula.kms.WrappedKey;
import dev.tegula.operations.document.Json;
import dev.tegula.operations.document.JsonFile;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import dev.tegula.registry.Seal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Key rows in a file of mode 0600. The keys in it are wrapped: it opens only with the KMS, and only into a registry with
 * the same root, because every row keeps its seal.
 */
public final class KeyBackupFile {

    private static final String SCHEMA = "tegula/key-backup/1";

    private static final int SEAL_BYTES = 32;
    private static final List<String> MEMBERS = List.of(
            "keyId", "field", "purpose", "version", "suite", "state", "rev", "provider", "kek", "created", "seal");
    /** Left out where there is none. */
    private static final List<String> OTHERS =
            List.of("tenant", "kekVersion", "wrapped", "activated", "retired", "exported");

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
        DurableFile.makeFolderOf(file);
        DurableFile.create(file.toString(), file, (Json.line(document) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Reads a file by {@code docs/format/v1.md}, all of it or nothing; whether its rows are genuine is for the registry to
     * say.
     *
     * @throws ConfigurationException if it is no backup, or of another deployment; names the place in it
     */
    public static List<KeyRow> read(Path file, String deployment) {
        try {
            return rows(
                    new Place(JsonFile.read(file, SCHEMA), "").of(List.of("schema", "deployment", "keys"), List.of()),
                    deployment);
        } catch (Place.Misplaced e) {
            throw new ConfigurationException("The backup " + file + " is not as `tegula keys backup` writes it, at "
                    + e.getMessage()
                    + ". Take another copy of it: a row that was edited is refused by"
                    + " its seal in any case.");
        }
    }

    private static List<KeyRow> rows(Place root, String deployment) {
        if (!root.at("deployment").text(1, 1000).equals(deployment)) {
            throw new Place.Misplaced(
                    "deployment", "a backup of " + deployment + " was expected; this one is another's");
        }
        List<KeyRow> rows = new ArrayList<>();
        Set<KeyId> seen = new HashSet<>();
        for (Place key : root.at("keys").all()) {
            KeyRow row = row(key.of(MEMBERS, OTHERS));
            if (!seen.add(row.keyId())) {
                throw new Place.Misplaced(key.at() + ".keyId", "this key stands twice");
            }
            rows.add(row);
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

    private static KeyRow row(Place key) {
        KeyState state = key.at("state").constant(KeyState.class);
        return new KeyRow(
                meant(key.at("keyId"), "64 lower-case hexadecimal digits", KeyBackupFile::keyId),
                new Scope(
                        key.at("tenant").isAbsent()
                                ? TenantId.none()
                                : meant(key.at("tenant"), "a name of 1 to 200 bytes, or no such member,", TenantId::of),
                        meant(key.at("field"), "1 to 100 of [a-z0-9_.]", FieldId::new),
                        key.at("purpose").constant(Purpose.class)),
                (int) key.at("version").number(1, Integer.MAX_VALUE),
                key.at("suite").constant(Suite.class),
                state,
                key.at("rev").number(1, Long.MAX_VALUE),
                key.at("provider").text(1, Keks.LONGEST_ALIAS),
                key.at("kek").text(1, Keks.LONGEST_ALIAS),
                wrapped(key, state),
                new KeyRow.Times(
                        key.at("created").instant(),
                        key.at("activated").instantOrNull(),
                        key.at("retired").instantOrNull(),
                        key.at("exported").instantOrNull()),
                Seal.copyOf(key.at("seal").base64(SEAL_BYTES, SEAL_BYTES)));
    }

    /** Left out, with its version, exactly where the key is destroyed. */
    private static Optional<WrappedKey> wrapped(Place key, KeyState state) {
        if (state == KeyState.DESTROYED) {
            for (String gone : List.of("wrapped", "kekVersion")) {
                if (!key.at(gone).isAbsent()) {
                    throw key.at(gone).expected("no such member in a key that is DESTROYED");
                }
            }
            return Optional.empty();
        }
        byte[] bytes = key.at("wrapped").base64(1, WrappedKey.LONGEST_BYTES);
        return Optional.of(WrappedKey.copyOf(bytes, key.at("kekVersion").text(0, WrappedKey.LONGEST_VERSION)));
    }

    private static KeyId keyId(String hex) {
        KeyId id = KeyId.ofHex(hex);
        if (!id.hex().equals(hex)) {
            throw new MalformedException(MalformedException.Kind.INPUT, "upper case");
        }
        return id;
    }

    private static <T> T meant(Place place, String expected, Function<String, T> reader) {
        try {
            return reader.apply(place.text(1, 1000));
        } catch (MalformedException e) {
            throw place.expected(expected);
        }
    }

    private static @Nullable String text(@Nullable Instant instant) {
        return instant == null ? null : instant.toString();
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
