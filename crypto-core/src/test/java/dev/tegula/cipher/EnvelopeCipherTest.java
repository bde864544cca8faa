package dev.tegula.cipher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.envelope.EnvelopeHead;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Mode;
import dev.tegula.envelope.RowId;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.Suite;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.CannotOpenException;
import dev.tegula.failure.MalformedException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What a cipher binds, and how long it writes under one salt. */
final class EnvelopeCipherTest {

    private static final Scope SSN = Scope.data(FieldId.of("patient.ssn"), TenantId.none());
    private static final RowId ROW = RowId.copyOf(new byte[] {1, 2, 3});
    private static final byte[] INNER = {2, 'x'};

    private final SecureRandom random = new SecureRandom();
    private final AtomicLong nanos = new AtomicLong(-1_000_000_000_000L);
    private final EnvelopeCipher cipher = cipher(RootKey.generate(new SecureRandom()));

    private EnvelopeCipher cipher(RootKey root) {
        try (root) {
            return EnvelopeCipher.of(root, Suite.XAES_256_GCM, SSN, new GcmCiphers(random), random, nanos::get);
        }
    }

    @Test
    void open_ofSealed_givesItBackInBothModes() {
        assertThat(cipher.decrypt(Mode.FIELD, null, cipher.encrypt(Mode.FIELD, null, INNER)))
                .isEqualTo(INNER);
        assertThat(cipher.decrypt(Mode.ROW, ROW, cipher.encrypt(Mode.ROW, ROW, INNER)))
                .isEqualTo(INNER);
        assertThat(cipher.scope()).isEqualTo(SSN);
    }

    @Test
    void forgotten_isSaidOfACipherWhoseKeyWasForgottenAndNotOfOneOpenedSince() {
        GcmCiphers ciphers = new GcmCiphers(random);
        try (RootKey root = RootKey.generate(random)) {
            EnvelopeCipher old = EnvelopeCipher.of(root, Suite.XAES_256_GCM, SSN, ciphers, random, nanos::get);
            assertThat(old.forgotten()).isFalse();

            ciphers.forget(old.keyId());

            EnvelopeCipher again = EnvelopeCipher.of(root, Suite.XAES_256_GCM, SSN, ciphers, random, nanos::get);
            assertThat(old.forgotten()).isTrue();
            assertThat(again.forgotten()).isFalse();
            assertThat(again.decrypt(Mode.FIELD, null, old.encrypt(Mode.FIELD, null, INNER)))
                    .isEqualTo(INNER);
        }
    }

    /** The associated data holds the cipher's own id: the one in the envelope must be compared. */
    @Test
    void open_whoseKeyIdWasChanged_isRefused() {
        byte[] envelope = cipher.encrypt(Mode.FIELD, null, INNER);
        for (int i = EnvelopeHead.KEY_ID_OFFSET; i < EnvelopeHead.SALT_OFFSET; i++) {
            byte[] changed = envelope.clone();
            changed[i] ^= 1;
            assertThatThrownBy(() -> cipher.decrypt(Mode.FIELD, null, changed)).isInstanceOf(CannotOpenException.class);
        }
    }

    @Test
    void open_ofAnotherModeThanTheMappingAccepts_saysWhichCame() {
        byte[] field = cipher.encrypt(Mode.FIELD, null, INNER);
        byte[] row = cipher.encrypt(Mode.ROW, ROW, INNER);

        assertThatThrownBy(() -> cipher.decrypt(Mode.ROW, ROW, field))
                .isInstanceOfSatisfying(MalformedException.class, e -> assertThat(e.kind())
                        .isEqualTo(MalformedException.Kind.MODE_REFUSED))
                .hasMessage("patient.ssn: the mapping accepts mode ROW, but the stored value has mode FIELD.");
        assertThatThrownBy(() -> cipher.decrypt(Mode.FIELD, null, row))
                .isInstanceOf(MalformedException.class)
                .hasMessage("patient.ssn: the mapping accepts mode FIELD, but the stored value has mode ROW.");
    }

    @Test
    void open_whoseModeByteWasChanged_isRefusedByTheTag() {
        byte[] row = cipher.encrypt(Mode.ROW, ROW, INNER);
        row[EnvelopeHead.MODE_OFFSET] = Mode.FIELD.id();

        assertThatThrownBy(() -> cipher.decrypt(Mode.FIELD, null, row)).isInstanceOf(CannotOpenException.class);
    }

    @Test
    void open_ofAnotherRow_isRefused() {
        byte[] row = cipher.encrypt(Mode.ROW, ROW, INNER);

        assertThatThrownBy(() -> cipher.decrypt(Mode.ROW, RowId.copyOf(new byte[] {1, 2, 4}), row))
                .isInstanceOf(CannotOpenException.class);
    }

    @Test
    void open_underAnotherKey_isRefused() {
        EnvelopeCipher other = cipher(RootKey.generate(new SecureRandom()));
        byte[] envelope = other.encrypt(Mode.FIELD, null, INNER);

        assertThatThrownBy(() -> cipher.decrypt(Mode.FIELD, null, envelope)).isInstanceOf(CannotOpenException.class);
        // Its key id alone does not make it an envelope of this key.
        System.arraycopy(cipher.keyId().bytes(), 0, envelope, EnvelopeHead.KEY_ID_OFFSET, 32);
        assertThatThrownBy(() -> cipher.decrypt(Mode.FIELD, null, envelope)).isInstanceOf(CannotOpenException.class);
    }

    @Test
    void calls_whoseRowDoesNotFitTheMode_areRefused() {
        assertThatThrownBy(() -> cipher.encrypt(Mode.ROW, null, INNER)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> cipher.encrypt(Mode.FIELD, ROW, INNER)).isInstanceOf(IllegalArgumentException.class);
        byte[] row = cipher.encrypt(Mode.ROW, ROW, INNER);
        assertThatThrownBy(() -> cipher.decrypt(Mode.ROW, null, row)).isInstanceOf(IllegalArgumentException.class);
        byte[] field = cipher.encrypt(Mode.FIELD, null, INNER);
        assertThatThrownBy(() -> cipher.decrypt(Mode.FIELD, ROW, field)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void seal_within60Seconds_usesOneSalt() {
        String salt = salt();
        nanos.addAndGet(Duration.ofSeconds(60).toNanos() - 1);

        assertThat(salt()).isEqualTo(salt);
    }

    @Test
    void seal_after60Seconds_drawsANewSalt() {
        String salt = salt();
        nanos.addAndGet(Duration.ofSeconds(60).toNanos());

        assertThat(salt()).isNotEqualTo(salt);
    }

    @Test
    void seal_of4096Messages_usesOneSaltAndThenANewOne() {
        Set<String> salts = new HashSet<>();
        Set<String> nonces = new HashSet<>();
        for (int i = 0; i < 4096; i++) {
            byte[] envelope = cipher.encrypt(Mode.FIELD, null, INNER);
            salts.add(hex(envelope, EnvelopeHead.SALT_OFFSET, EnvelopeHead.IV_OFFSET));
            nonces.add(hex(envelope, EnvelopeHead.SALT_OFFSET, EnvelopeHead.INNER_OFFSET));
        }
        assertThat(salts).hasSize(1);
        assertThat(nonces).hasSize(4096);
        assertThat(salts).doesNotContain(salt());
    }

    @Test
    void open_ofManySalts_opensEach() {
        byte[][] envelopes = new byte[64][];
        for (int i = 0; i < envelopes.length; i++) {
            envelopes[i] = cipher.encrypt(Mode.FIELD, null, new byte[] {2, (byte) i});
            nanos.addAndGet(Duration.ofSeconds(60).toNanos());
        }
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < envelopes.length; i++) {
                assertThat(cipher.decrypt(Mode.FIELD, null, envelopes[i])).isEqualTo(new byte[] {2, (byte) i});
            }
        }
    }

    private String salt() {
        return hex(cipher.encrypt(Mode.FIELD, null, INNER), EnvelopeHead.SALT_OFFSET, EnvelopeHead.IV_OFFSET);
    }

    private static String hex(byte[] envelope, int from, int to) {
        return HexFormat.of().formatHex(Arrays.copyOfRange(envelope, from, to));
    }
}
