package dev.tegula.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class TerminalColumnsTest {

    private Instant now = Instant.EPOCH;
    private String size = "24 100\n";
    private final TerminalColumns columns = new TerminalColumns(80, () -> now, () -> size);

    @Test
    void getAsInt_windowIsChanged_followsWithinASecond() {
        assertThat(columns.getAsInt()).isEqualTo(80);
        now = now.plusMillis(999);
        assertThat(columns.getAsInt()).isEqualTo(80);
        now = now.plusMillis(1);
        assertThat(columns.getAsInt()).isEqualTo(100);
        size = "24 20\n";
        now = now.plusSeconds(1);
        assertThat(columns.getAsInt()).isEqualTo(20);
    }

    @Test
    void getAsInt_noAnswer_keepsWhatWasKnown() {
        for (String answer : new String[] {"", "stty: x", "0 0\n"}) {
            size = answer;
            now = now.plusSeconds(1);
            assertThat(columns.getAsInt()).as(answer).isEqualTo(80);
        }
    }

    @Test
    void width_isNeverBelowTwentyNorTooWide() {
        assertThat(new Terminal(true, true, true, false, 3).width()).isEqualTo(20);
        assertThat(new Terminal(true, true, true, false, 1_000).width()).isEqualTo(160);
    }
}
