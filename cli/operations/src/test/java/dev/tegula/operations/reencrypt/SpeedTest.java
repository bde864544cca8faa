package dev.tegula.operations.reencrypt;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.OptionalDouble;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class SpeedTest {

    private final Speed speed = new Speed();

    private OptionalDouble at(long millis, long count) {
        return speed.perSecond(Duration.ofMillis(millis).toNanos(), count);
    }

    @Test
    void perSecond_afterOneLook_isUnknown() {
        assertThat(at(0, 0)).isEmpty();
        assertThat(at(0, 5)).isEmpty();
    }

    @Test
    void perSecond_whereNothingMovesBetweenTwoLooks_isZeroAndKnown() {
        at(0, 5);
        assertThat(at(400, 5)).hasValue(0);
    }

    @Test
    void perSecond_afterAStop_isThatOfTheLastSecondsAndNotTheAverage() {
        for (int second = 0; second <= 600; second++) {
            at(1_000L * second, 1_000L * second);
        }
        assertThat(at(605_000, 600_000).getAsDouble()).isCloseTo(500, Offset.offset(60.0));
        assertThat(at(611_000, 600_000)).hasValue(0);
    }

    @Test
    void perSecond_ofMuchFastNews_isSteady() {
        double last = 0;
        for (int i = 0; i < 100_000; i++) {
            last = at(i / 10, i).orElse(0);
        }
        assertThat(last).isCloseTo(10_000, Offset.offset(150.0));
    }
}
