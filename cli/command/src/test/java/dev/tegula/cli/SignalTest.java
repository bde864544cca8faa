package dev.tegula.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.output.Exit;
import org.junit.jupiter.api.Test;

/** What a process returns that was told to end stands in the table of exit codes. */
class SignalTest {

    @Test
    void process_toldToEnd_returnsACodeOfTheTable() throws Exception {
        Process waiting = new ProcessBuilder(ChildJvm.tegula("inspect", "-")).start();
        waiting.destroy();
        assertThat(waiting.waitFor()).isEqualTo(Exit.TERMINATED.code());
    }
}
