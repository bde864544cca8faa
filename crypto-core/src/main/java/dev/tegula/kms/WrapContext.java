package dev.tegula.kms;

import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.StrictText;
import dev.tegula.envelope.Suite;
import dev.tegula.envelope.Tuple;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * What a wrapped key is bound to: one SHA-256 over deployment, suite, scope and key id, given to every KMS in its own
 * way. The tenant is in the digest only; no KMS ever sees its name.
 */
public final class WrapContext {

    private final byte[] digest;
    private final Scope scope;
    private final KeyId keyId;

    private WrapContext(byte[] digest, Scope scope, KeyId keyId) {
        this.digest = digest;
        this.scope = scope;
        this.keyId = keyId;
    }

    /** The context of a key. */
    public static WrapContext of(String deployment, Suite suite, Scope scope, KeyId keyId) {
        byte[] tuple = Tuple.of(
                "tegula/wrap/v1".getBytes(StandardCharsets.US_ASCII),
                StrictText.encode("deployment", deployment),
                new byte[] {suite.id()},
                scope.tenant().item(),
                scope.field().bytes(),
                scope.purpose().name().getBytes(StandardCharsets.US_ASCII),
                keyId.bytes());
        try {
            return new WrapContext(MessageDigest.getInstance("SHA-256").digest(tuple), scope, keyId);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is not available in this JVM", e);
        }
    }

    /** The 32 bytes to bind to, copied. */
    public byte[] digest() {
        return digest.clone();
    }

    /** The field in clear, for policies and audit logs of a KMS. */
    public String field() {
        return scope.field().value();
    }

    /** The purpose in clear, for policies and audit logs of a KMS. */
    public String purpose() {
        return scope.purpose().name();
    }

    /** The key id in clear, for audit logs of a KMS. */
    public KeyId keyId() {
        return keyId;
    }

    @Override
    public String toString() {
        return "WrapContext[" + field() + ", " + keyId + "]";
    }
}
