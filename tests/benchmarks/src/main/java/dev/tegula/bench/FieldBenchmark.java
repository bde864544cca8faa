package dev.tegula.bench;

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
import dev.tegula.registry.InMemoryKeyRegistry;
import dev.tegula.test.MemoryKms;
import java.nio.charset.StandardCharsets;
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
 * One field value encrypted and decrypted by Tegula (key look-up, lease, layout and all), beside a raw JCE AES-256-GCM
 * with a reused cipher object, Tink's AES-GCM and Tink's XAES. All draw a random IV and authenticate the field's name.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class FieldBenchmark {

    private static final byte[] AAD = "patient.ssn".getBytes(StandardCharsets.US_ASCII);
    private static final int IV_BYTES = 12;
    private static final int TAG_BITS = 128;

    @Param({"16", "64", "1024"})
    int sizeBytes;

    private final SecureRandom random = new SecureRandom();
    private byte[] value = {};

    private SecretKey jceKey = new SecretKeySpec(new byte[32], "AES");
    private Cipher jce = newCipher();
    private byte[] jceSealed = {};

    private Aead tink = Benchmarks.none();
    private byte[] tinkSealed = {};

    private Aead xaes = Benchmarks.none();
    private byte[] xaesSealed = {};

    private Tegula tegula = Benchmarks.none();
    private FieldCipher<byte[]> field = Benchmarks.none();
    private byte[] envelope = {};

    /** Makes the keys and one sealed value for each. */
    @Setup
    @SuppressWarnings("RestrictedApi") // the low-level API is what is measured
    public void setUp() throws GeneralSecurityException {
        value = new byte[sizeBytes];
        random.nextBytes(value);
        byte[] key = new byte[32];
        random.nextBytes(key);
        jceKey = new SecretKeySpec(key, "AES");
        jceSealed = jceEncrypt();
        tink = new AesGcmJce(key);
        tinkSealed = tink.encrypt(value, AAD);
        XAesGcmParameters parameters = XAesGcmParameters.create(XAesGcmParameters.Variant.NO_PREFIX, IV_BYTES);
        xaes = XAesGcmAead.create(
                XAesGcmKey.create(parameters, SecretBytes.copyFrom(key, InsecureSecretKeyAccess.get()), null));
        xaesSealed = xaes.encrypt(value, AAD);
        tegula = Tegula.builder("bench")
                .kek("main", MemoryKms.create(), "main")
                .registry(new InMemoryKeyRegistry())
                .development()
                .build();
        field = tegula.field("patient.ssn", byte[].class);
        envelope = Benchmarks.present(field.encrypt(value, Context.noTenant()));
    }

    /** Forgets the keys. */
    @TearDown
    public void tearDown() {
        tegula.close();
    }

    /** The baseline: nothing but the cipher. */
    @Benchmark
    public byte[] jceEncrypt() throws GeneralSecurityException {
        byte[] iv = new byte[IV_BYTES];
        random.nextBytes(iv);
        jce.init(Cipher.ENCRYPT_MODE, jceKey, new GCMParameterSpec(TAG_BITS, iv));
        jce.updateAAD(AAD);
        byte[] sealed = Arrays.copyOf(iv, IV_BYTES + jce.getOutputSize(value.length));
        jce.doFinal(value, 0, value.length, sealed, IV_BYTES);
        return sealed;
    }

    /** The baseline of reading. */
    @Benchmark
    public byte[] jceDecrypt() throws GeneralSecurityException {
        jce.init(Cipher.DECRYPT_MODE, jceKey, new GCMParameterSpec(TAG_BITS, jceSealed, 0, IV_BYTES));
        jce.updateAAD(AAD);
        return jce.doFinal(jceSealed, IV_BYTES, jceSealed.length - IV_BYTES);
    }

    /** Tink's AES-GCM, writing. */
    @Benchmark
    public byte[] tinkAesGcmEncrypt() throws GeneralSecurityException {
        return tink.encrypt(value, AAD);
    }

    /** Tink's AES-GCM, reading. */
    @Benchmark
    public byte[] tinkAesGcmDecrypt() throws GeneralSecurityException {
        return tink.decrypt(tinkSealed, AAD);
    }

    /** Tink's XAES, writing. */
    @Benchmark
    public byte[] tinkXaesEncrypt() throws GeneralSecurityException {
        return xaes.encrypt(value, AAD);
    }

    /** Tink's XAES, reading. */
    @Benchmark
    public byte[] tinkXaesDecrypt() throws GeneralSecurityException {
        return xaes.decrypt(xaesSealed, AAD);
    }

    /** Tegula, writing. */
    @Benchmark
    public byte[] tegulaEncrypt() {
        return Benchmarks.present(field.encrypt(value, Context.noTenant()));
    }

    /** Tegula, reading a value of a recent salt, as in scans. */
    @Benchmark
    public byte[] tegulaDecrypt() {
        return Benchmarks.present(field.decrypt(envelope, Context.noTenant()));
    }

    private static Cipher newCipher() {
        try {
            return Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
