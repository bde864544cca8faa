package dev.tegula.test;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tegula.failure.CannotOpenException;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.MalformedException;
import dev.tegula.kms.Kek;
import dev.tegula.kms.KekProbe;
import dev.tegula.kms.Kms;
import dev.tegula.kms.WrapContext;
import dev.tegula.kms.WrappedKey;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What a wrapped key is bound to: the part of {@link KmsContract} that one call and its answer show. */
abstract class BindingContract {

    final byte[] root = new byte[32];
    KmsFixture fixture;
    Kms kms;
    Kek kek;
    WrapContext context;

    /** Assigned for each test. */
    @SuppressWarnings("NullAway.Init")
    BindingContract() {}

    /** A fixture of its own for each test. */
    protected abstract KmsFixture open() throws Exception;

    @BeforeEach
    final void openFixture() throws Exception {
        fixture = open();
        kms = fixture.kms();
        kek = fixture.kek();
        new SecureRandom().nextBytes(root);
        context = Contexts.of(root);
    }

    @AfterEach
    @SuppressWarnings("NullAway") // open() may have failed
    final void closeFixture() throws Exception {
        if (fixture != null) {
            fixture.close();
        }
    }

    @Test
    final void unwrap_sameContext_givesTheRootBack() {
        assertArrayEquals(root, kek.unwrap(kek.wrap(root, context), context));
    }

    @Test
    final void wrap_theCallersArray_isLeftAlone() {
        byte[] before = root.clone();
        WrappedKey wrapped = kek.wrap(root, context);
        assertArrayEquals(before, root, "the caller wipes it, not the adapter");

        Arrays.fill(kek.unwrap(wrapped, context), (byte) 0);
        assertArrayEquals(before, kek.unwrap(wrapped, context), "each answer is an array of its own");
    }

    @Test
    final void wrap_twice_givesDifferentBytesThatHoldNoRoot() {
        WrappedKey first = kek.wrap(root, context);
        WrappedKey second = kek.wrap(root, context);

        assertNotEquals(first, second, "wrapping is randomised");
        assertFalse(Refused.holds(first.bytes(), root), "the root stands in the wrapped key");
    }

    @Test
    final void unwrap_byAnotherObjectOfTheKek_givesTheRootBack() {
        WrappedKey wrapped = kek.wrap(root, context);
        WrappedKey stored = WrappedKey.copyOf(wrapped.bytes(), wrapped.kekVersion());

        assertArrayEquals(root, kms.kek(kek.key()).unwrap(stored, context));
    }

    @Test
    final void names_ofServiceAndKey_agree() {
        assertEquals(kms.provider(), kek.provider());
        assertTrue(kms.provider().matches("[a-z0-9-]+"), () -> "a provider is [a-z0-9-]+: " + kms.provider());
        assertFalse(kek.key().isBlank());
        assertFalse(kek.wrap(root, context).kekVersion().isBlank());
    }

    @TestFactory
    final Stream<DynamicTest> unwrap_oneComponentOfTheContextChanged_cannotOpen() {
        WrappedKey wrapped = kek.wrap(root, context);
        return Contexts.others(root).entrySet().stream()
                .map(other -> DynamicTest.dynamicTest(other.getKey(), () -> {
                    assertThrows(CannotOpenException.class, () -> kek.unwrap(wrapped, other.getValue()), "unwrap");
                    assertThrows(CannotOpenException.class, () -> kek.rewrap(wrapped, other.getValue()), "rewrap");
                    Kek next = fixture.otherKek();
                    assertThrows(
                            CannotOpenException.class,
                            () -> next.rewrapFrom(kek, wrapped, other.getValue()),
                            "rewrapFrom");
                }));
    }

    @Test
    final void unwrap_wrappedByAnotherKek_isRefused() {
        WrappedKey foreign = fixture.otherKek().wrap(root, context);

        Refused.assertRefused("unwrap", Refused.FOREIGN, () -> kek.unwrap(foreign, context));
        Refused.assertRefused("rewrap", Refused.FOREIGN, () -> kek.rewrap(foreign, context));
    }

    @Test
    final void unwrap_anyByteChanged_cannotOpen() {
        WrappedKey wrapped = kek.wrap(root, context);
        for (int i = 0; i < wrapped.bytes().length; i++) {
            byte[] changed = wrapped.bytes();
            changed[i] ^= 1;
            WrappedKey forged = WrappedKey.copyOf(changed, wrapped.kekVersion());
            String where = "byte " + i + " of " + changed.length;
            if (i < fixture.addressBytes()) {
                Refused.assertRefused(where, Refused.ADDRESS, () -> kek.unwrap(forged, context));
            } else {
                assertThrows(CannotOpenException.class, () -> kek.unwrap(forged, context), where);
            }
        }
    }

    @Test
    final void unwrap_cutOrExtended_cannotOpen() {
        WrappedKey wrapped = kek.wrap(root, context);
        int whole = wrapped.bytes().length;
        for (int length : IntStream.of(0, 1, whole / 4, whole / 2, whole - 1, whole + 1)
                .distinct()
                .toArray()) {
            WrappedKey cut = WrappedKey.copyOf(Arrays.copyOf(wrapped.bytes(), length), wrapped.kekVersion());
            assertThrows(CannotOpenException.class, () -> kek.unwrap(cut, context), length + " of " + whole + " bytes");
            assertThrows(CannotOpenException.class, () -> kek.rewrap(cut, context), length + " of " + whole + " bytes");
        }
    }

    @Test
    final void wrap_rootNotOf32Bytes_isMalformed() {
        for (int size : new int[] {0, 16, 31, 33, 64}) {
            MalformedException thrown =
                    assertThrows(MalformedException.class, () -> kek.wrap(new byte[size], context), size + " bytes");
            assertEquals(MalformedException.Kind.ROOT, thrown.kind());
        }
    }

    @Test
    final void probe_ofThisKek_passes() {
        KekProbe.check("contract", kek);
        KekProbe.check("contract-other", fixture.otherKek());
    }

    @Test
    final void probe_ofAKekThatIgnoresContext_refuses() {
        assertThrows(ConfigurationException.class, () -> KekProbe.check("contract", new Heedless(kek, context)));
    }
}
