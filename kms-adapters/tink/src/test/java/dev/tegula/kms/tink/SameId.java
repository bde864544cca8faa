package dev.tegula.kms.tink;

import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.TinkProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig2026;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import java.security.GeneralSecurityException;

/** Keysets that Tegula does not make: of one key with a chosen version. */
final class SameId {

    private SameId() {}

    /** Another key under that version. */
    static KekKeys as(long version) throws GeneralSecurityException {
        return keyset(KeysetHandle.generateEntryFromParameters(PredefinedAeadParameters.AES256_GCM)
                .withFixedId((int) version));
    }

    /** The primary of the keys alone. */
    static KekKeys primaryOf(KekKeys keys) throws GeneralSecurityException {
        KeysetHandle.Entry primary = TinkProtoKeysetFormat.parseKeyset(
                        keys.serialize(), InsecureSecretKeyAccess.get(), AeadConfig2026.get())
                .getPrimary();
        return keyset(KeysetHandle.importKey(primary.getKey()).withFixedId(primary.getId()));
    }

    private static KekKeys keyset(KeysetHandle.Builder.Entry only) throws GeneralSecurityException {
        KeysetHandle handle = KeysetHandle.newBuilder()
                .setConfiguration(AeadConfig2026.get())
                .addEntry(only.makePrimary())
                .build();
        return KekKeys.parse(
                TinkProtoKeysetFormat.serializeKeyset(handle, InsecureSecretKeyAccess.get(), AeadConfig2026.get()));
    }
}
