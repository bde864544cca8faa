package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.Transcript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * docs/tutorial-secrets.md: the commands of each section on the file that stands above them; what stands before a pipe is taken to
 * print it.
 */
class SecretTutorialTest {

    private static final Path PAGE = Path.of(System.getProperty("basedir", "."), "../../docs/tutorial-secrets.md");

    @TempDir
    Path folder;

    private final Map<String, String> printed = new TreeMap<>();

    @Test
    void page_fromEachSource_bringsTheValuesThatItSays() throws IOException {
        ClinicDatabase clinic = ClinicDatabase.initialised(folder);
        clinic.declare("app/prod");
        String source = "";
        boolean text = false;
        StringBuilder block = new StringBuilder();
        for (String line : Files.readAllLines(PAGE)) {
            if (line.startsWith("```")) {
                if (text) {
                    source = block.toString();
                }
                text = line.length() > 3 && !line.equals("```console");
                block.setLength(0);
            } else if (line.startsWith("$ ")) {
                run(clinic, line.substring(2), source);
            } else {
                block.append(line).append('\n');
            }
        }

        assertThat(printed).hasSize(12);
        assertThat(printed.get("tegula secrets get app/prod/db/password")).isEqualTo("hunter2 hunter2");
        assertThat(printed.get("tegula secrets export app/prod/spring/datasource --to properties"))
                .isEqualTo("password=hunter3\n");
        assertThat(folder.resolve("server.key")).hasContent("-----BEGIN KEY-----\nMII=\n-----END KEY-----\n");
        assertThat(new ObjectMapper()
                        .readTree(clinic.run("secrets", "export", "app/prod", "--to", "json")
                                .out()))
                .hasToString("{\"api-key\":\"k-123\",\"db/password\":\"hunter2 hunter2\",\"db/user\":\"shop\","
                        + "\"db_password\":\"p#ss w$rd\",\"greeting\":\"two\\nlines\","
                        + "\"spring/datasource/password\":\"hunter3\",\"stripe-key\":\"sk_live_9f8\","
                        + "\"stripe_key\":\"sk_test_4eC39HqLyjWD\","
                        + "\"tls/key\":\"-----BEGIN KEY-----\\nMII=\\n-----END KEY-----\\n\"}");
        assertThat(folder.resolve("secrets.json")).exists();
        assertThat(folder.resolve("secret-manifest.yaml")).content().contains("kind: \"Secret\"");
    }

    private void run(ClinicDatabase clinic, String line, String source) throws IOException {
        String command = line.substring(line.indexOf('|') + 1).strip();
        List<String> words = new ArrayList<>(Arrays.asList(command.split(" ")));
        assertThat(words.remove(0)).isEqualTo("tegula");
        for (int i = 1; i < words.size(); i++) {
            boolean in = words.get(i - 1).equals("--file");
            if (in || words.get(i - 1).equals("--out")) {
                Path file = folder.resolve(words.get(i));
                words.set(i, file.toString());
                if (in) {
                    Files.writeString(file, source);
                }
            }
        }
        Transcript ran = expect(0, clinic.pipe(line.contains("|") ? source : "", words.toArray(String[]::new)));
        printed.put(command, ran.out());
    }
}
