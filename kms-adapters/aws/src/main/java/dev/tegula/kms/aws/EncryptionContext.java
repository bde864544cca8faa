package dev.tegula.kms.aws;

import dev.tegula.kms.WrapContext;
import java.util.HexFormat;
import java.util.Map;

/**
 * A context as AWS takes it: pairs that are authenticated, that policies can look at ({@code kms:EncryptionContext:…}) and
 * that CloudTrail shows in clear. The tenant is in the digest only.
 */
final class EncryptionContext {

    static final String DIGEST = "tegula-context";
    static final String FIELD = "tegula-field";
    static final String PURPOSE = "tegula-purpose";
    static final String KEY_ID = "tegula-key-id";

    private EncryptionContext() {}

    static Map<String, String> of(WrapContext context) {
        return Map.of(
                DIGEST, HexFormat.of().formatHex(context.digest()),
                FIELD, context.field(),
                PURPOSE, context.purpose(),
                KEY_ID, context.keyId().hex());
    }
}
