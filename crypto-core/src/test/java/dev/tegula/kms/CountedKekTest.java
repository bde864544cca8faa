package dev.tegula.kms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.Suite;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.CannotOpenException;
import dev.tegula.failure.DeniedException;
import dev.tegula.failure.FailureKind;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A counted KEK answers as the one behind it does, and counts each key once. */
final class CountedKekTest {

    private static final int KEYS = 3;

    private final LocalKms kms = new LocalKms();
    private final KmsCalls calls = new KmsCalls();
    private final Kek kek = new CountedKek(kms.kek("key"), calls);

    private static WrapContext context(int number) {
        return WrapContext.of(
                "test",
                Suite.XAES_256_GCM,
                Scope.data(FieldId.of("field.f" + number), TenantId.none()),
                KeyId.copyOf(new byte[KeyId.SIZE_BYTES]));
    }

    private static List<byte[]> roots() {
        return IntStream.range(0, KEYS).mapToObj(i -> root(i)).toList();
    }

    private static byte[] root(int number) {
        byte[] root = new byte[32];
        root[0] = (byte) number;
        return root;
    }

    private static List<WrapContext> contexts() {
        return IntStream.range(0, KEYS).mapToObj(CountedKekTest::context).toList();
    }

    private List<BoundKey> bound(List<KekResult<WrappedKey>> wrapped) {
        assertThat(wrapped).hasSize(KEYS);
        return IntStream.range(0, KEYS)
                .mapToObj(i -> new BoundKey(wrapped.get(i).get(), context(i)))
                .toList();
    }

    private void requireRoots(List<BoundKey> keys) {
        List<KekResult<byte[]>> roots = kek.unwrapAll(keys);
        assertThat(roots).hasSize(KEYS);
        for (int i = 0; i < KEYS; i++) {
            assertThat(roots.get(i).get()).isEqualTo(root(i));
        }
    }

    @Test
    void manyKeys_wrappedAndWrappedAnew_openAndCountEach() {
        long began = System.nanoTime();

        List<BoundKey> wrapped = bound(kek.wrapAll(roots(), contexts()));
        assertThat(calls.answered()).isEqualTo(KEYS);
        List<BoundKey> newer = bound(kek.rewrapAll(wrapped));
        assertThat(calls.answered()).isEqualTo(2 * KEYS);
        List<BoundKey> moved = bound(kek.rewrapAllFrom(new CountedKek(kms.kek("other"), new KmsCalls()), newer));
        assertThat(calls.answered()).isEqualTo(3 * KEYS);
        requireRoots(moved);
        assertThat(calls.answered()).isEqualTo(4 * KEYS);

        assertThat(calls.failed()).isZero();
        assertThat(calls.trouble()).isEmpty();
        assertThat(calls.time()).isPositive().isLessThanOrEqualTo(Duration.ofNanos(System.nanoTime() - began));
    }

    @Test
    void manyKeys_ofWhichOneDoesNotOpen_areAllAnswers() {
        List<BoundKey> wrapped = bound(kek.wrapAll(roots(), contexts()));
        BoundKey strange = new BoundKey(wrapped.get(0).wrapped(), context(1));

        List<KekResult<byte[]>> roots = kek.unwrapAll(List.of(wrapped.get(0), strange));

        assertThat(roots.get(1).failure()).isInstanceOf(CannotOpenException.class);
        assertThat(calls.answered()).isEqualTo(KEYS + 2);
        assertThat(calls.failed()).isZero();
    }

    @Test
    void manyKeys_denied_countWhatWasTried() {
        List<BoundKey> wrapped = bound(kek.wrapAll(roots(), contexts()));
        kms.fail(new DeniedException("no"));

        long tried = kek.unwrapAll(wrapped).stream().filter(KekResult::tried).count();

        assertThat(calls.failed()).isEqualTo(tried).isPositive();
        assertThat(calls.trouble()).contains(FailureKind.of(new DeniedException("no")));
    }

    @Test
    void manyKeys_whoseCallIsRefusedAsAWhole_countOneFailureWithItsTime() {
        long began = System.nanoTime();

        assertThatThrownBy(() -> kek.wrapAll(roots(), contexts().subList(1, KEYS)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("3 roots need as many contexts, not 2");

        assertThat(calls.failed()).isEqualTo(1);
        assertThat(calls.time()).isLessThanOrEqualTo(Duration.ofNanos(System.nanoTime() - began));
    }

    @Test
    void oneKey_countsTheTimeOfItsCall() {
        long began = System.nanoTime();

        kek.unwrap(kek.wrap(root(1), context(1)), context(1));

        assertThat(calls.answered()).isEqualTo(2);
        assertThat(calls.time()).isPositive().isLessThanOrEqualTo(Duration.ofNanos(System.nanoTime() - began));
    }

    @Test
    void result_ofNull_isAFailureThatNamesTheKek() {
        KekResult<byte[]> none = KekResult.calling(() -> null);
        KekResult<byte[]> some = KekResult.of(root(1));
        KekResult<byte[]> denied = KekResult.failed(new DeniedException("no"));

        assertThatThrownBy(() -> none.answered("main", "unwrap").get()).hasMessageContaining("`main`");
        assertThat(some.answered("main", "unwrap").get()).isEqualTo(root(1));
        assertThat(denied.answered("main", "unwrap")).isSameAs(denied);
        assertThat(Stream.of(some, denied).map(KekResult::toString))
                .containsExactly("KekResult[an answer]", "KekResult[" + new DeniedException("no").code() + "]");
    }
}
