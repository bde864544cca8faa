package dev.tegula.cipher;

import dev.tegula.envelope.KeyId;
import dev.tegula.failure.ConfigurationException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * AES-256-GCM by the cipher objects of the JCA: a fixed table of them for all keys of an engine, so that work under several
 * keys in turn builds no key schedule for each value, and neither keys nor threads make it grow. Thread-safe.
 *
 * <p>The only place where values are encrypted by something other than Tink; decision 19 says why.
 */
public final class GcmCiphers {

    // A cipher object remembers the AES key it was last used under. Every use begins with init and the key, so that a
    // cipher found in the wrong place costs a key schedule and nothing else. While one thread uses a cipher it is busy;
    // who finds all of a set busy makes one that is thrown away afterwards. A cipher that threw is never used again:
    // what state it is in is its provider's affair. IVs are random (not counted), so a lost cipher loses nothing.

    static final int TAG_BYTES = 16;

    /** Plaintexts up to so long are read where they were decrypted; a table of ciphers keeps two megabytes of such places. */
    private static final int READ_IN_PLACE_BYTES = 4096;

    /** Keys are spread over so many sets; a power of two. */
    private static final int SETS = 64;
    /** So many threads may work under one key at once without displacing each other; a power of two. */
    private static final int WAYS = 8;

    private static final int TABLE = SETS * WAYS;

    /**
     * SHA-256 of ciphertext and tag by the length of the plaintext, whose bytes count from 0 again and again, where key, IV and 20
     * bytes of associated data are zero; by OpenSSL. Providers have code of their own for what is longer than a few blocks.
     */
    private static final Map<Integer, String> KNOWN_ANSWERS = Map.of(
            16, "4a0904c56846be86007db0e99d5a9bcfc326bda18ff60d168686b913aaf4e720",
            5_000, "841c57841c30e1086f4af44917683d254df8be5e89af8e78dfb09f186e502431");

    private static final VarHandle BUSY;

    static {
        try {
            BUSY = MethodHandles.lookup().findVarHandle(Keyed.class, "busy", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final SecureRandom random;
    private final AtomicReferenceArray<@Nullable Keyed> table = new AtomicReferenceArray<>(TABLE);
    private final Map<KeyId, Holder> holders = new ConcurrentHashMap<>();
    /** Where to look first for a cipher to displace; a lost count costs nothing. */
    private int hand;

    /**
     * An empty table.
     *
     * @param random source of IVs
     * @throws ConfigurationException if the first provider of AES-GCM in this JVM does not give the known answer
     */
    public GcmCiphers(SecureRandom random) {
        this.random = random;
        KNOWN_ANSWERS.forEach(GcmCiphers::requireAnswer);
    }

    /** What was encrypted wrongly is lost: nobody notices before it is read. */
    private static void requireAnswer(int length, String expected) {
        Cipher cipher = newCipher();
        byte[] body = new byte[Ivs.IV_BYTES + length + TAG_BYTES];
        for (int i = 0; i < length; i++) {
            body[Ivs.IV_BYTES + i] = (byte) i;
        }
        String found;
        try {
            encryptInPlace(cipher, new Key(new byte[32], new Holder()), new byte[20], body, 0);
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(body, Ivs.IV_BYTES, body.length - Ivs.IV_BYTES);
            found = HexFormat.of().formatHex(sha256.digest());
        } catch (GeneralSecurityException e) {
            throw wrong(cipher, length, e);
        }
        if (!found.equals(expected)) {
            throw wrong(cipher, length, null);
        }
    }

    private static ConfigurationException wrong(Cipher cipher, int length, @Nullable Exception cause) {
        return new ConfigurationException(
                "AES-256-GCM of the provider `" + cipher.getProvider().getName() + "`, the first that offers it in this"
                        + " JVM, does not give the known answer for " + length + " bytes that are encrypted where they"
                        + " stand. Nothing was encrypted with it. Expected what NIST SP 800-38D defines: install another"
                        + " provider before it (security.provider.1 in java.security), or a release of it without this"
                        + " mistake.",
                cause);
    }

    /** The data key that AES keys were derived from; it is forgotten as a whole. */
    static final class Holder {
        private volatile boolean forgotten;

        boolean forgotten() {
            return forgotten;
        }
    }

    /** One AES key: what a salt makes of a data key. */
    static final class Key {
        private final SecretKey secret;
        private final Holder holder;
        private final int set;

        /** Copies the 32 bytes. */
        Key(byte[] bytes, Holder holder) {
            this.secret = new SecretKeySpec(bytes, "AES");
            this.holder = holder;
            this.set = (System.identityHashCode(this) & (SETS - 1)) * WAYS;
        }
    }

    /** A cipher, and what only the thread that took it may touch. */
    private static final class Keyed {
        private final Cipher cipher = newCipher();
        private final Ivs ivs;
        private byte[] place = {};
        private volatile Key key;

        @SuppressWarnings("unused") // by its handle
        private volatile int busy = 1;

        private Keyed(Key key, SecureRandom random) {
            this.key = key;
            this.ivs = new Ivs(random);
        }

        /** Room for a plaintext, and for a tag, which some providers demand. */
        private byte[] place(int length) {
            if (place.length < length + TAG_BYTES) {
                int room = Math.max(64, Integer.highestOneBit(length + TAG_BYTES) * 2);
                place = new byte[Math.min(room, READ_IN_PLACE_BYTES + TAG_BYTES)];
            }
            return place;
        }

        private boolean tryTake() {
            return (int) BUSY.getAcquire(this) == 0 && BUSY.compareAndSet(this, 0, 1);
        }
    }

    /** Where the AES keys of a data key belong to. */
    Holder holder(KeyId id) {
        return holders.computeIfAbsent(id, i -> new Holder());
    }

    /**
     * Encrypts what stands between room for an IV, which begins at the offset, and room for a tag, with which the array ends.
     *
     * @param now monotonic clock in nanoseconds, for the age of drawn IVs
     */
    void encryptInPlace(Key key, byte[] aad, byte[] target, int offset, long now) throws GeneralSecurityException {
        Keyed keyed = take(key);
        boolean done = false;
        try {
            keyed.ivs.next(target, offset, now);
            encryptInPlace(keyed.cipher, key, aad, target, offset);
            done = true;
        } finally {
            give(keyed, key, done);
        }
    }

    /** The same with the IV that stands there. */
    private static void encryptInPlace(Cipher cipher, Key key, byte[] aad, byte[] target, int offset)
            throws GeneralSecurityException {
        cipher.init(Cipher.ENCRYPT_MODE, key.secret, new GCMParameterSpec(8 * TAG_BYTES, target, offset, Ivs.IV_BYTES));
        cipher.updateAAD(aad);
        int start = offset + Ivs.IV_BYTES;
        int written = cipher.doFinal(target, start, target.length - start - TAG_BYTES, target, start);
        if (written != target.length - start) {
            throw new GeneralSecurityException("the provider's AES-GCM wrote " + written + " bytes");
        }
    }

    /** Decrypts the IV, ciphertext and tag from the offset to the end. Nothing is returned that was not verified. */
    byte[] decrypt(Key key, byte[] source, int offset, byte[] aad) throws GeneralSecurityException {
        Keyed keyed = take(key);
        boolean done = false;
        try {
            Cipher cipher = keyed.cipher;
            cipher.init(
                    Cipher.DECRYPT_MODE, key.secret, new GCMParameterSpec(8 * TAG_BYTES, source, offset, Ivs.IV_BYTES));
            cipher.updateAAD(aad);
            byte[] plain = cipher.doFinal(source, offset + Ivs.IV_BYTES, source.length - offset - Ivs.IV_BYTES);
            done = true;
            return plain;
        } finally {
            give(keyed, key, done);
        }
    }

    /**
     * The same for a reader, which gets the plaintext without a copy: a short one where it was decrypted, a long one in an array
     * of its own. Both are wiped afterwards.
     */
    <T> @Nullable T decrypt(Key key, byte[] source, int offset, byte[] aad, EnvelopeCipher.Reader<T> reader)
            throws GeneralSecurityException {
        int start = offset + Ivs.IV_BYTES;
        int length = source.length - start - TAG_BYTES;
        if (length > READ_IN_PLACE_BYTES) {
            byte[] own = decrypt(key, source, offset, aad);
            try {
                return reader.read(own, length);
            } finally {
                Arrays.fill(own, (byte) 0);
            }
        }
        Keyed keyed = take(key);
        byte[] place = keyed.place(length);
        boolean done = false;
        try {
            Cipher cipher = keyed.cipher;
            cipher.init(
                    Cipher.DECRYPT_MODE, key.secret, new GCMParameterSpec(8 * TAG_BYTES, source, offset, Ivs.IV_BYTES));
            cipher.updateAAD(aad);
            int written = cipher.doFinal(source, start, source.length - start, place, 0);
            if (written != length) {
                throw new GeneralSecurityException("the provider's AES-GCM wrote " + written + " bytes");
            }
            done = true;
            return reader.read(place, length);
        } finally {
            Arrays.fill(place, 0, length + TAG_BYTES, (byte) 0);
            give(keyed, key, done);
        }
    }

    /** Drops every cipher that knows an AES key of this data key; one in use is dropped when its call ends. */
    public void forget(KeyId id) {
        Holder holder = holders.remove(id);
        if (holder == null) {
            return;
        }
        holder.forgotten = true;
        for (int at = 0; at < TABLE; at++) {
            Keyed keyed = table.get(at);
            Key key = keyed == null ? null : keyed.key;
            if (key != null && key.holder == holder) {
                table.compareAndSet(at, keyed, null);
            }
        }
    }

    /** How many cipher objects are kept. */
    public int kept() {
        return providers().size();
    }

    /** The providers of those that are kept, one for each. */
    List<String> providers() {
        List<String> kept = new ArrayList<>();
        for (int at = 0; at < TABLE; at++) {
            Keyed keyed = table.get(at);
            if (keyed != null) {
                kept.add(keyed.cipher.getProvider().getName());
            }
        }
        return kept;
    }

    private Keyed take(Key key) {
        int start = way();
        for (int i = 0; i < WAYS; i++) {
            Keyed seen = table.getAcquire(key.set + ((start + i) & (WAYS - 1)));
            if (seen != null && seen.key == key && seen.tryTake()) {
                if (seen.key != key) {
                    seen.key = key; // another thread had it in between
                }
                return seen;
            }
        }
        Keyed made = put(key);
        return made == null ? displace(key) : made;
    }

    /** A new cipher in an empty place of the set; null if there is none. */
    private @Nullable Keyed put(Key key) {
        Keyed fresh = null;
        for (int at = key.set; at < key.set + WAYS; at++) {
            if (table.getAcquire(at) == null) {
                fresh = fresh == null ? new Keyed(key, random) : fresh;
                if (table.compareAndSet(at, null, fresh)) {
                    return fresh;
                }
            }
        }
        return null;
    }

    /** The cipher of another key of the set, each in turn; where all are busy, one that is in no set. */
    private Keyed displace(Key key) {
        int start = hand++;
        for (int i = 0; i < WAYS; i++) {
            Keyed seen = table.getAcquire(key.set + ((start + i) & (WAYS - 1)));
            if (seen != null && seen.tryTake()) {
                seen.key = key;
                return seen;
            }
        }
        return new Keyed(key, random);
    }

    private void give(Keyed keyed, Key key, boolean done) {
        // Its key was written before and the flag is read after; forget writes the flag before and reads keys after.
        if (done && !key.holder.forgotten) {
            BUSY.setRelease(keyed, 0);
            return;
        }
        for (int at = key.set; at < key.set + WAYS; at++) {
            table.compareAndSet(at, keyed, null);
        }
    }

    /** Threads begin at different places, so that two under one key seldom meet. */
    private static int way() {
        return (int) ((Thread.currentThread().getId() * 0x9E3779B97F4A7C15L) >>> 61);
    }

    private static Cipher newCipher() {
        try {
            return Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256-GCM is not available in this JVM", e);
        }
    }
}
