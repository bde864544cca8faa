package dev.tegula.operations.rotation;

import dev.tegula.envelope.StrictText;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.IntegrityException;
import dev.tegula.failure.MalformedException;
import dev.tegula.operations.document.Json;
import dev.tegula.registry.RegistrySeal;
import dev.tegula.registry.Seal;
import dev.tegula.registry.SealedKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The receipt of a shred, as {@code docs/format/v1.md} says: one line of JSON under the seal of its registry. */
public final class ShredReceipt {

    /** The schema of its document. */
    public static final String SCHEMA = "tegula/shred-receipt/1";

    private static final int MOST_BYTES = 1 << 24;
    private static final Pattern FILE =
            Pattern.compile("(\\{.*),\"seal\":\"([A-Za-z0-9+/]{43}=)\"\\}\n", Pattern.DOTALL);

    private ShredReceipt() {}

    /**
     * The file of a receipt.
     *
     * @param document what it says, whose schema is {@link #SCHEMA}
     */
    public static byte[] write(RegistrySeal seal, Map<String, Object> document) {
        String line = Json.line(document);
        byte[] made = seal.seal(SealedKind.SHRED, line.getBytes(StandardCharsets.UTF_8))
                .bytes();
        return (line.substring(0, line.length() - 1) + ",\"seal\":\""
                        + Base64.getEncoder().encodeToString(made) + "\"}\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    /**
     * What a receipt says.
     *
     * @throws ConfigurationException if the file cannot be read, is no receipt, or one of another deployment or registry
     * @throws IntegrityException if its seal does not verify: it was changed, or another made it
     */
    public static Map<?, ?> read(Path file, RegistrySeal seal, String deployment) {
        String text = text(file);
        Matcher matcher = FILE.matcher(text);
        boolean whole = matcher.matches();
        String document = whole ? matcher.group(1) + "}" : text;
        Optional<Map<?, ?>> said = Json.read(document).filter(map -> SCHEMA.equals(map.get("schema")));
        if (said.isEmpty() && !text.contains("\"" + SCHEMA + "\"")) {
            throw new ConfigurationException(
                    file + " is no receipt of a shred: a document of " + SCHEMA + " was expected.");
        }
        if (!whole || !genuine(seal, document, matcher.group(2))) {
            said.ifPresent(map -> requireOurs(file, map, seal, deployment));
            throw new IntegrityException("The receipt " + file
                    + " does not carry a valid seal of this registry: a byte of it was changed, or it was made by"
                    + " something other than Tegula. It proves nothing; take another copy of it.");
        }
        return said.orElseThrow(() -> new IntegrityException("The receipt " + file + " is sealed, and no JSON."));
    }

    /** The texts of a member that is a list of objects. */
    static List<String> all(Map<?, ?> receipt, String list, String member) {
        return receipt.get(list) instanceof List<?> items
                ? items.stream()
                        .flatMap(item -> item instanceof Map<?, ?> map
                                ? Stream.ofNullable((Object) map.get(member))
                                : Stream.empty())
                        .map(String::valueOf)
                        .toList()
                : List.of();
    }

    private static void requireOurs(Path file, Map<?, ?> receipt, RegistrySeal seal, String deployment) {
        requireSame(file, "deployment", receipt.get("deployment"), deployment);
        requireSame(file, "registry", receipt.get("registry"), seal.rootId().hex());
    }

    private static void requireSame(Path file, String what, @Nullable Object said, String expected) {
        if (said instanceof String other && !other.equals(expected)) {
            throw new ConfigurationException("The receipt " + file + " says that it is of " + what + " " + other
                    + "; this is " + what + " " + expected
                    + ". Verify it with the configuration of the database that was shredded.");
        }
    }

    private static boolean genuine(RegistrySeal seal, String document, String base64) {
        byte[] bytes = Base64.getDecoder().decode(base64);
        return Base64.getEncoder().encodeToString(bytes).equals(base64)
                && seal.genuine(SealedKind.SHRED, Seal.copyOf(bytes), document.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(Path file) {
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new ConfigurationException(file + " is too large for a receipt of a shred.");
            }
            byte[] bytes = Files.readAllBytes(file);
            return StrictText.decode("file", bytes, 0, bytes.length);
        } catch (MalformedException e) {
            throw new ConfigurationException(
                    file + " is not UTF-8; a receipt of a shred (" + SCHEMA + ") was expected.");
        } catch (IOException e) {
            throw new ConfigurationException(
                    "Cannot read the receipt " + file + " (" + e.getClass().getSimpleName() + ").");
        }
    }
}
