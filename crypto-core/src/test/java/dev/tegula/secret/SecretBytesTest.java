package dev.tegula.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.envelope.Tuple;
import dev.tegula.failure.MalformedException;
import dev.tegula.failure.ValueException;
import dev.tegula.value.Inner;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Bytes that are genuine and still none of a secret; and values that are not to be stored any more. */
final class SecretBytesTest {

    private static final SecretName KEY = new SecretName("app/prod/key");
    private static final SnapshotTerms TERMS = new SnapshotTerms(
            "clinic", List.of(new SecretName("app/prod")), Instant.EPOCH, Duration.ofDays(1), "local");

    private static byte[] entry(String name, long version, int items) {
        byte[][] all = {name.getBytes(StandardCharsets.US_ASCII), Tuple.number(version), new byte[0], {'x'}, new byte[0]
        };
        byte[][] some = new byte[items][];
        System.arraycopy(all, 0, some, 0, items);
        return Tuple.of(some);
    }

    @Test
    void sealedNull_isATypedFailure() {
        byte[] inner = Inner.encode(HeldValue.BYTES, null, 0);
        assertThatThrownBy(() -> HeldValue.decoded(inner))
                .isInstanceOf(ValueException.class)
                .hasMessageContaining("sealed NULL");
    }

    @Test
    void contentOfASnapshot_ofAnyOtherForm_isATypedFailure() {
        assertThat(SnapshotContent.read(Tuple.of(entry("app/prod/key", 1, 4)), TERMS))
                .containsOnlyKeys(KEY);
        List<byte[]> others = List.of(
                new byte[0],
                new byte[] {0, 0, 0},
                Tuple.of(new byte[0]),
                Tuple.of(entry("app/prod/key", 1, 3)),
                Tuple.of(entry("app/prod/key", 1, 5)),
                Tuple.of(entry("app/prod/key", 0, 4)),
                Tuple.of(entry("App", 1, 4)),
                Tuple.of(entry("app/test/key", 1, 4)),
                Tuple.of(entry("app/prod/key", 1, 4), entry("app/prod/key", 1, 4)),
                Tuple.of(entry("app/prod/key", 1, 4), entry("app/prod/early", 1, 4)));
        for (byte[] other : others) {
            assertThatThrownBy(() -> SnapshotContent.read(other, TERMS)).isInstanceOf(MalformedException.class);
        }
    }

    @Test
    void closedBatch_takesNothingAndIsNotStored() {
        SecretBatch batch = new SecretBatch();
        batch.put(KEY, new byte[] {'x'}, SecretChange.by("alice"));
        batch.close();
        assertThatThrownBy(() -> batch.put(new SecretName("app/prod/a"), new byte[1], SecretChange.by("alice")))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> batch.delete(new SecretName("app/prod/a"), SecretChange.by("alice")))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(batch::changes).isInstanceOf(IllegalStateException.class);
    }
}
