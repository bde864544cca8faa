package dev.tegula.kms.tink;

import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.TinkProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig2026;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import java.security.GeneralSecurityException;

/** A keyset whose one key has a chosen version, but is another key. */
final class SameId {

    private SameId() {}

    static KekKeys as(long version) throws GeneralSecurityException {
        KeysetHandle handle = KeysetHandle.newBuilder()
                .setConfiguration(AeadConfig2026.get())
                .addEntry(KeysetHandle.generateEntryFromParameters(PredefinedAeadParameters.AES256_GCM)
                        .withFixedId((int) version)
                        .makePrimary())
                .build();
        return KekKeys.parse(
                TinkProtoKeysetFormat.serializeKeyset(handle, InsecureSecretKeyAccess.get(), AeadConfig2026.get()));
    }
}
