package dev.tegula.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.amazonaws.encryptionsdk.AwsCrypto;
import com.amazonaws.encryptionsdk.CommitmentPolicy;
import com.amazonaws.encryptionsdk.CryptoAlgorithm;
import com.amazonaws.encryptionsdk.CryptoMaterialsManager;
import com.amazonaws.encryptionsdk.caching.CachingCryptoMaterialsManager;
import com.amazonaws.encryptionsdk.caching.LocalCryptoMaterialsCache;
import com.amazonaws.encryptionsdk.jce.JceMasterKey;
import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.KmsEnvelopeAead;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import com.google.crypto.tink.aead.XAesGcmKey;
import com.google.crypto.tink.aead.XAesGcmParameters;
import com.google.crypto.tink.aead.subtle.XAesGcmAead;
import com.google.crypto.tink.subtle.AesGcmJce;
import com.google.crypto.tink.subtle.Random;
import com.google.crypto.tink.util.SecretBytes;
import dev.tegula.Context;
import dev.tegula.FieldCipher;
import dev.tegula.Tegula;
import dev.tegula.registry.InMemoryKeyRegistry;
import dev.tegula.test.MemoryKms;
import java.security.GeneralSecurityException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.crypto.spec.SecretKeySpec;
import org.jasypt.util.binary.AES256BinaryEncryptor;

/**
 * What encrypts the values of one field in an application, each as its documentation says, with a master key in this process, so
 * that no network is measured.
 */
public enum Peer {
    /** One key, a reused cipher, a random IV; nothing says which key or field. */
    JCE_CONVERTER {
        @Override
        Cipher open() {
            return new HandwrittenCipher();
        }
    },
    TEGULA {
        @Override
        Cipher open() {
            Tegula tegula = Tegula.builder("bench")
                    .kek("main", MemoryKms.create(), "main")
                    .registry(new InMemoryKeyRegistry())
                    .development()
                    .build();
            FieldCipher<byte[]> field = tegula.field(FIELD, byte[].class);
            return of(
                    value -> Benchmarks.present(field.encrypt(value, Context.noTenant())),
                    stored -> Benchmarks.present(field.decrypt(stored, Context.noTenant())));
        }
    },
    /** One key for ever: no name of the key in the value. */
    TINK_AES_GCM {
        @Override
        Cipher open() throws GeneralSecurityException {
            return of(new AesGcmJce(Random.randBytes(KEY_BYTES)));
        }
    },
    TINK_XAES {
        @Override
        @SuppressWarnings("RestrictedApi") // as the others: the primitive alone
        Cipher open() throws GeneralSecurityException {
            SecretBytes key = SecretBytes.copyFrom(Random.randBytes(KEY_BYTES), InsecureSecretKeyAccess.get());
            return of(XAesGcmAead.create(
                    XAesGcmKey.create(XAesGcmParameters.create(XAesGcmParameters.Variant.NO_PREFIX, 12), key, null)));
        }
    },
    /** A data key for each value, wrapped by the master key: with a real KMS a call for each value. */
    TINK_KMS_ENVELOPE {
        @Override
        Cipher open() throws GeneralSecurityException {
            AeadConfig.register();
            Aead kms = new AesGcmJce(Random.randBytes(KEY_BYTES));
            return of(KmsEnvelopeAead.create(PredefinedAeadParameters.AES256_GCM, kms));
        }
    },
    /** Its default suite, which signs each value, with its caching materials manager. */
    AWS_ENCRYPTION_SDK {
        @Override
        Cipher open() {
            return aws(CryptoAlgorithm.ALG_AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384);
        }
    },
    /** The same without signatures. */
    AWS_ENCRYPTION_SDK_UNSIGNED {
        @Override
        Cipher open() {
            return aws(CryptoAlgorithm.ALG_AES_256_GCM_HKDF_SHA512_COMMIT_KEY);
        }
    },
    /** Its strongest ready-made encryptor; a passphrase is stretched for each value. */
    JASYPT {
        @Override
        Cipher open() {
            AES256BinaryEncryptor jasypt = new AES256BinaryEncryptor();
            jasypt.setPassword("correct horse battery staple");
            return of(jasypt::encrypt, jasypt::decrypt);
        }
    };

    private static final String FIELD = "patient.ssn";
    private static final int KEY_BYTES = 32;
    private static final int CACHED_KEYS = 100;

    /** Encrypts and decrypts values of the field. */
    interface Cipher {
        byte[] encrypt(byte[] value) throws GeneralSecurityException;

        byte[] decrypt(byte[] sealed) throws GeneralSecurityException;
    }

    /** One half of a cipher. */
    private interface Half {
        byte[] of(byte[] bytes) throws GeneralSecurityException;
    }

    /** Makes the key, and what is made once in an application. */
    abstract Cipher open() throws GeneralSecurityException;

    private static Cipher of(Aead aead) {
        byte[] field = FIELD.getBytes(US_ASCII);
        return of(value -> aead.encrypt(value, field), stored -> aead.decrypt(stored, field));
    }

    private static Cipher of(Half encrypt, Half decrypt) {
        return new Cipher() {
            @Override
            public byte[] encrypt(byte[] value) throws GeneralSecurityException {
                return encrypt.of(value);
            }

            @Override
            public byte[] decrypt(byte[] sealed) throws GeneralSecurityException {
                return decrypt.of(sealed);
            }
        };
    }

    private static Cipher aws(CryptoAlgorithm suite) {
        AwsCrypto aws = AwsCrypto.builder()
                .withCommitmentPolicy(CommitmentPolicy.RequireEncryptRequireDecrypt)
                .withEncryptionAlgorithm(suite)
                .build();
        JceMasterKey master = JceMasterKey.getInstance(
                new SecretKeySpec(Random.randBytes(KEY_BYTES), "AES"), "bench", "main", "AES/GCM/NoPadding");
        CryptoMaterialsManager cached = CachingCryptoMaterialsManager.newBuilder()
                .withMasterKeyProvider(master)
                .withCache(new LocalCryptoMaterialsCache(CACHED_KEYS))
                .withMaxAge(5, TimeUnit.MINUTES)
                .build();
        Map<String, String> context = Map.of("field", FIELD);
        return of(
                value -> aws.encryptData(cached, value, context).getResult(),
                stored -> aws.decryptData(cached, stored).getResult());
    }
}
