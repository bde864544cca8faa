package dev.tegula.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.output.Exit;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a process returns that was told to end stands in the table of exit codes. */
class SignalTest {

    @Test
    void process_toldToEnd_returnsACodeOfTheTable() throws Exception {
        Process waiting = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.tegula.cli.Main",
                        "inspect",
                        "-"))
                .start();
        waiting.destroy();
        assertThat(waiting.waitFor()).isEqualTo(Exit.TERMINATED.code());
    }
}
