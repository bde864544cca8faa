package dev.tegula.keyring;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Until when an opened key serves, to the nanosecond. */
final class OpenKeyTest extends KeyringLab {

    private OpenKey opened() {
        return new OpenKey(first, keyring.reader(first.keyId(), SSN), 100, 200, 300);
    }

    @Test
    void fresh_untilTheRefresh_andNotOnceReplacedOrEnded() {
        assertThat(opened().fresh(99)).isTrue();
        assertThat(opened().fresh(100)).isFalse();
        OpenKey replaced = opened();
        replaced.replaced();
        assertThat(replaced.fresh(99)).isFalse();
        assertThat(replaced.expired(99)).isFalse();
        OpenKey ended = opened();
        ended.end();
        assertThat(ended.fresh(99)).isFalse();
    }

    @Test
    void expired_atTheHardLimitOrOnceEnded() {
        OpenKey key = opened();
        assertThat(key.expired(299)).isFalse();
        assertThat(key.expired(300)).isTrue();
        assertThat(key.end()).isTrue();
        assertThat(key.end()).isFalse();
        assertThat(key.expired(0)).isTrue();
    }

    @Test
    void overdue_onceItsTimeIsOver_unlessTheKmsDoesNotAnswer() {
        OpenKey key = opened();
        assertThat(key.overdue(199)).isFalse();
        assertThat(key.overdue(200)).isTrue();
        key.refreshFailed(200, 5);
        assertThat(key.overdue(200)).isFalse();
    }

    @Test
    void takeRefresh_whenDue_isGivenToOneAndAgainAfterThePause() {
        OpenKey key = opened();
        assertThat(key.takeRefresh(99)).isFalse();
        assertThat(key.takeRefresh(100)).isTrue();
        assertThat(key.takeRefresh(100)).isFalse();

        key.refreshFailed(110, 5);

        assertThat(key.fresh(114)).isTrue();
        assertThat(key.takeRefresh(114)).isFalse();
        assertThat(key.takeRefresh(115)).isTrue();
    }

    @Test
    void refreshFailed_shortBeforeTheHardLimit_asksNoLaterThanThat() {
        OpenKey key = opened();
        key.refreshFailed(296, 5);
        assertThat(key.fresh(299)).isTrue();
        assertThat(key.fresh(300)).isFalse();

        OpenKey before = opened();
        before.refreshFailed(294, 5);
        assertThat(before.fresh(298)).isTrue();
        assertThat(before.fresh(299)).isFalse();
    }
}
