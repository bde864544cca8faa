package dev.tegula.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class DurationsTest {

    @Test
    void format_ofWhatWasParsed_isTheSame() {
        for (String text : List.of("250ms", "0s", "1m", "90s", "4h", "30d", "45m")) {
            assertThat(Durations.format(Durations.parse("x", text))).isEqualTo(text);
        }
    }
}
