package dev.tegula.test;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tegula.Context;
import dev.tegula.FieldCipher;
import dev.tegula.FieldSpec;
import dev.tegula.envelope.EnvelopeHead;
import dev.tegula.envelope.KeyId;
import dev.tegula.failure.DeniedException;
import dev.tegula.failure.KeyUnknownException;
import dev.tegula.failure.UnavailableException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class TestTegulaTest {

    private static final String FIELD = "patient.ssn";
    private static final String SSN = "123-45-6789";

    private final TestTegula tegula = TestTegula.create();
    private final FieldCipher<String> ssn = tegula.get().field(FIELD, String.class);

    @AfterEach
    void close() {
        tegula.close();
    }

    private byte[] encrypted() {
        return ssn.encrypt(SSN, Context.noTenant());
    }

    private String decrypted(byte[] envelope) {
        return ssn.decrypt(envelope, Context.noTenant());
    }

    private static KeyId key(byte[] envelope) {
        return KeyId.copyOf(envelope, 2);
    }

    @Test
    void create_twice_sharesNoKeys() {
        byte[] envelope = encrypted();

        assertEquals(SSN, decrypted(envelope));
        assertSame(tegula.get(), tegula.get());
        try (TestTegula other = TestTegula.create()) {
            FieldCipher<String> foreign = other.get().field(FIELD, String.class);
            assertThrows(KeyUnknownException.class, () -> foreign.decrypt(envelope, Context.noTenant()));
        }
    }

    @Test
    void encrypt_inTests_isTheFormatOfProduction() {
        byte[] envelope = encrypted();

        assertEquals(SSN.length() + EnvelopeHead.MIN_BYTES, envelope.length);
        assertArrayEquals(new byte[] {1, 0}, new byte[] {envelope[0], envelope[1]});
    }

    @Test
    void rotate_writesUnderANewKeyAndReadsTheOld() {
        byte[] before = encrypted();
        tegula.rotate(FIELD);
        byte[] after = encrypted();

        assertNotEquals(key(before), key(after));
        assertEquals(SSN, decrypted(before));
        assertEquals(SSN, decrypted(after));
    }

    @Test
    void rotate_fieldWithAKeyForEachTenant_rotatesAll() {
        FieldCipher<String> perTenant =
                tegula.get().field(FieldSpec.of("visit.note", String.class).withKeyPerTenant());
        byte[] north = perTenant.encrypt("x", Context.tenant("north"));
        byte[] south = perTenant.encrypt("x", Context.tenant("south"));
        byte[] other = encrypted();
        tegula.rotate("visit.note");

        assertNotEquals(key(north), key(perTenant.encrypt("x", Context.tenant("north"))));
        assertNotEquals(key(south), key(perTenant.encrypt("x", Context.tenant("south"))));
        assertEquals(key(other), key(encrypted()), "another field keeps its key");
    }

    @Test
    void rotate_fieldNeverWritten_saysSo() {
        IllegalStateException thrown = assertThrows(IllegalStateException.class, () -> tegula.rotate(FIELD));

        assertTrue(thrown.getMessage().contains("write a value"), thrown.getMessage());
    }

    @Test
    void deny_warmKeys_areServedNoMore() {
        byte[] envelope = encrypted();
        tegula.kms().deny();

        assertThrows(DeniedException.class, () -> decrypted(envelope));
        assertThrows(DeniedException.class, this::encrypted);
    }

    @Test
    void down_warmKeys_areServedNoMoreUntilItWorks() {
        byte[] envelope = encrypted();
        tegula.kms().down();

        assertThrows(UnavailableException.class, () -> decrypted(envelope));
        assertThrows(UnavailableException.class, this::encrypted);

        tegula.kms().work();
        assertEquals(SSN, decrypted(envelope));
        assertEquals(SSN, decrypted(encrypted()));
    }

    @Test
    void slow_firstUseOfAKey_takesThatLongAndLaterOnesDoNot() {
        byte[] envelope = encrypted();
        tegula.kms().slow(Duration.ofMillis(300));
        int before = tegula.kms().calls();
        long start = System.nanoTime();
        assertEquals(SSN, decrypted(envelope));
        long taken = System.nanoTime() - start;

        assertTrue(taken >= 300_000_000L, () -> taken + " ns");
        decrypted(envelope);
        assertEquals(before + 1, tegula.kms().calls(), "the second use asks no KMS");
    }

    @Test
    void calls_ofAWarmKey_areNone() {
        encrypted();
        int before = tegula.kms().calls();
        for (int i = 0; i < 1_000; i++) {
            decrypted(encrypted());
        }
        assertEquals(before, tegula.kms().calls());
    }

    @Test
    void toString_namesNoKey() {
        assertEquals("TestTegula[keys in memory]", tegula.toString());
    }
}
