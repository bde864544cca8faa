package dev.tegula.keyring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.ThrottledException;
import dev.tegula.kms.BranchMode;
import dev.tegula.kms.Kek;
import dev.tegula.kms.KekStatus;
import dev.tegula.kms.Keks;
import dev.tegula.kms.WrapContext;
import dev.tegula.kms.WrappedKey;
import dev.tegula.registry.KeyLifecycle;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyUses;
import dev.tegula.registry.KeyWrapping;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Instances that start at once against a KMS that answers so many calls a second, under a clock that the test turns. */
final class ThrottledFleetTest extends KeyringLab {

    private static final int INSTANCES = 5;
    private static final int KEYS = 100;
    private static final int CALLS_A_SECOND = 50;

    private final Limited limited = new Limited(kms.kek("main"));
    private final List<Keyring> fleet = new ArrayList<>();
    private final IdentityHashMap<Keyring, Set<KeyRow>> open = new IdentityHashMap<>();

    private List<KeyRow> keys(BranchMode mode) {
        Keks bound = Keks.of(Map.of("main", new Keks.Binding(limited, List.of("*"), true, mode)));
        KeyWrapping wrapping = new KeyWrapping("test", bound);
        KeyLifecycle lifecycle = new KeyLifecycle(
                stored,
                seal,
                wrapping,
                row -> new KeyUses.Uses(new TreeMap<>(), List.of(), true),
                InstantSource.system());
        limited.perSecond = Integer.MAX_VALUE;
        List<KeyRow> rows = IntStream.range(0, KEYS)
                .mapToObj(i -> lifecycle.provide(
                        Scope.data(FieldId.of("many.field" + i % 5), TenantId.of("t" + i / 5)), "main"))
                .toList();
        pass(Duration.ofSeconds(1));
        limited.perSecond = CALLS_A_SECOND;
        limited.answered = 0;
        for (int i = 0; i < INSTANCES; i++) {
            Keyring instance = new Keyring(
                    registry,
                    seal,
                    wrapping,
                    KeyringSettings.defaults(),
                    scope -> {
                        throw new IllegalStateException("All have keys");
                    },
                    "instance" + i,
                    new SecureRandom(),
                    nanos::get,
                    new BackgroundByHand());
            fleet.add(instance);
            open.put(instance, new HashSet<>());
        }
        return rows;
    }

    /** One round of every instance over all of its keys; returns how many reads were refused. */
    private int round(List<KeyRow> rows) {
        int refused = 0;
        for (Keyring instance : fleet) {
            for (KeyRow row : rows) {
                try {
                    instance.reader(row.keyId(), row.scope());
                    open.get(instance).add(row);
                } catch (ThrottledException e) {
                    assertThat(open.get(instance))
                            .as("a key that is open is served")
                            .doesNotContain(row);
                    refused++;
                }
            }
        }
        return refused;
    }

    private int opened() {
        return open.values().stream().mapToInt(Set::size).sum();
    }

    @Test
    void start_withABranchKey_allServeInTheFirstSecondByACallEach() {
        List<KeyRow> rows = keys(BranchMode.KEK);
        assertThat(round(rows)).isZero();
        assertThat(limited.answered).isEqualTo(INSTANCES);
        assertThat(opened()).isEqualTo(INSTANCES * KEYS);
        fleet.forEach(Keyring::close);
    }

    /** As many as the KMS answers are opened each second and stay open; the others fail by a word of their own. */
    @Test
    void start_withoutBranchKeys_opensAsManyASecondAsTheKmsAnswersAndServesThose() {
        List<KeyRow> rows = keys(BranchMode.NONE);
        int seconds = 0;
        int before = 0;
        while (round(rows) > 0) {
            assertThat(opened() - before).as("keys in second " + seconds).isEqualTo(CALLS_A_SECOND);
            before = opened();
            pass(Duration.ofSeconds(1));
            seconds++;
        }
        assertThat(seconds).isEqualTo(INSTANCES * KEYS / CALLS_A_SECOND - 1);
        assertThat(limited.answered).isEqualTo(INSTANCES * KEYS);
        assertThat(fleet)
                .allSatisfy(instance -> assertThat(instance.state().opened()).isEqualTo(KEYS));
        fleet.forEach(Keyring::close);
    }

    /** Refuses what comes above its limit, as AWS KMS does with ThrottlingException. */
    private final class Limited implements Kek {

        private final Kek real;
        int perSecond;
        int answered;
        private long second = Long.MIN_VALUE;
        private int inSecond;

        Limited(Kek real) {
            this.real = real;
        }

        private void call() {
            long now = Math.floorDiv(nanos.get(), 1_000_000_000L);
            inSecond = now == second ? inSecond : 0;
            second = now;
            if (inSecond == perSecond) {
                throw new ThrottledException("Rate exceeded");
            }
            inSecond++;
            answered++;
        }

        @Override
        public String provider() {
            return real.provider();
        }

        @Override
        public String key() {
            return real.key();
        }

        @Override
        public WrappedKey wrap(byte[] root, WrapContext context) {
            call();
            return real.wrap(root, context);
        }

        @Override
        public byte[] unwrap(WrappedKey wrapped, WrapContext context) {
            call();
            return real.unwrap(wrapped, context);
        }

        @Override
        public WrappedKey rewrap(WrappedKey wrapped, WrapContext context) {
            call();
            return real.rewrap(wrapped, context);
        }

        @Override
        public KekStatus status() {
            return real.status();
        }
    }
}
