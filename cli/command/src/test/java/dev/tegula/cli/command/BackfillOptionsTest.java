package dev.tegula.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class BackfillOptionsTest {

    /** What these wait for, a person may say that it is not waited for. */
    @ParameterizedTest
    @ValueSource(strings = {"adopt", "release", "index backfill", "index rotate"})
    void commandsThatFillColumns_takeMaxLag(String command) {
        CommandLine line = Manual.commands();
        for (String name : command.split(" ", -1)) {
            line = line.getSubcommands().get(name);
        }
        assertThat(line.getCommandSpec().findOption("--max-lag")).isNotNull();
    }

    @Test
    void settings_waitAsLongAsIsSaid() {
        assertThat(CommandLine.populateCommand(new BackfillOptions()).settings().maxLag())
                .isEqualTo(Duration.ofSeconds(30));
        assertThat(CommandLine.populateCommand(new BackfillOptions(), "--max-lag", "0")
                        .settings()
                        .maxLag())
                .isZero();
    }
}
