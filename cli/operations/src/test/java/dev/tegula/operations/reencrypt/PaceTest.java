package dev.tegula.operations.reencrypt;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class PaceTest {

    private static final long MILLIS = 1_000_000;

    private final Pace pace = new Pace(1_000);

    @Test
    void rows_atTheStart_areAsForATableThatOthersWrite() {
        assertThat(pace.rows()).isEqualTo(100);
        assertThat(new Pace(7).rows()).isEqualTo(7);
    }

    @Test
    void swapped_quickly_takesMoreUpToTheMost() {
        for (int i = 0; i < 10; i++) {
            assertThat(pace.swapped(pace.rows(), 0, 5 * MILLIS)).isZero();
        }
        assertThat(pace.rows()).isEqualTo(1_000);
    }

    @Test
    void swapped_lessThanThereWasRoomFor_takesNoMore() {
        pace.swapped(99, 0, 5 * MILLIS);
        assertThat(pace.rows()).isEqualTo(100);
    }

    @Test
    void swapped_besideOthersAtTheRows_comesBackToFew() {
        pace.swapped(100, 0, MILLIS);
        pace.swapped(200, 0, MILLIS);
        assertThat(pace.rows()).isEqualTo(400);
        pace.swapped(399, 1, MILLIS);
        assertThat(pace.rows()).isEqualTo(100);
    }

    @Test
    void swapped_longerThanAWriterShouldWait_takesAsManyAsFit() {
        pace.swapped(100, 0, MILLIS);
        pace.swapped(200, 0, 75 * MILLIS);
        assertThat(pace.rows()).isEqualTo(133);
        pace.swapped(133, 0, 5_000 * MILLIS);
        assertThat(pace.rows()).isEqualTo(66);
    }

    @Test
    void swapped_onASlowServer_leavesItToOthersAsLong() {
        assertThat(pace.swapped(100, 0, 100 * MILLIS)).isZero();
        assertThat(pace.swapped(50, 0, 400 * MILLIS)).isEqualTo(300 * MILLIS);
        assertThat(pace.swapped(25, 0, 60_000 * MILLIS)).isEqualTo(5_000 * MILLIS);
    }

    @Test
    void cancelled_overAndOver_keepsARow() {
        for (int i = 0; i < 20; i++) {
            pace.cancelled();
        }
        assertThat(pace.rows()).isEqualTo(1);
    }
}
