package dev.tegula;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.blindindex.BlindIndex;
import dev.tegula.blindindex.DigitsOnly;
import dev.tegula.blindindex.Exact;
import dev.tegula.blindindex.IndexPart;
import dev.tegula.blindindex.IndexSpec;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Purpose;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.IntegrityException;
import dev.tegula.failure.MalformedException;
import dev.tegula.failure.RefusedException;
import dev.tegula.kms.LocalKms;
import dev.tegula.registry.InMemoryKeyRegistry;
import dev.tegula.registry.KeyLifecycle;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyUses;
import dev.tegula.value.ValueCodecs;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FieldIndexTest {

    private static final Context NONE = Context.noTenant();
    private static final String VALUE = "CANARY-7f2e-123-45-6789";

    private final InMemoryKeyRegistry registry = new InMemoryKeyRegistry();
    private final Tegula tegula = engine();
    private final FieldIndex<String> ssn = tegula.blindIndex("patient.ssn", String.class);

    @AfterEach
    void close() {
        tegula.close();
    }

    private Tegula engine() {
        return Tegula.builder("test")
                .kek("main", new LocalKms(), "main")
                .registry(registry)
                .development()
                .build();
    }

    private byte[] stored(FieldIndex<String> index, String value, Context context) {
        return index.compute(value, context).bytes();
    }

    @Test
    void compute_ofEqualValues_isEqualAndFound() {
        byte[] stored = stored(ssn, VALUE, NONE);

        assertThat(stored).hasSize(32).isEqualTo(stored(ssn, VALUE, NONE));
        assertThat(List.of(ssn.lookUp(VALUE, NONE))).containsExactly(stored);
        assertThat(stored(ssn, "other", NONE)).isNotEqualTo(stored);
        ssn.verify(stored, VALUE, NONE);
    }

    @Test
    void compute_ofAKey_isOfPurposeIndex() {
        stored(ssn, VALUE, NONE);

        assertThat(registry.all())
                .extracting(row -> row.scope().purpose())
                .containsExactlyInAnyOrder(Purpose.REGISTRY, Purpose.INDEX);
    }

    @Test
    void compute_ofNull_isNull() {
        assertThat(ssn.compute(null, NONE)).isNull();
        ssn.verify(null, null, NONE);
        assertThatThrownBy(() -> ssn.lookUp(null, NONE)).isInstanceOf(NullPointerException.class);
    }

    @Test
    void verify_ofAnythingElse_isRefusedWithoutTheValue() {
        byte[] stored = stored(ssn, VALUE, NONE);
        byte[] flipped = stored.clone();
        flipped[31] ^= 1;

        refused(() -> ssn.verify(stored(ssn, "victim", NONE), VALUE, NONE));
        refused(() -> ssn.verify(flipped, VALUE, NONE));
        refused(() -> ssn.verify(Arrays.copyOf(stored, 16), VALUE, NONE));
        refused(() -> ssn.verify(new byte[0], VALUE, NONE));
        refused(() -> ssn.verify(null, VALUE, NONE));
        refused(() -> ssn.verify(stored, null, NONE));
    }

    private static void refused(ThrowingCallable work) {
        assertThatThrownBy(work)
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("patient.ssn")
                .hasMessageNotContaining("CANARY");
    }

    @Test
    void compute_ofAnotherParameter_isAnotherIndex() {
        IndexSpec<String> plain = IndexSpec.of("patient.ssn", String.class);
        IndexSpec<String> digits = IndexSpec.of("patient.ssn", String.class, new DigitsOnly());

        assertThat(List.of(
                        stored(ssn, "123", NONE),
                        stored(tegula.blindIndex(plain.named("two")), "123", NONE),
                        stored(tegula.blindIndex(digits), "123", NONE),
                        stored(tegula.blindIndex(plain.withKeyPerTenant()), "123", Context.tenant("a")),
                        stored(tegula.blindIndex(plain.withKeyPerTenant()), "123", Context.tenant("b"))))
                .map(Arrays::toString)
                .doesNotHaveDuplicates();
    }

    @Test
    void compute_cutTo20Bits_isNoPrefixOfTheWhole() {
        byte[] cut = stored(
                tegula.blindIndex(IndexSpec.of("patient.ssn", String.class).cutTo(20)), VALUE, NONE);

        assertThat(cut).hasSize(3);
        assertThat(cut[2] & 0x0f).isZero();
        assertThat(Arrays.copyOf(cut, 2)).isNotEqualTo(Arrays.copyOf(stored(ssn, VALUE, NONE), 2));
    }

    @Test
    void compute_withoutOrWithTooManyTenants_isRefused() {
        FieldIndex<String> each =
                tegula.blindIndex(IndexSpec.of("patient.ssn", String.class).withKeyPerTenant());

        assertThatThrownBy(() -> each.compute(VALUE, NONE)).isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> each.lookUp(VALUE, NONE)).isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> ssn.compute(VALUE, Context.tenant("a"))).isInstanceOf(MalformedException.class);
    }

    @Test
    void compute_ofSeveralValues_isNullWhereOneIs() {
        FieldIndex<List<?>> born = tegula.blindIndex(IndexSpec.ofAll(List.of(
                new IndexPart(FieldId.of("patient.last_name"), ValueCodecs.of(String.class), new Exact()),
                new IndexPart(FieldId.of("patient.born"), ValueCodecs.of(LocalDate.class), new Exact()))));
        List<?> whole = List.of("Ferreira", LocalDate.of(1815, 12, 10));
        List<?> half = Arrays.asList("Ferreira", null);

        assertThat(List.of(born.lookUp(whole, NONE)))
                .containsExactly(born.compute(whole, NONE).bytes());
        assertThat(born.compute(half, NONE)).isNull();
        born.verify(null, half, NONE);
        assertThatThrownBy(() -> born.lookUp(half, NONE)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void lookUp_withAPendingKey_looksUnderBoth() {
        byte[] stored = stored(ssn, VALUE, NONE);
        Scope scope = Scope.index(FieldId.of("patient.ssn"), TenantId.none());
        KeyLifecycle lifecycle = tegula.lifecycle(row -> new KeyUses.Uses(new TreeMap<>(), List.of(), true));
        KeyRow second = lifecycle.prepareNextIndex(scope, "main").row();
        lifecycle.backup(List.of(second.keyId()), rows -> {});
        tegula.keyring().forget();

        assertThat(List.of(ssn.lookUp(VALUE, NONE))).hasSize(2).contains(stored);
        assertThat(stored(ssn, VALUE, NONE)).isEqualTo(stored);
        ssn.verify(stored, VALUE, NONE);
        assertThatThrownBy(() -> lifecycle.activate(second.keyId()))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("blind index");
        byte[] next = ssn.computeNext(VALUE, NONE).bytes();
        assertThat(Arrays.copyOf(next, 32))
                .as("names the key that waits")
                .isEqualTo(second.keyId().bytes());
        ssn.verifyNext(next, VALUE, NONE);
        ssn.verifyNext(null, VALUE, NONE);
        assertThat(ssn.computeNext(null, NONE)).isNull();
        refused(() -> ssn.verifyNext(next, "victim", NONE));
        refused(() -> ssn.verifyNext(next, null, NONE));
        refused(() -> ssn.verifyNext(Arrays.copyOf(next, 32), VALUE, NONE));
        next[63] ^= 1;
        refused(() -> ssn.verifyNext(next, VALUE, NONE));

        lifecycle.activateNextIndex(second.keyId());
        tegula.keyring().forget();
        assertThat(stored(ssn, VALUE, NONE))
                .isEqualTo(Arrays.copyOfRange(ssn.computeNext(VALUE, NONE).bytes(), 32, 64));
        ssn.verify(stored, VALUE, NONE);
    }

    @Test
    void computeNext_underTheFirstKey_isNull() {
        stored(ssn, VALUE, NONE);

        assertThat(ssn.computeNext(VALUE, NONE)).isNull();
    }

    @Test
    void blindIndex_ofAValueToLookFor_hasNoBytesAndShowsNothing() {
        BlindIndex wanted = BlindIndex.of(VALUE);

        assertThat(wanted.toString()).doesNotContain("CANARY");
        assertThat(wanted.value()).isEqualTo(VALUE);
        assertThatThrownBy(wanted::bytes).isInstanceOf(IllegalStateException.class);
        assertThat(ssn.compute(VALUE, NONE)).isNotEqualTo(wanted).hasToString("BlindIndex[32 bytes]");
    }
}
