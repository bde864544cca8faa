package dev.tegula.cipher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.crypto.tink.subtle.AesGcmJce;
import dev.tegula.envelope.KeyId;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** What a table of ciphers keeps, and for how long. */
final class GcmCiphersTest {

    private static final int MOST = 512;
    private static final byte[] AAD = {7, 7};
    private static final KeyId ONE = id(1);
    private static final KeyId TWO = id(2);

    private final SecureRandom random = new SecureRandom();
    private final GcmCiphers ciphers = new GcmCiphers(random);

    @Test
    void encrypt_ofAnyLength_opensInTinkAndBack() throws GeneralSecurityException {
        byte[] bytes = bytes(32);
        GcmCiphers.Key key = new GcmCiphers.Key(bytes, ciphers.holder(ONE));
        for (int length : new int[] {0, 1, 15, 16, 17, 1_000, 100_000}) {
            byte[] plain = bytes(length);
            byte[] body = encrypt(ciphers, key, plain, 0);

            assertThat(new AesGcmJce(bytes).decrypt(body, AAD)).isEqualTo(plain);
            assertThat(ciphers.decrypt(key, new AesGcmJce(bytes).encrypt(plain, AAD), 0, AAD))
                    .isEqualTo(plain);
        }
    }

    @Test
    void encrypt_underTenThousandKeys_keepsABoundedNumberOfCiphers() throws GeneralSecurityException {
        List<GcmCiphers.Key> keys = keys(10_000, ONE);
        List<byte[]> bodies = new ArrayList<>();
        for (GcmCiphers.Key key : keys) {
            bodies.add(encrypt(ciphers, key, new byte[] {1, 2, 3}, 0));
        }
        assertThat(ciphers.kept()).isEqualTo(MOST);
        for (int i = 0; i < keys.size(); i++) {
            assertThat(ciphers.decrypt(keys.get(i), bodies.get(i), 0, AAD)).containsExactly(1, 2, 3);
        }
    }

    @Test
    void decrypt_underOneKeyByOneThread_keepsOneCipher() throws GeneralSecurityException {
        GcmCiphers.Key key = key(ONE);
        for (int i = 0; i < 100; i++) {
            ciphers.decrypt(key, encrypt(ciphers, key, new byte[] {9}, 0), 0, AAD);
        }
        assertThat(ciphers.kept()).isEqualTo(1);
    }

    @Test
    void decrypt_ofAChangedByte_throwsAndKeepsNoCipher() throws GeneralSecurityException {
        GcmCiphers.Key key = key(ONE);
        byte[] body = encrypt(ciphers, key, new byte[] {9}, 0);
        assertThat(ciphers.kept()).isEqualTo(1);
        for (int i = 0; i < body.length; i++) {
            byte[] changed = body.clone();
            changed[i] ^= 1;
            assertThatThrownBy(() -> ciphers.decrypt(key, changed, 0, AAD))
                    .isInstanceOf(GeneralSecurityException.class);
            assertThat(ciphers.kept()).isZero();
        }
        assertThat(ciphers.decrypt(key, body, 0, AAD)).containsExactly(9);
    }

    @Test
    void decrypt_byAReader_readsEveryLengthAndLeavesNothingInThePlace() throws GeneralSecurityException {
        GcmCiphers.Key key = key(ONE);
        for (int length : new int[] {0, 1, 15, 16, 17, 1_000, 60, 4_096, 4_097, 100_000}) {
            byte[] plain = bytes(length);
            List<byte[]> places = new ArrayList<>();

            byte[] read = ciphers.decrypt(key, encrypt(ciphers, key, plain, 0), 0, AAD, (place, end) -> {
                places.add(place);
                return Arrays.copyOf(place, end);
            });

            assertThat(read).isEqualTo(plain);
            assertThat(places.get(0)).containsOnly(0);
            assertThat(length > 4_096 || places.get(0).length <= 4_096 + GcmCiphers.TAG_BYTES)
                    .isTrue();
        }
        assertThat(ciphers.kept()).isEqualTo(1);
    }

    @Test
    void decrypt_byAReaderThatThrows_leavesNothingInThePlaceAndKeepsTheCipher() throws GeneralSecurityException {
        GcmCiphers.Key key = key(ONE);
        byte[] body = encrypt(ciphers, key, new byte[] {1, 2, 3}, 0);
        List<byte[]> places = new ArrayList<>();

        assertThatThrownBy(() -> ciphers.decrypt(key, body, 0, AAD, (place, end) -> {
                    places.add(place);
                    assertThat(place).startsWith(1, 2, 3);
                    throw new IllegalStateException("as a codec may");
                }))
                .isInstanceOf(IllegalStateException.class);

        assertThat(places.get(0)).containsOnly(0);
        assertThat(ciphers.kept()).isEqualTo(1);
    }

    @Test
    void decrypt_ofAChangedByteByAReader_throwsReadsNothingAndKeepsNoCipher() throws GeneralSecurityException {
        GcmCiphers.Key key = key(ONE);
        byte[] body = encrypt(ciphers, key, new byte[] {9, 8}, 0);
        for (int i = 0; i < body.length; i++) {
            byte[] changed = body.clone();
            changed[i] ^= 1;
            assertThatThrownBy(() -> ciphers.decrypt(key, changed, 0, AAD, (place, end) -> {
                        throw new IllegalStateException("read");
                    }))
                    .isInstanceOf(GeneralSecurityException.class);
            assertThat(ciphers.kept()).isZero();
        }
    }

    @Test
    void forget_ofADataKey_dropsItsCiphersAndNoOthers() throws GeneralSecurityException {
        List<GcmCiphers.Key> ofOne = keys(20, ONE);
        GcmCiphers.Key ofTwo = key(TWO);
        for (GcmCiphers.Key key : ofOne) {
            encrypt(ciphers, key, new byte[] {1}, 0);
        }
        byte[] body = encrypt(ciphers, ofTwo, new byte[] {2}, 0);
        int before = ciphers.kept();

        ciphers.forget(ONE);

        assertThat(ciphers.kept()).isEqualTo(1).isLessThan(before);
        assertThat(ciphers.decrypt(ofTwo, body, 0, AAD)).containsExactly(2);
        ciphers.forget(TWO);
        assertThat(ciphers.kept()).isZero();
    }

    @Test
    void encrypt_afterItsDataKeyWasForgotten_worksAndKeepsNothing() throws GeneralSecurityException {
        GcmCiphers.Key old = key(ONE);
        ciphers.forget(ONE);
        GcmCiphers.Key fresh = key(ONE);

        byte[] body = encrypt(ciphers, old, new byte[] {1}, 0);
        assertThat(ciphers.decrypt(old, body, 0, AAD)).containsExactly(1);
        assertThat(ciphers.kept()).isZero();

        encrypt(ciphers, fresh, new byte[] {1}, 0);
        assertThat(ciphers.kept()).as("opened again").isEqualTo(1);
    }

    @Test
    void forget_whileACallIsInFlight_dropsItsCipherWhenTheCallEnds() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        GcmCiphers held = new GcmCiphers(new SecureRandom() {
            @Override
            public void nextBytes(byte[] bytes) {
                inside.countDown();
                await(go);
                super.nextBytes(bytes);
            }
        });
        GcmCiphers.Key key = new GcmCiphers.Key(bytes(32), held.holder(ONE));
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            Future<byte[]> call = thread.submit(() -> encrypt(held, key, new byte[] {5}, 0));
            await(inside);
            held.forget(ONE);
            go.countDown();

            assertThat(held.decrypt(key, call.get(5, TimeUnit.MINUTES), 0, AAD)).containsExactly(5);
            assertThat(held.kept()).isZero();
        } finally {
            thread.shutdownNow();
        }
    }

    @Test
    void encrypt_within100Milliseconds_draws32IvsAtOnceAndThenAnew() throws GeneralSecurityException {
        List<Integer> draws = new ArrayList<>();
        GcmCiphers counted = new GcmCiphers(new SecureRandom() {
            @Override
            public void nextBytes(byte[] bytes) {
                draws.add(bytes.length);
                super.nextBytes(bytes);
            }
        });
        GcmCiphers.Key key = new GcmCiphers.Key(bytes(32), counted.holder(ONE));
        Set<ByteBuffer> ivs = new HashSet<>();
        for (int i = 0; i < 32; i++) {
            ivs.add(iv(encrypt(counted, key, new byte[] {5}, 99_999_999)));
        }
        assertThat(draws).containsExactly(32 * 12);
        ivs.add(iv(encrypt(counted, key, new byte[] {5}, 99_999_999)));
        assertThat(draws).hasSize(2);
        ivs.add(iv(encrypt(counted, key, new byte[] {5}, 2 * 99_999_999)));
        assertThat(draws).as("not old enough").hasSize(2);
        ivs.add(iv(encrypt(counted, key, new byte[] {5}, 99_999_999 + 100_000_000)));
        assertThat(draws).as("too old").hasSize(3);
        assertThat(ivs).hasSize(35);
    }

    @Test
    void calls_ofAThousandThreadsOverTenThousandKeys_areRightAndBoundedAndRepeatNoNonce() throws Exception {
        onThreads(Executors.newFixedThreadPool(1_000), 1_000);
    }

    /** Where the JDK has them (21 and newer). */
    @Test
    void calls_ofVirtualThreads_areRightAndBoundedAndRepeatNoNonce() throws Exception {
        ExecutorService threads;
        try {
            threads = (ExecutorService)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        } catch (NoSuchMethodException e) {
            Assumptions.abort("this JDK has no virtual threads");
            return;
        }
        onThreads(threads, 5_000);
    }

    private void onThreads(ExecutorService threads, int tasks) throws Exception {
        List<GcmCiphers.Key> keys = keys(10_000, ONE);
        CountDownLatch all = new CountDownLatch(1);
        List<Future<List<ByteBuffer>>> running = new ArrayList<>();
        int each = 40;
        try {
            for (int task = 0; task < tasks; task++) {
                int first = task * 7;
                Callable<List<ByteBuffer>> work = () -> {
                    await(all);
                    List<ByteBuffer> nonces = new ArrayList<>();
                    for (int i = 0; i < each; i++) {
                        int at = (first + i * 251) % keys.size();
                        byte[] plain = {(byte) first, (byte) i, 3};
                        byte[] body = encrypt(ciphers, keys.get(at), plain, System.nanoTime());
                        assertThat(ciphers.decrypt(keys.get(at), body, 0, AAD)).isEqualTo(plain);
                        nonces.add(
                                ByteBuffer.allocate(16).putInt(at).put(iv(body)).flip());
                    }
                    return nonces;
                };
                running.add(threads.submit(work));
            }
            all.countDown();
            Set<ByteBuffer> nonces = new HashSet<>();
            for (Future<List<ByteBuffer>> task : running) {
                nonces.addAll(task.get(5, TimeUnit.MINUTES));
            }
            assertThat(nonces).hasSize(tasks * each);
            assertThat(ciphers.kept()).isLessThanOrEqualTo(MOST);
        } finally {
            threads.shutdownNow();
        }
    }

    private byte[] encrypt(GcmCiphers by, GcmCiphers.Key key, byte[] plain, long now) throws GeneralSecurityException {
        byte[] target = new byte[Ivs.IV_BYTES + plain.length + GcmCiphers.TAG_BYTES];
        System.arraycopy(plain, 0, target, Ivs.IV_BYTES, plain.length);
        by.encryptInPlace(key, AAD, target, 0, now);
        return target;
    }

    private GcmCiphers.Key key(KeyId id) {
        return new GcmCiphers.Key(bytes(32), ciphers.holder(id));
    }

    private List<GcmCiphers.Key> keys(int count, KeyId id) {
        List<GcmCiphers.Key> keys = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            keys.add(key(id));
        }
        return keys;
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private static ByteBuffer iv(byte[] body) {
        return ByteBuffer.wrap(Arrays.copyOf(body, Ivs.IV_BYTES));
    }

    private static KeyId id(int b) {
        byte[] bytes = new byte[KeyId.SIZE_BYTES];
        bytes[0] = (byte) b;
        return KeyId.copyOf(bytes);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(5, TimeUnit.MINUTES)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
