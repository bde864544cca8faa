package dev.tegula.hibernate.type;

import java.io.Serializable;
import org.hibernate.SharedSessionContract;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.type.descriptor.java.MutabilityPlan;
import org.jspecify.annotations.Nullable;

/** Copies by codec, never by cryptography; what enters the second-level cache is encrypted. */
final class EncryptedMutability implements MutabilityPlan<Object> {

    private static final long serialVersionUID = 1L;

    private final transient AttributeCipher cipher;

    EncryptedMutability(AttributeCipher cipher) {
        this.cipher = cipher;
    }

    @Override
    public boolean isMutable() {
        return cipher.mutable();
    }

    @Override
    public @Nullable Object deepCopy(@Nullable Object value) {
        Object plain = BoundValue.plain(value);
        return plain == null ? null : cipher.copy(plain);
    }

    @Override
    public @Nullable Serializable disassemble(@Nullable Object value, SharedSessionContract session) {
        return value == null ? null : cipher.encrypt(value, null, (SharedSessionContractImplementor) session);
    }

    @Override
    public @Nullable Object assemble(@Nullable Serializable cached, SharedSessionContract session) {
        return cached == null
                ? null
                : cipher.decrypt((byte[]) cached, null, (SharedSessionContractImplementor) session);
    }
}
