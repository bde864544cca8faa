package dev.tegula.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.failure.MalformedException;
import dev.tegula.failure.RefusedException;
import dev.tegula.failure.TegulaException;
import dev.tegula.secret.SecretName;
import dev.tegula.secret.SecretSnapshot;
import dev.tegula.secret.SecretValue;
import dev.tegula.secret.SecretValues;
import dev.tegula.secret.SnapshotFile;
import dev.tegula.secret.SnapshotTerms;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Snapshots that this code writes; the vectors say what it reads. */
class SnapshotFileTest {

    private static final SecretName PREFIX = new SecretName("app/prod");
    private static final SecretName KEY = new SecretName("app/prod/key");
    private static final Instant MADE = Instant.parse("2026-11-29T12:00:00.000001Z");
    private static final SnapshotTerms TERMS =
            new SnapshotTerms("clinic", List.of(PREFIX), MADE, Duration.ofDays(1), "local");
    private static final SecureRandom RANDOM = new SecureRandom();

    private static byte[] write(SnapshotTerms terms) {
        try (SecretValue value = SecretValues.of(KEY, "canary".getBytes(StandardCharsets.UTF_8))) {
            return SnapshotFile.write(terms, List.of(value), new ContextKms().kek("key"), RANDOM);
        }
    }

    private static SecretSnapshot open(byte[] file) {
        return SnapshotFile.parse(file).open("clinic", new ContextKms().kek("key"), RANDOM);
    }

    @Test
    void written_opensToWhatItWas_andHoldsNoValueInClear() {
        byte[] file = write(TERMS);
        try (SecretSnapshot snapshot = open(file);
                SecretValue value = snapshot.get(KEY)) {
            assertThat(snapshot.terms()).isEqualTo(TERMS);
            assertThat(value.text()).isEqualTo("canary");
            assertThat(snapshot.names(PREFIX)).containsExactly(KEY);
        }
        assertThat(new String(file, StandardCharsets.ISO_8859_1))
                .doesNotContain("canary")
                .doesNotContain("app/prod/key");
        assertThat(write(TERMS)).isNotEqualTo(file);
    }

    @Test
    void anyByteThatIsAnother_isRefused() {
        byte[] file = write(TERMS);
        for (int i = 0; i < file.length; i++) {
            for (int mask : new int[] {1, 0x80}) {
                byte[] changed = file.clone();
                changed[i] ^= (byte) mask;
                assertThatThrownBy(() -> open(changed).close()).as("byte " + i).isInstanceOf(TegulaException.class);
            }
            byte[] cut = Arrays.copyOf(file, i);
            assertThatThrownBy(() -> open(cut).close()).as("cut at " + i).isInstanceOf(TegulaException.class);
        }
    }

    @Test
    void terms_outsideTheirGrammar_areRefused() {
        for (Duration age : List.of(Duration.ZERO, Duration.ofMillis(1500), Duration.ofDays(36_501))) {
            assertThatThrownBy(() -> new SnapshotTerms("clinic", List.of(PREFIX), MADE, age, "local"))
                    .isInstanceOf(MalformedException.class);
        }
        for (List<SecretName> prefixes : List.of(List.<SecretName>of(), List.of(KEY, PREFIX), List.of(KEY, KEY))) {
            assertThatThrownBy(() -> new SnapshotTerms("clinic", prefixes, MADE, Duration.ofDays(1), "local"))
                    .isInstanceOf(MalformedException.class);
        }
    }

    @Test
    void fresh_isFromItsFirstMomentToItsLast() {
        try (SecretSnapshot snapshot = open(write(TERMS))) {
            snapshot.requireFresh(MADE);
            snapshot.requireFresh(MADE.plus(Duration.ofDays(1)));
            for (Instant other :
                    List.of(MADE.minusNanos(1), MADE.plus(Duration.ofDays(1)).plusNanos(1))) {
                assertThatThrownBy(() -> snapshot.requireFresh(other)).isInstanceOf(RefusedException.class);
            }
        }
    }
}
