package dev.tegula.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.Transcript;
import java.util.ArrayList;
import java.util.List;
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
}
