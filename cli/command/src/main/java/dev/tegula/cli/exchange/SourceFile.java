package dev.tegula.cli.exchange;

import dev.tegula.failure.MalformedException;
import dev.tegula.failure.RefusedException;
import dev.tegula.secret.SecretBatch;
import dev.tegula.secret.SecretName;
import dev.tegula.secret.SecretStore;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A file of values, and which of them are taken: a file that is wrong anywhere is refused whole.
 *
 * @param name as people know it
 * @param format how it is read
 * @param only names below the prefix that are taken, with what is below them; all if empty
 * @param literal whether {@code ${…}} is a value, and not a placeholder
 */
public record SourceFile(String name, SourceFormat format, List<SecretName> only, boolean literal) {

    /** Bytes of a file. */
    public static final int LONGEST = 16 << 20;

    private static final String SOPS = "ENC[AES256_GCM,";
    private static final String PLACEHOLDER = "${";
    private static final String NO_NAME =
            "has a name that is none of a secret: a-z or 0-9 first, then also `.`, `_` and `-`, 255 in all";

    /** Copies the list. */
    public SourceFile {
        only = List.copyOf(only);
    }

    /**
     * The values by the names they get.
     *
     * @throws RefusedException code {@code source}, with the lines that are wrong; none of their text is quoted
     */
    public Map<SecretName, byte[]> read(byte[] file, SecretName prefix) {
        if (file.length > LONGEST) {
            throw new RefusedException("source", name + " has more than " + LONGEST + " bytes. Is it the right file?");
        }
        Problems problems = new Problems(name);
        List<SourceEntry> entries = VaultAnswer.inner(format, format.read(text(file), problems));
        Map<SecretName, byte[]> values = new TreeMap<>();
        Map<SecretName, Integer> lines = new HashMap<>();
        Set<SecretName> unused = new HashSet<>(only);
        for (SourceEntry entry : entries) {
            String below = SourceNames.of(format, entry.path());
            if (selected(below, unused)) {
                problem(entry, problems);
                Optional<SecretName> full = named(prefix, below);
                if (full.isEmpty()) {
                    problems.add(entry.line(), NO_NAME);
                    continue;
                }
                Integer before = lines.putIfAbsent(full.get(), entry.line());
                if (before != null) {
                    problems.add(entry.line(), "gives the name of line " + before + " once more");
                }
                values.put(full.get(), entry.value());
            }
        }
        unused.forEach(each -> problems.add("nothing is named " + each + ", as --only says"));
        problems.requireNone();
        if (values.isEmpty() || values.size() > SecretBatch.MOST) {
            throw new RefusedException(
                    "source",
                    values.isEmpty()
                            ? name + " has no value."
                            : name + " has more than " + SecretBatch.MOST
                                    + " values; import it in parts, with --only.");
        }
        return values;
    }

    private String text(byte[] file) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(file);
        CharBuffer out = CharBuffer.allocate(file.length);
        CoderResult result = decoder.decode(in, out, true);
        if (result.isError()) {
            int line = 1;
            for (int i = 0; i < in.position(); i++) {
                line += file[i] == '\n' ? 1 : 0;
            }
            throw new RefusedException("source", name + ": line " + line + " is not UTF-8.");
        }
        return out.flip().toString();
    }

    private boolean selected(String below, Set<SecretName> unused) {
        boolean selected = only.isEmpty();
        for (SecretName each : only) {
            if (below.equals(each.value()) || below.startsWith(each.value() + "/")) {
                unused.remove(each);
                selected = true;
            }
        }
        return selected;
    }

    private void problem(SourceEntry entry, Problems problems) {
        String text = new String(entry.value(), StandardCharsets.UTF_8);
        if (entry.kind() != SourceEntry.Kind.VALUE) {
            problems.add(entry.line(), entry.kind().problem());
        } else if (text.startsWith(SOPS)) {
            problems.add(entry.line(), "is still encrypted by SOPS: import what `sops decrypt` prints");
        } else if (format.hasPlaceholders() && !literal && text.contains(PLACEHOLDER)) {
            problems.add(
                    entry.line(),
                    "holds a placeholder, which Spring replaces: write the value, take others with --only, or say --literal");
        } else if (entry.value().length > SecretStore.LONGEST_VALUE) {
            problems.add(entry.line(), "has a value of more than " + SecretStore.LONGEST_VALUE + " bytes");
        }
    }

    private static Optional<SecretName> named(SecretName prefix, String below) {
        try {
            return Optional.of(new SecretName(prefix + "/" + below));
        } catch (MalformedException e) {
            return Optional.empty();
        }
    }
}
