package dev.tegula.keyring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.failure.ConfigurationException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class KeyringSettingsTest {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.ofMinutes(3);
    private static final Duration TICK = Duration.ofNanos(1);

    @Test
    void settings_atTheirLimits_areTaken() {
        assertThatCode(() -> new KeyringSettings(HOUR, HOUR, MINUTE, MINUTE, 1)).doesNotThrowAnyException();
        assertThatCode(() -> new KeyringSettings(TICK, TICK, LONGEST, LONGEST, 1))
                .doesNotThrowAnyException();
    }

    @Test
    void outageLimit_belowTheCacheTtl_isRefused() {
        refused(
                HOUR,
                HOUR.minus(TICK),
                MINUTE,
                MINUTE,
                1,
                "outage-limit (PT59M59.999999999S) is below cache-ttl (PT1H)");
    }

    @Test
    void writeLimit_belowTheLeaseOrAbove180Seconds_isRefused() {
        refused(HOUR, HOUR, MINUTE, MINUTE.minus(TICK), 1, "from write-lease (PT1M) to PT3M, not PT59.999999999S");
        refused(HOUR, HOUR, MINUTE, LONGEST.plus(TICK), 1, "from write-lease (PT1M) to PT3M, not PT3M0.000000001S");
    }

    @Test
    void durations_thatAreNotPositive_areRefused() {
        refused(Duration.ZERO, HOUR, MINUTE, MINUTE, 1, "cache-ttl must be positive, not PT0S");
        refused(TICK.negated(), HOUR, MINUTE, MINUTE, 1, "cache-ttl must be positive");
        refused(HOUR, HOUR, Duration.ZERO, MINUTE, 1, "write-lease must be positive, not PT0S");
        refused(HOUR, HOUR, TICK.negated(), MINUTE, 1, "write-lease must be positive");
    }

    @Test
    void maximumKeys_ofNone_isRefused() {
        refused(HOUR, HOUR, MINUTE, MINUTE, 0, "The cache must hold at least one key, not 0");
    }

    @Test
    void withWriteLease_ofAnyLength_limitsItToThreeTimesAtMost180Seconds() {
        KeyringSettings standard = KeyringSettings.defaults();

        KeyringSettings shorter = standard.withWriteLease(Duration.ofSeconds(20));
        assertThat(shorter)
                .isEqualTo(new KeyringSettings(
                        standard.cacheTtl(),
                        standard.outageLimit(),
                        Duration.ofSeconds(20),
                        Duration.ofSeconds(60),
                        standard.maximumKeys()));
        assertThat(standard.withWriteLease(Duration.ofSeconds(60)).writeLimit()).isEqualTo(LONGEST);
        assertThat(standard.withWriteLease(Duration.ofSeconds(61)).writeLimit()).isEqualTo(LONGEST);
        assertThatThrownBy(() -> standard.withWriteLease(LONGEST.plus(TICK)))
                .isInstanceOf(ConfigurationException.class);
    }

    @Test
    void defaults_areThoseOfTheManual() {
        assertThat(KeyringSettings.defaults())
                .isEqualTo(new KeyringSettings(HOUR, Duration.ofHours(4), MINUTE, LONGEST, 10_000));
    }

    private static void refused(
            Duration cacheTtl, Duration outageLimit, Duration writeLease, Duration writeLimit, int keys, String why) {
        assertThatThrownBy(() -> new KeyringSettings(cacheTtl, outageLimit, writeLease, writeLimit, keys))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(why);
    }
}
