package dev.tegula.test;

import static dev.tegula.test.KmsAbility.DENY;
import static dev.tegula.test.KmsAbility.NEW_VERSION;
import static dev.tegula.test.KmsAbility.OUTAGE;
import static dev.tegula.test.KmsAbility.REFUSE_OLD_VERSIONS;
import static dev.tegula.test.KmsAbility.REFUSE_UNKNOWN_KEYS;
import static dev.tegula.test.KmsAbility.VERSION_NAMES;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.DeniedException;
import dev.tegula.kms.BoundKey;
import dev.tegula.kms.Kek;
import dev.tegula.kms.KekFinding;
import dev.tegula.kms.KekProbe;
import dev.tegula.kms.KekResult;
import dev.tegula.kms.KekStatus;
import dev.tegula.kms.WrapContext;
import dev.tegula.kms.WrappedKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/**
 * What every KMS adapter does. Subclass it, give it a {@link KmsFixture}, and run it against the real service. A gap
 * that the fixture declares is run all the same: it is printed and the test counts as skipped while it fails, and the
 * test fails once it works, so that the declaration is struck.
 */
public abstract class KmsContract extends BindingContract {

    private static final int CALLERS = 8;
    private static final int CALLS_EACH = 20;
    /** More than a service takes in one call. */
    private static final int MANY = 150;

    private static final int FORGED = 3;
    private static final int ELSEWHERE = 140;

    /** For subclasses. */
    protected KmsContract() {}

    @Test
    final void rewrap_newestVersionAlready_keepsTheRoot() {
        WrappedKey again = kek.rewrap(kek.wrap(root, context), context);

        assertArrayEquals(root, kek.unwrap(again, context));
        assertEquals(Contexts.keyId(root), Contexts.keyId(kek.unwrap(again, context)));
    }

    @Test
    final void rewrap_afterANewVersion_keepsRootAndKeyId() throws Throwable {
        needing(NEW_VERSION, () -> {
            WrappedKey old = kek.wrap(root, context);
            fixture.addVersion();
            WrappedKey moved = kek.rewrap(old, context);

            assertFalse(Arrays.equals(old.bytes(), moved.bytes()), "rewrap gave the same bytes");
            assertEquals(Contexts.keyId(root), Contexts.keyId(kek.unwrap(moved, context)));
            assertArrayEquals(root, kek.unwrap(old, context), "the old version still opens");
        });
    }

    @Test
    final void rewrap_afterANewVersion_namesIt() throws Throwable {
        needing(VERSION_NAMES, () -> {
            WrappedKey old = kek.wrap(root, context);
            assertEquals(kek.status().newestVersion(), old.kekVersion());
            fixture.addVersion();
            String next = kek.status().newestVersion();

            assertNotEquals(old.kekVersion(), next);
            assertEquals(next, kek.rewrap(old, context).kekVersion());
            assertEquals(next, kek.wrap(root, context).kekVersion());
        });
    }

    @Test
    final void rewrapFrom_otherKek_movesTheRoot() {
        Kek other = fixture.otherKek();
        WrappedKey moved = other.rewrapFrom(kek, kek.wrap(root, context), context);

        assertArrayEquals(root, other.unwrap(moved, context));
        Refused.assertRefused("the KEK it came from", Refused.FOREIGN, () -> kek.unwrap(moved, context));
    }

    @Test
    final void rewrapFrom_anotherService_movesTheRoot() {
        try (MemoryKms elsewhere = MemoryKms.create()) {
            Kek there = elsewhere.kek("elsewhere");
            WrappedKey away = there.rewrapFrom(kek, kek.wrap(root, context), context);
            WrappedKey back = kek.rewrapFrom(there, away, context);

            assertArrayEquals(root, kek.unwrap(back, context));
        }
    }

    @Test
    final void unwrap_afterOldVersionsWereRefused_isDeniedNotUnavailable() throws Throwable {
        needing(REFUSE_OLD_VERSIONS, () -> {
            WrappedKey old = kek.wrap(root, context);
            fixture.addVersion();
            WrappedKey moved = kek.rewrap(old, context);
            fixture.refuseOldVersions();

            assertThrows(DeniedException.class, () -> kek.unwrap(old, context), "unwrap");
            assertThrows(DeniedException.class, () -> kek.rewrap(old, context), "rewrap");
            assertArrayEquals(root, kek.unwrap(moved, context), "the newest version still opens");
        });
    }

    @Test
    final void anyUse_afterDenial_isDeniedNotUnavailable() throws Throwable {
        needing(DENY, () -> {
            WrappedKey old = kek.wrap(root, context);
            fixture.deny();

            assertThrows(DeniedException.class, () -> kek.unwrap(old, context), "unwrap");
            assertThrows(DeniedException.class, () -> kek.rewrap(old, context), "rewrap");
            assertThrows(DeniedException.class, () -> kek.wrap(root, context), "wrap");
            List<BoundKey> many = Collections.nCopies(CALLERS, new BoundKey(old, context));
            assertThrows(DeniedException.class, () -> kek.unwrapAll(many).get(0).get(), "unwrapAll");
            assertFalse(usable(() -> kek), "status says usable");
        });
    }

    @Test
    final void wrap_keyThatDoesNotExist_isRefusedAndMakesNone() throws Throwable {
        needing(REFUSE_UNKNOWN_KEYS, () -> {
            String unknown = "tegula-contract-no-such-key";
            for (String time : List.of("first call", "second call")) {
                Refused.assertRefused(
                        time + ", wrap", Refused.UNKNOWN, () -> kms.kek(unknown).wrap(root, context));
                Refused.assertRefused(
                        time + ", probe", Refused.UNKNOWN, () -> KekProbe.check("main", kms.kek(unknown)));
                assertFalse(usable(() -> kms.kek(unknown)), time + ": status says usable");
            }
        });
    }

    @Test
    final void anyUse_serviceGone_isUnavailableInTime() throws Throwable {
        needing(OUTAGE, () -> {
            WrappedKey old = kek.wrap(root, context);
            fixture.cut();

            Refused.assertUnavailable(() -> kek.unwrap(old, context));
            Refused.assertUnavailable(() -> kek.wrap(root, context));
            Refused.assertUnavailable(() -> kek.rewrap(old, context));
        });
    }

    @Test
    final void status_ofAGoodKek_isUsableWithoutWrongFindings() {
        KekStatus status = kek.status();

        assertTrue(status.usable(), status::detail);
        assertFalse(status.newestVersion().isBlank());
        assertFalse(status.detail().isBlank());
        List<KekFinding> wrong = status.findings().stream()
                .filter(finding -> finding.grade() == KekFinding.Grade.WRONG)
                .toList();
        assertEquals(List.of(), wrong);
    }

    @Test
    final void calls_ofManyThreads_eachGetTheirOwnRoot() throws Exception {
        ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
        try {
            List<Callable<Void>> work =
                    IntStream.range(0, CALLERS).mapToObj(this::caller).toList();
            for (Future<Void> done : callers.invokeAll(work, Refused.BOUND.toSeconds(), TimeUnit.SECONDS)) {
                assertFalse(done.isCancelled(), "calls took longer than " + Refused.BOUND);
                done.get();
            }
        } finally {
            callers.shutdownNow();
        }
    }

    private Callable<Void> caller(int number) {
        return () -> {
            byte[] own = root.clone();
            own[0] = (byte) number;
            for (int call = 0; call < CALLS_EACH; call++) {
                own[1] = (byte) call;
                WrapContext of = Contexts.of(own);
                WrappedKey wrapped = kek.rewrap(kek.wrap(own, of), of);
                assertArrayEquals(own, kek.unwrap(wrapped, of), "thread " + number + ", call " + call);
            }
            return null;
        };
    }

    @Test
    final void manyAtOnce_oneIsForgedAndOneOfAnotherContext_theOthersComeInOrder() {
        List<byte[]> roots = IntStream.range(0, MANY).mapToObj(this::numbered).toList();
        List<WrapContext> contexts = roots.stream().map(Contexts::of).toList();
        List<BoundKey> wrapped = new ArrayList<>();
        List<KekResult<WrappedKey>> answers = kek.wrapAll(roots, contexts);
        for (int at = 0; at < MANY; at++) {
            wrapped.add(new BoundKey(answers.get(at).get(), contexts.get(at)));
        }
        byte[] forged = wrapped.get(FORGED).wrapped().bytes();
        forged[forged.length - 1] ^= 1;
        wrapped.set(
                FORGED,
                new BoundKey(
                        WrappedKey.copyOf(forged, wrapped.get(FORGED).wrapped().kekVersion()), contexts.get(FORGED)));
        wrapped.set(ELSEWHERE, new BoundKey(wrapped.get(ELSEWHERE).wrapped(), contexts.get(FORGED)));

        assertMany("unwrapAll", roots, kek.unwrapAll(wrapped));
        List<KekResult<WrappedKey>> again = kek.rewrapAll(wrapped);
        assertMany("rewrapAll", roots, unwrapped(kek, again, contexts));
        Kek other = fixture.otherKek();
        assertMany("rewrapAllFrom", roots, unwrapped(other, other.rewrapAllFrom(kek, wrapped), contexts));
    }

    /** What was moved is opened again; a failure stays in its place. */
    private static List<KekResult<byte[]>> unwrapped(
            Kek kek, List<KekResult<WrappedKey>> moved, List<WrapContext> contexts) {
        List<KekResult<byte[]>> roots = new ArrayList<>();
        for (int at = 0; at < moved.size(); at++) {
            WrapContext of = contexts.get(at);
            roots.add(moved.get(at).map(key -> kek.unwrap(key, of)));
        }
        return roots;
    }

    private void assertMany(String what, List<byte[]> roots, List<KekResult<byte[]>> results) {
        assertEquals(MANY, results.size(), what);
        for (int at = 0; at < MANY; at++) {
            KekResult<byte[]> result = results.get(at);
            if (at == FORGED || at == ELSEWHERE) {
                Refused.assertRefused(what + ", key " + at, Refused.ADDRESS, result::get);
                assertTrue(result.tried(), what + ", key " + at);
            } else {
                assertArrayEquals(roots.get(at), result.get(), what + ", key " + at);
            }
        }
    }

    private byte[] numbered(int number) {
        byte[] own = root.clone();
        own[0] = (byte) number;
        own[1] = (byte) (number >> 8);
        return own;
    }

    @Test
    final void anyUse_afterClose_isRefused() {
        WrappedKey wrapped = kek.wrap(root, context);
        kms.close();
        kms.close();

        assertThrows(IllegalStateException.class, () -> kek.wrap(root, context), "wrap");
        assertThrows(IllegalStateException.class, () -> kek.unwrap(wrapped, context), "unwrap");
        assertThrows(IllegalStateException.class, () -> kek.rewrap(wrapped, context), "rewrap");
        assertThrows(IllegalStateException.class, kek::status, "status");
    }

    @Test
    final void failuresDescriptionsAndLogs_quoteNoSecret() throws Exception {
        if (!Said.readsLog()) {
            print("the log is not looked at: Logback is not what logs here");
        }
        try (Said said = Said.listen()) {
            WrappedKey wrapped = kek.wrap(root, context);
            WrappedKey moved = kek.rewrap(wrapped, context);
            WrappedKey foreign = fixture.otherKek().wrap(root, context);
            byte[] changed = wrapped.bytes();
            changed[changed.length - 1] ^= 1;
            WrappedKey forged = WrappedKey.copyOf(changed, wrapped.kekVersion());
            WrapContext other = Contexts.others(root).values().iterator().next();
            said.add(kek.unwrap(moved, context).length);
            said.failure("a foreign KEK", () -> kek.unwrap(foreign, context));
            said.failure("a changed byte", () -> kek.unwrap(forged, context));
            said.failure("another context", () -> kek.unwrap(wrapped, other));
            said.failure("another context", () -> kek.rewrap(wrapped, other));
            said.failure("a long root", () -> kek.wrap(Arrays.copyOf(root, 33), context));
            for (Object thing : List.of(kms, kek, wrapped, foreign, context, kek.status(), fixture.otherKek())) {
                said.add(thing);
            }
            if (!fixture.gaps().containsKey(DENY)) {
                fixture.deny();
                said.failure("a denied key", () -> kek.unwrap(wrapped, context));
                said.failure("a denied key", () -> kek.wrap(root, context));
            }
            if (!fixture.gaps().containsKey(OUTAGE)) {
                fixture.cut();
                said.failure("a service that is gone", () -> kek.unwrap(wrapped, context));
            }
            said.assertWithout("the root", root);
            said.assertWithout("a wrapped key", wrapped.bytes());
            said.assertWithout("the tenant", Contexts.TENANT);
            fixture.secrets().forEach(secret -> said.assertWithout("a secret of the fixture", secret));
        }
    }

    private static boolean usable(Supplier<Kek> kek) {
        try {
            return kek.get().status().usable();
        } catch (DeniedException | ConfigurationException e) {
            return false;
        }
    }

    private void needing(KmsAbility ability, Executable body) throws Throwable {
        Map<KmsAbility, String> gaps = fixture.gaps();
        String reason = gaps.get(ability);
        if (reason == null) {
            body.execute();
            return;
        }
        try {
            body.execute();
        } catch (Throwable stillMissing) {
            print(kms.provider() + " lacks " + ability + ": " + reason);
            Assumptions.abort(ability + ": " + reason);
        }
        fail(ability + " is declared a gap (" + reason + "), but it works: strike it from gaps()");
    }

    /** A reason to skip is in no output of Maven. */
    private void print(String line) {
        System.out.println(getClass().getSimpleName() + ": " + line);
    }
}
