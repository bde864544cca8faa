package dev.tegula.kek;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Purpose;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.Suite;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.TegulaException;
import dev.tegula.kms.WrapContext;
import dev.tegula.kms.WrappedKey;
import dev.tegula.kms.tink.TinkKms;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The vectors of the keyset file, and of what its keys wrapped. */
class KeysetVectorsTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    @TestFactory
    Stream<DynamicTest> vectors() throws IOException {
        Path directory = Path.of(System.getProperty("basedir", ".")).resolve("../vectors/keyset-file-v1");
        try (Stream<Path> files = Files.list(directory)) {
            List<Path> all = files.sorted().toList();
            assertThat(all).isNotEmpty();
            return all.stream().map(file -> dynamicTest(file.getFileName().toString(), () -> run(file)));
        }
    }

    private void run(Path vector) throws IOException {
        JsonNode scenario = JSON.readTree(vector.toFile());
        assertThat(scenario.required("op").textValue()).isEqualTo("keyset-file");
        assertThat(outcome(scenario, vector.getFileName().toString()))
                .isEqualTo(scenario.required("outcome").textValue());
    }

    private String outcome(JsonNode scenario, String name) throws IOException {
        JsonNode input = scenario.required("input");
        Path file = write(folder.resolve(name), hex(input, "file"));
        Path passphrase = write(
                folder.resolve(name + ".passphrase"),
                input.required("passphrase").textValue().getBytes(StandardCharsets.UTF_8));
        Scope scope = new Scope(
                TenantId.none(),
                new FieldId(input.required("field").textValue()),
                Purpose.valueOf(input.required("purpose").textValue()));
        WrapContext context = WrapContext.of(
                input.required("deployment").textValue(), Suite.XAES_256_GCM, scope, KeyId.copyOf(hex(input, "keyId")));
        try (TinkKms kms = TinkKms.open(file, passphrase)) {
            WrappedKey wrapped = WrappedKey.copyOf(
                    hex(input, "wrapped"), input.required("kekVersion").textValue());
            assertThat(kms.kek("primary").unwrap(wrapped, context))
                    .isEqualTo(hex(scenario.required("expected"), "root"));
            return "ok";
        } catch (TegulaException e) {
            return e.code();
        }
    }

    private static Path write(Path file, byte[] bytes) throws IOException {
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.write(file, bytes);
    }

    private static byte[] hex(JsonNode of, String member) {
        return HexFormat.of().parseHex(of.required(member).textValue());
    }
}
