package dev.tegula.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.aead.XAesGcmKey;
import com.google.crypto.tink.aead.XAesGcmParameters;
import com.google.crypto.tink.aead.subtle.XAesGcmAead;
import com.google.crypto.tink.subtle.AesGcmJce;
import com.google.crypto.tink.util.SecretBytes;
import dev.tegula.Context;
import dev.tegula.FieldCipher;
import dev.tegula.Tegula;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.TenantId;
import dev.tegula.envelope.Tuple;
import dev.tegula.registry.InMemoryKeyRegistry;
import dev.tegula.test.MemoryKms;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One value encrypted and decrypted by Tegula (key look-up, lease, layout and all), under the keys of so many fields in
 * turn, beside a raw JCE AES-256-GCM with a cipher object for each key, Tink's AES-GCM and Tink's XAES. All draw a random IV
 * and authenticate what Tegula authenticates.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class FieldBenchmark {

    private static final int IV_BYTES = 12;
    private static final int TAG_BITS = 128;

    @Param({"16", "64", "1024"})
    int sizeBytes;

    /** How many keys take turns; a power of two. */
    @Param({"1", "4"})
    int keys;

    private final SecureRandom random = new SecureRandom();
    private byte[] value = {};
    private byte[] aad = {};
    private int turn;

    private SecretKey[] jceKeys = {};
    private Cipher[] jce = {};
    private byte[][] jceSealed = {};

    private Aead[] tink = {};
    private byte[][] tinkSealed = {};

    private Aead[] xaes = {};
    private byte[][] xaesSealed = {};

    private Tegula tegula = Benchmarks.none();
    private FieldCipher<byte[]>[] fields = Benchmarks.none();
    private byte[][] envelopes = {};

    /** Makes the keys and one sealed value for each. */
    @Setup
    @SuppressWarnings({"RestrictedApi", "unchecked", "rawtypes"}) // the low-level API is what is measured
    public void setUp() throws GeneralSecurityException {
        value = new byte[sizeBytes];
        random.nextBytes(value);
        aad = Tuple.of(
                "tegula/aad/v1".getBytes(US_ASCII),
                new byte[34],
                TenantId.none().item(),
                FieldId.of("patient.ssn0").bytes());
        jceKeys = new SecretKey[keys];
        jce = new Cipher[keys];
        jceSealed = new byte[keys][];
        tink = new Aead[keys];
        tinkSealed = new byte[keys][];
        xaes = new Aead[keys];
        xaesSealed = new byte[keys][];
        fields = new FieldCipher[keys];
        envelopes = new byte[keys][];
        tegula = Tegula.builder("bench")
                .kek("main", MemoryKms.create(), "main")
                .registry(new InMemoryKeyRegistry())
                .development()
                .build();
        XAesGcmParameters parameters = XAesGcmParameters.create(XAesGcmParameters.Variant.NO_PREFIX, IV_BYTES);
        for (int i = 0; i < keys; i++) {
            byte[] key = new byte[32];
            random.nextBytes(key);
            jceKeys[i] = new SecretKeySpec(key, "AES");
            jce[i] = Cipher.getInstance("AES/GCM/NoPadding");
            tink[i] = new AesGcmJce(key);
            tinkSealed[i] = tink[i].encrypt(value, aad);
            xaes[i] = XAesGcmAead.create(
                    XAesGcmKey.create(parameters, SecretBytes.copyFrom(key, InsecureSecretKeyAccess.get()), null));
            xaesSealed[i] = xaes[i].encrypt(value, aad);
            fields[i] = tegula.field("patient.ssn" + i, byte[].class);
            envelopes[i] = Benchmarks.present(fields[i].encrypt(value, Context.noTenant()));
        }
        for (int i = 0; i < keys; i++) {
            jceSealed[i] = jceEncrypt(i);
        }
    }

    /** Forgets the keys. */
    @TearDown
    public void tearDown() {
        tegula.close();
    }

    /** The baseline: nothing but the cipher. */
    @Benchmark
    public byte[] jceEncrypt() throws GeneralSecurityException {
        return jceEncrypt(next());
    }

    private byte[] jceEncrypt(int at) throws GeneralSecurityException {
        byte[] iv = new byte[IV_BYTES];
        random.nextBytes(iv);
        Cipher cipher = jce[at];
        cipher.init(Cipher.ENCRYPT_MODE, jceKeys[at], new GCMParameterSpec(TAG_BITS, iv));
        cipher.updateAAD(aad);
        byte[] sealed = Arrays.copyOf(iv, IV_BYTES + cipher.getOutputSize(value.length));
        cipher.doFinal(value, 0, value.length, sealed, IV_BYTES);
        return sealed;
    }

    /** The baseline of reading. */
    @Benchmark
    public byte[] jceDecrypt() throws GeneralSecurityException {
        int at = next();
        Cipher cipher = jce[at];
        byte[] sealed = jceSealed[at];
        cipher.init(Cipher.DECRYPT_MODE, jceKeys[at], new GCMParameterSpec(TAG_BITS, sealed, 0, IV_BYTES));
        cipher.updateAAD(aad);
        return cipher.doFinal(sealed, IV_BYTES, sealed.length - IV_BYTES);
    }

    /** Tink's AES-GCM, writing. */
    @Benchmark
    public byte[] tinkAesGcmEncrypt() throws GeneralSecurityException {
        return tink[next()].encrypt(value, aad);
    }

    /** Tink's AES-GCM, reading. */
    @Benchmark
    public byte[] tinkAesGcmDecrypt() throws GeneralSecurityException {
        int at = next();
        return tink[at].decrypt(tinkSealed[at], aad);
    }

    /** Tink's XAES, writing. */
    @Benchmark
    public byte[] tinkXaesEncrypt() throws GeneralSecurityException {
        return xaes[next()].encrypt(value, aad);
    }

    /** Tink's XAES, reading. */
    @Benchmark
    public byte[] tinkXaesDecrypt() throws GeneralSecurityException {
        int at = next();
        return xaes[at].decrypt(xaesSealed[at], aad);
    }

    /** Tegula, writing. */
    @Benchmark
    public byte[] tegulaEncrypt() {
        return Benchmarks.present(fields[next()].encrypt(value, Context.noTenant()));
    }

    /** Tegula, reading values of a recent salt, as in scans. */
    @Benchmark
    public byte[] tegulaDecrypt() {
        int at = next();
        return Benchmarks.present(fields[at].decrypt(envelopes[at], Context.noTenant()));
    }

    private int next() {
        turn = (turn + 1) & (keys - 1);
        return turn;
    }
}
