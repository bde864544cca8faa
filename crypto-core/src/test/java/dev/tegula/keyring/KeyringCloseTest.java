package dev.tegula.keyring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.envelope.Mode;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Once closed, nothing goes on; and an instance says that it ended only when that is true. */
final class KeyringCloseTest extends KeyringLab {

    @Test
    void close_withACallInFlight_reportsTheEndAfterIt() throws Exception {
        CountDownLatch answer = kms.hold();
        keyring.beginCall();
        CompletableFuture<byte[]> call = CompletableFuture.supplyAsync(() -> {
            try {
                return keyring.writer(SSN).encrypt(Mode.FIELD, null, new byte[] {2});
            } finally {
                keyring.endCall();
            }
        });
        eventually(() -> assertThat(listed()).isTrue());
        CompletableFuture<Void> closing = CompletableFuture.runAsync(keyring::close);

        eventually(() -> assertThatThrownBy(this::begun).isInstanceOf(IllegalStateException.class));
        assertThat(listed()).isTrue();
        assertThat(closing).isNotDone();

        answer.countDown();
        assertThat(call.get(5, TimeUnit.MINUTES)).isNotEmpty();
        closing.get(5, TimeUnit.MINUTES);
        assertThat(listed()).isFalse();
    }

    @Test
    void close_withACallThatStaysInFlight_waitsFiveSecondsAndEndsWithoutIt() throws Exception {
        keyring.beginCall();
        CompletableFuture<Void> closing = CompletableFuture.runAsync(keyring::close);
        eventually(() -> assertThatThrownBy(this::begun).isInstanceOf(IllegalStateException.class));
        assertThat(keyring.writer(SSN)).as("for the call in flight").isNotNull();
        long before = nanos.get();

        eventually(() -> {
            pass(Duration.ofMillis(100));
            assertThat(closing).isDone();
        });

        assertThat(Duration.ofNanos(nanos.get() - before)).isGreaterThanOrEqualTo(Duration.ofSeconds(5));
        closing.get();
        assertThatThrownBy(() -> keyring.writer(SSN)).isInstanceOf(IllegalStateException.class);
        assertThat(listed()).isTrue();
        keyring.endCall();
    }

    @Test
    void close_inAThreadThatWasInterrupted_doesNotWaitForCallsNorReportTheEnd() {
        eventually(() -> assertThat(listed()).isTrue());
        keyring.beginCall();

        Thread.currentThread().interrupt();
        keyring.close();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(listed()).isTrue();
        assertThatThrownBy(() -> keyring.writer(SSN)).isInstanceOf(IllegalStateException.class);
        keyring.endCall();
    }

    @Test
    void everything_afterClose_isRefused() {
        keyring.writer(SSN);
        keyring.close();

        assertThatThrownBy(this::begun)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
        assertThatThrownBy(() -> keyring.writer(SSN)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> keyring.reader(first.keyId(), SSN)).isInstanceOf(IllegalStateException.class);
        assertThatCode(keyring::close).doesNotThrowAnyException();
    }

    private void begun() {
        keyring.beginCall();
        keyring.endCall();
    }

    private boolean listed() {
        return stored.instances(Instant.EPOCH).stream()
                .anyMatch(report -> report.id().equals(keyring.instance()));
    }
}
