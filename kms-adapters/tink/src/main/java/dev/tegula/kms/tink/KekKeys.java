package dev.tegula.kms.tink;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.Configuration;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeyStatus;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.TinkProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig2026;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import dev.tegula.failure.RefusedException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;

/**
 * The keys of a keyset file, immutable: AES-256-GCM with Tink's output prefix (0x01, then the u32 key id), which names
 * the version of the KEK in every wrapped key. A KEK wraps one root per data key, far below the 2^32 messages that
 * random nonces of 96 bits allow. Configuration is passed explicitly, so Tink's global registry stays untouched.
 */
final class KekKeys {

    private static final Configuration TINK = AeadConfig2026.get();
    private static final int PREFIX_BYTES = 5;
    private static final byte PREFIX_START = 1;

    private final KeysetHandle handle;
    private final Aead aead;
    private final List<KeyVersion> versions;

    private KekKeys(KeysetHandle handle) throws GeneralSecurityException {
        List<KeyVersion> found = new ArrayList<>();
        for (int i = 0; i < handle.size(); i++) {
            KeysetHandle.Entry entry = handle.getAt(i);
            if (!entry.getKey().getParameters().equals(PredefinedAeadParameters.AES256_GCM)) {
                throw new GeneralSecurityException("a key of another kind");
            }
            if (entry.getStatus() == KeyStatus.ENABLED) {
                found.add(new KeyVersion(Integer.toUnsignedString(entry.getId()), entry.isPrimary()));
            }
        }
        this.handle = handle;
        this.aead = handle.getPrimitive(TINK, Aead.class);
        this.versions = List.copyOf(found);
    }

    /** One new key, the primary. */
    static KekKeys generate() {
        return build(KeysetHandle.newBuilder().addEntry(newKey().makePrimary()));
    }

    /** These and one new key, not yet the primary. It comes last. */
    KekKeys withNewKey() {
        return build(KeysetHandle.newBuilder(handle).addEntry(newKey()));
    }

    /**
     * These with another primary.
     *
     * @throws RefusedException code {@code kek-version-unknown}, if there is no such version
     */
    KekKeys withPrimary(String version) {
        KeysetHandle.Builder builder = KeysetHandle.newBuilder(handle);
        builder.getAt(indexOf(version)).makePrimary();
        return build(builder);
    }

    private int indexOf(String version) {
        for (int i = 0; i < handle.size(); i++) {
            if (holds(version)
                    && Integer.toUnsignedString(handle.getAt(i).getId()).equals(version)) {
                return i;
            }
        }
        throw new RefusedException(
                "kek-version-unknown", "The keyset has no version " + version + "; it has " + names() + ".");
    }

    private static KeysetHandle.Builder.Entry newKey() {
        return KeysetHandle.generateEntryFromParameters(PredefinedAeadParameters.AES256_GCM)
                .withRandomId();
    }

    private static KekKeys build(KeysetHandle.Builder builder) {
        try {
            return new KekKeys(builder.setConfiguration(TINK).build());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Tink cannot make an AES-256-GCM key in this JVM", e);
        }
    }

    /** All that may be used, in the order they were added. */
    List<KeyVersion> versions() {
        return versions;
    }

    /** The version that wraps. */
    String primary() {
        return Integer.toUnsignedString(handle.getPrimary().getId());
    }

    boolean holds(String version) {
        return versions.stream().anyMatch(v -> v.version().equals(version));
    }

    /** The versions as messages list them. */
    List<String> names() {
        return versions.stream().map(KeyVersion::version).toList();
    }

    /** Whether the prefix of something encrypted names the version. */
    static boolean encryptedBy(byte[] encrypted, String version) {
        return encrypted.length > PREFIX_BYTES
                && encrypted[0] == PREFIX_START
                && Integer.toUnsignedString(ByteBuffer.wrap(encrypted).getInt(1))
                        .equals(version);
    }

    byte[] encrypt(byte[] plain, byte[] associatedData) {
        try {
            return aead.encrypt(plain, associatedData);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256-GCM is not available in this JVM", e);
        }
    }

    byte[] decrypt(byte[] encrypted, byte[] associatedData) throws GeneralSecurityException {
        return aead.decrypt(encrypted, associatedData);
    }

    /** Tink's serialized keyset, in clear; the caller wipes it. */
    byte[] serialize() {
        try {
            return TinkProtoKeysetFormat.serializeKeyset(handle, InsecureSecretKeyAccess.get(), TINK);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Tink cannot serialize its own keys", e);
        }
    }

    static KekKeys parse(byte[] serialized) throws GeneralSecurityException {
        return new KekKeys(TinkProtoKeysetFormat.parseKeyset(serialized, InsecureSecretKeyAccess.get(), TINK));
    }

    @Override
    public String toString() {
        return "KekKeys[" + names() + ", primary " + primary() + "]";
    }
}
