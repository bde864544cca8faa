package dev.tegula.cli.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.tegula.failure.RefusedException;
import dev.tegula.secret.SecretName;
import dev.tegula.secret.SecretValue;
import dev.tegula.secret.SecretValues;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is written is read back as it was, by us and by others; what cannot be is refused. */
class TargetFormatTest {

    private static final SecretName PREFIX = new SecretName("app/prod");
    private static final String ALPHABET = "aZ09 '\"`$\\#={}():%!~-_/.,;\n\r\t\0ü€😀\u0085\u2028";

    @TempDir
    Path folder;

    private static SecretValue value(String below, byte[] bytes) {
        return SecretValues.of(new SecretName("app/prod/" + below), bytes);
    }

    private static SecretValue value(String below, String text) {
        return value(below, text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] write(TargetFormat format, SecretValue... values) {
        return format.write(PREFIX, List.of(values));
    }

    private static void refused(TargetFormat format, String expected, SecretValue... values) {
        assertThatThrownBy(() -> write(format, values))
                .isInstanceOfSatisfying(
                        RefusedException.class, e -> assertThat(e.code()).isEqualTo("not-writable"))
                .hasMessageContaining(expected)
                .hasMessageNotContaining("canary");
    }

    private static String random(Random random) {
        int[] characters = ALPHABET.codePoints().toArray();
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(12); i >= 0; i--) {
            text.appendCodePoint(characters[random.nextInt(characters.length)]);
        }
        return text.toString();
    }

    @ParameterizedTest
    @EnumSource(
            value = TargetFormat.class,
            names = {"DOTENV", "JSON", "PROPERTIES"})
    void randomText_comesBackOrIsRefused(TargetFormat format) {
        Random random = new Random(7);
        SourceFormat source = SourceFormat.valueOf(format.name());
        int back = 0;
        for (int i = 0; i < 3_000; i++) {
            String text = random(random);
            try {
                byte[] file = write(format, value("key", text));
                Map<SecretName, byte[]> read = new SourceFile("file", source, List.of(), false).read(file, PREFIX);
                assertThat(read).hasSize(1);
                assertThat(new String(read.get(new SecretName("app/prod/key")), StandardCharsets.UTF_8))
                        .isEqualTo(text);
                back++;
            } catch (RefusedException e) {
                assertThat(e.code()).isEqualTo("not-writable");
            }
        }
        assertThat(back).isGreaterThan(format == TargetFormat.DOTENV ? 500 : 2_000);
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void dotenv_isReadByAShellAsItWas() throws Exception {
        Random random = new Random(8);
        Map<String, String> written = new TreeMap<>();
        List<SecretValue> values = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            String text = random(random);
            try {
                write(TargetFormat.DOTENV, value("v" + i, text));
                written.put("V" + i, text);
                values.add(value("v" + i, text));
            } catch (RefusedException e) {
                // Not one that dotenv can hold.
            }
        }
        assertThat(written).hasSizeGreaterThan(50);
        Path file = Files.write(folder.resolve(".env"), TargetFormat.DOTENV.write(PREFIX, values));
        StringBuilder script = new StringBuilder(". '" + file + "'\n");
        written.keySet()
                .forEach(
                        name -> script.append("printf '%s\\n' \"$").append(name).append("\"\n"));
        Process shell = new ProcessBuilder("sh", "-c", script.toString()).start();
        shell.getOutputStream().close();
        String out = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(shell.waitFor(5, TimeUnit.MINUTES)).isTrue();
        assertThat(out).isEqualTo(String.join("\n", written.values()) + "\n");
    }

    @Test
    void manifest_holdsAnyBytes() throws IOException {
        byte[] bytes = {(byte) 0xc3, 0x28, 0, 27};
        byte[] file = write(TargetFormat.K8S, value("tls/key", bytes), value("123", "x"), value("null", ""));

        JsonNode manifest = new ObjectMapper(new YAMLFactory()).readTree(file);
        assertThat(manifest.at("/apiVersion").asText()).isEqualTo("v1");
        assertThat(manifest.at("/kind").asText()).isEqualTo("Secret");
        assertThat(manifest.at("/metadata/name").asText()).isEqualTo("app-prod");
        assertThat(manifest.at("/data/tls.key").binaryValue()).isEqualTo(bytes);
        assertThat(manifest.at("/data/123").asText()).isEqualTo("eA==");
        assertThat(manifest.at("/data/null").asText()).isEmpty();
        refused(TargetFormat.K8S, "at most 1 MiB", value("a", new byte[1 << 19]), value("b", new byte[(1 << 19) + 1]));
    }

    @Test
    void names_areThoseOfTheFormat() {
        SecretValue password = value("db/pass-word", "x");
        assertThat(write(TargetFormat.DOTENV, password)).asString().isEqualTo("DB_PASS_WORD='x'\n");
        assertThat(write(TargetFormat.PROPERTIES, password)).asString().isEqualTo("db.pass-word=x\n");
        assertThat(write(TargetFormat.JSON, password)).asString().isEqualTo("{\n  \"db/pass-word\" : \"x\"\n}\n");
        assertThat(TargetFormat.DOTENV.write(new SecretName("app/prod/db"), List.of(password)))
                .asString()
                .isEqualTo("PASS_WORD='x'\n");
        assertThat(TargetFormat.DOTENV.write(password.name(), List.of(password)))
                .asString()
                .isEqualTo("PASS_WORD='x'\n");
    }

    @Test
    void whatAFormatCannotHold_isRefusedByName() {
        SecretValue binary = value("bin", new byte[] {(byte) 0xc3, 0x28});
        for (TargetFormat format : List.of(TargetFormat.DOTENV, TargetFormat.JSON, TargetFormat.PROPERTIES)) {
            refused(format, "app/prod/bin is no text", binary, value("a", "canary"));
        }
        refused(
                TargetFormat.DOTENV,
                "app/prod/a.b would be A_B, as another is",
                value("a-b", "canary"),
                value("a.b", "x"));
        refused(
                TargetFormat.PROPERTIES,
                "app/prod/a/b would be a.b, as another is",
                value("a.b", "canary"),
                value("a/b", "x"));
        refused(TargetFormat.DOTENV, "would be the variable 9", value("9", "canary"));
        refused(TargetFormat.DOTENV, "app/prod/a holds", value("a", "canary\nx"));
        refused(TargetFormat.DOTENV, "app/prod/a holds", value("a", "canary'x"));
        refused(TargetFormat.DOTENV, "app/prod/a holds", value("a", "canary\0"));
        refused(TargetFormat.PROPERTIES, "app/prod/a holds ${", value("a", "canary${B}"));
        refused(TargetFormat.PROPERTIES, "app/prod/a holds ${", value("a", "#{canary}"));
        refused(TargetFormat.PROPERTIES, "app/prod/a holds a NUL", value("a", "canary\0"));
    }
}
