package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.Transcript;
import dev.tegula.test.servers.NeedsVault;
import dev.tegula.test.servers.VaultServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands of docs/tutorial-vault.md, one after the other: those of {@code tegula} as they stand there, those of {@code vault} as
 * the calls that this program makes of them.
 */
@NeedsVault
class VaultTutorialTest {

    private static final Path ROOT = Path.of(System.getProperty("maven.multiModuleProjectDirectory", "../.."));

    @TempDir
    Path folder;

    private final VaultServer vault = VaultServer.shared();

    @Test
    void commands_ofThePage_leadToADatabaseThatDoctorFindsWell() throws Exception {
        ClinicDatabase clinic = ClinicDatabase.empty(folder);
        Map<String, Transcript> ran = new LinkedHashMap<>();
        String page = Files.readString(ROOT.resolve("docs/tutorial-vault.md")).replaceAll("\\\\\n *", "");
        for (String line : page.lines().toList()) {
            if (line.startsWith("$ vault ")) {
                vault(words(line.substring("$ vault ".length())));
            } else if (line.startsWith("$ tegula ")) {
                List<String> words = words(here(clinic, line.substring("$ tegula ".length())));
                ran.put(line, expect(0, clinic.run(words.toArray(String[]::new))));
            }
        }
        assertThat(ran.keySet()).as("commands, doctor twice").hasSize(5);
        assertThat(ran.get("$ tegula keys list --behind").out()).contains("patient.ssn");
        assertThat(expect(0, clinic.run("keys", "list", "--behind")).out()).doesNotContain("patient.ssn");
        assertThat(Files.readString(clinic.file())).contains("production").contains("tegula-main");
    }

    private String here(ClinicDatabase clinic, String line) throws IOException {
        Files.copy(vault.caFile(), folder.resolve("ca.pem"), StandardCopyOption.REPLACE_EXISTING);
        String out = line.replace("https://vault.internal:8200", vault.address().toString())
                .replace("jdbc:postgresql://pg.internal/clinic?sslmode=verify-full", clinic.url())
                .replace("--username owner", "--username postgres");
        Matcher cat = Pattern.compile("\"\\$\\(</etc/tegula/([a-z-]+)\\)\"").matcher(out);
        StringBuilder text = new StringBuilder();
        while (cat.find()) {
            cat.appendReplacement(
                    text, Files.readString(folder.resolve(cat.group(1))).strip());
        }
        return cat.appendTail(text).toString().replace("/etc/tegula", folder.toString());
    }

    private void vault(List<String> words) throws IOException {
        List<String> rest = new ArrayList<>(words);
        String verb = rest.remove(0);
        rest.remove("-f");
        String field = "";
        Path to = null;
        if (rest.contains(">")) {
            to = folder.resolve(Path.of(rest.remove(rest.size() - 1)).getFileName());
            rest.remove(">");
            field = rest.remove(0).substring("-field=".length());
        }
        switch (verb) {
            case "secrets" -> vault.admin().mountTransit(rest.get(1));
            case "auth" -> vault.admin().enableAuth(rest.get(1));
            case "policy" -> vault.admin().writePolicy(rest.get(1), Files.readString(ROOT.resolve(rest.get(2))));
            case "read" ->
                save(
                        to,
                        vault.admin()
                                .call("GET", rest.get(0), null)
                                .at("/data/" + field)
                                .asText());
            case "write" -> {
                Map<String, String> body = new LinkedHashMap<>();
                rest.stream().skip(1).map(word -> word.split("=", 2)).forEach(pair -> body.put(pair[0], pair[1]));
                String answer = vault.admin()
                        .call("POST", rest.get(0), body)
                        .at("/data/" + field)
                        .asText();
                if (to != null) {
                    save(to, answer);
                }
            }
            default -> throw new IllegalStateException("vault " + words);
        }
    }

    private static void save(Path file, String content) throws IOException {
        assertThat(content).isNotEmpty();
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, content + "\n");
    }

    private static List<String> words(String line) {
        return List.of(line.replace("\"", "").split(" +"));
    }
}
