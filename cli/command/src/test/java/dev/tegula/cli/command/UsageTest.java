package dev.tegula.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.Transcript;
import dev.tegula.cli.config.ConfigurationFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UsageTest {

    @Test
    void unknownCommand_isSuggestedAndExits2() {
        Transcript run = Transcript.of("statsu");
        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("usage: Unmatched argument").contains("Did you mean `status`?");
    }

    /** One measure for what is mistyped, be it a command, an option, a field or a setting. */
    @Test
    void unknownOption_isSuggestedWhereOneIsNear() {
        assertThat(Transcript.of("rotate", "patient.ssn", "--dry-rum").err()).contains("Did you mean `--dry-run`?");
        assertThat(Transcript.of("rotate", "patient.ssn", "--workrs=3").err()).contains("Did you mean `--workers`?");
        assertThat(Transcript.of("rotate", "patient.ssn", "--force").err()).doesNotContain("Did you mean");
        assertThat(Transcript.of("wxyzwxyz").err()).doesNotContain("Did you mean");
    }

    @Test
    void unknownOption_withJson_isADocument() {
        Transcript run = Transcript.of("rotate", "patient.ssn", "--force", "--json");
        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.json().get("schema").asText()).isEqualTo("tegula/error/1");
        assertThat(run.json().get("exit").asInt()).isEqualTo(2);
        assertThat(run.err()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "keys create patient.ssn",
                "keys activate patient.ssn --version 1",
                "keys retire patient.ssn --version 1",
                "keys destroy patient.ssn --version 1",
                "rotate patient.ssn"
            })
    void emptyTenant_isUsageBeforeAnythingIsOpened(String line) {
        List<String> words = new ArrayList<>(List.of(line.split(" ")));
        words.add("--tenant=");
        Transcript run = Transcript.of(words.toArray(String[]::new));
        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).contains("--tenant needs a name");
    }

    @Test
    void groupWithoutCommand_listsItsCommands() {
        Transcript run = Transcript.of("keys");
        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).contains("destroy").contains("tegula keys --help");
    }

    @Test
    void nothing_pointsToHelpAndDemo() {
        Transcript run = Transcript.of();
        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).contains("tegula --help").contains("tegula demo");
    }

    @Test
    void noConfiguration_saysWhereItLooked() {
        Transcript run = Transcript.with(
                java.util.Map.of("HOME", "/nonexistent"), dev.tegula.cli.output.Terminal.none(), "", "config", "show");
        assertThat(run.exit()).isEqualTo(7);
        assertThat(run.err())
                .contains("/nonexistent/.config/tegula/tegula.yaml")
                .contains("tegula init");
    }

    @Test
    void help_ofACommand_isWhatItsOptionPrints() {
        assertThat(Transcript.of("help").out())
                .contains("Every day")
                .isEqualTo(Transcript.of("--help").out());
        for (String command : new String[] {"rotate", "keys", "keys create", "help"}) {
            String[] words = ("help " + command).split(" ", -1);
            Transcript run = Transcript.of(words);
            assertThat(run.exit()).isZero();
            assertThat(run.out())
                    .isEqualTo(
                            Transcript.of((command + " --help").split(" ", -1)).out());
        }
        Transcript run = Transcript.of("help", "rotat");
        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).contains("`tegula rotat`");
    }

    @Test
    void commonOptions_beforeTheCommand_areThoseOfTheCommand(
            @org.junit.jupiter.api.io.TempDir java.nio.file.Path folder) {
        dev.tegula.cli.ClinicDatabase clinic = dev.tegula.cli.ClinicDatabase.initialised(folder);
        String file = clinic.file().toString();
        String name =
                ConfigurationFile.read(clinic.file(), Map.of()).database("").name();
        assertThat(Transcript.of("--config", file, "status").exit()).isZero();
        assertThat(Transcript.of("--json", "keys", "--config", file, "list")
                        .json()
                        .get("schema")
                        .asText())
                .isEqualTo("tegula/keys/1");
        Transcript unknown = Transcript.of("--db", name + "x", "status", "--config", file);
        assertThat(unknown.exit()).isEqualTo(7);
        assertThat(unknown.err()).contains("Unknown database `" + name + "x`").contains("Did you mean `" + name + "`");
        assertThat(Transcript.of("--db", "nope", "status", "--config", file, "--db", "neither")
                        .err())
                .contains("Unknown database `neither`");
        assertThat(Transcript.of("--db", "", "status", "--config", file).exit()).isEqualTo(2);
    }
}
