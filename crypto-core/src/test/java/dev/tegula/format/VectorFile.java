package dev.tegula.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tegula.cipher.RootKey;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Purpose;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One scenario; the members are those of {@code tests/vectors/README.md}. */
record VectorFile(Path path, JsonNode json) {

    /** The closed list of {@code docs/format/v1.md}. */
    static final Set<String> OUTCOMES = Set.of(
            "ok",
            "not-an-envelope",
            "unknown-suite",
            "mode-refused",
            "key-unknown",
            "cannot-open",
            "malformed-inner",
            "type-mismatch",
            "malformed-text",
            "malformed-root",
            "malformed-input",
            "tenant-missing",
            "snapshot",
            "integrity");

    private static final ObjectMapper JSON = new ObjectMapper();

    /** A root in hex and what it covers. */
    record Root(String hex, Scope scope, int version) {

        RootKey open() {
            return RootKey.takeOwnership(HexFormat.of().parseHex(hex));
        }
    }

    static List<VectorFile> all() throws IOException {
        Path directory = Path.of(System.getProperty("basedir", ".")).resolve("../tests/vectors/format-v1");
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().map(VectorFile::read).toList();
        }
    }

    private static VectorFile read(Path path) {
        try {
            return new VectorFile(path, JSON.readTree(path.toFile()));
        } catch (IOException e) {
            throw new AssertionError(path + " is no vector file", e);
        }
    }

    String name() {
        return json.required("name").textValue();
    }

    String op() {
        return json.required("op").textValue();
    }

    String outcome() {
        return json.required("outcome").textValue();
    }

    JsonNode input() {
        return json.required("input");
    }

    byte[] input(String member) {
        return hex(input().required(member));
    }

    String text(String member) {
        return input().required(member).textValue();
    }

    byte[] expected(String member) {
        return hex(json.required("expected").required(member));
    }

    JsonNode expectedNode(String member) {
        return json.required("expected").required(member);
    }

    /** The scope in the input. */
    Scope scope() {
        return scope(input());
    }

    List<Root> keys() {
        return Stream.iterate(0, i -> i < json.path("keys").size(), i -> i + 1)
                .map(json.path("keys")::get)
                .map(k -> new Root(
                        k.required("root").textValue(),
                        scope(k),
                        k.required("version").intValue()))
                .toList();
    }

    static Scope scope(JsonNode of) {
        return new Scope(
                tenant(of.required("tenant").textValue()),
                new FieldId(of.required("field").textValue()),
                Purpose.valueOf(of.path("purpose").asText("DATA")));
    }

    static TenantId tenant(@Nullable String name) {
        return name == null ? TenantId.none() : TenantId.of(name);
    }

    static byte[] hex(JsonNode node) {
        return HexFormat.of().parseHex(node.textValue());
    }
}
