package dev.tegula.hibernate.type;

import dev.tegula.Context;
import dev.tegula.FieldCipher;
import dev.tegula.FieldSpec;
import dev.tegula.failure.ValueException;
import dev.tegula.hibernate.engine.Engine;
import java.util.function.Supplier;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.jspecify.annotations.Nullable;

/** Encrypts and decrypts the values of one attribute with the engine and the tenant of a session. */
final class AttributeCipher {

    private final FieldSpec<Object> spec;
    private final String attribute;
    private volatile @Nullable Resolved resolved;

    AttributeCipher(FieldSpec<Object> spec, String attribute) {
        this.spec = spec;
        this.attribute = attribute;
    }

    FieldSpec<Object> spec() {
        return spec;
    }

    boolean mutable() {
        return spec.codec().mutable();
    }

    Object copy(Object value) {
        return named(() -> spec.codec().copy(value));
    }

    boolean same(Object one, Object other) {
        return named(() -> spec.codec().same(one, other));
    }

    int hash(Object value) {
        return named(() -> spec.codec().hash(value));
    }

    private <R> R named(Supplier<R> work) {
        try {
            return work.get();
        } catch (ValueException e) {
            throw e.in(attribute + " (" + spec.field() + ")");
        }
    }

    String attribute() {
        return attribute;
    }

    byte @Nullable [] encrypt(@Nullable Object value, SharedSessionContractImplementor session) {
        return cipher(session.getFactory()).encrypt(value, context(session));
    }

    @Nullable
    Object decrypt(byte[] envelope, SharedSessionContractImplementor session) {
        return cipher(session.getFactory()).decrypt(envelope, context(session));
    }

    private FieldCipher<Object> cipher(SessionFactoryImplementor factory) {
        Resolved current = resolved;
        if (current == null || current.factory != factory) {
            current = new Resolved(factory, Engine.of(factory).cipher(spec));
            resolved = current;
        }
        return current.cipher;
    }

    private Context context(SharedSessionContractImplementor session) {
        return SessionTenant.context(spec.perTenant(), attribute + " (" + spec.field() + ")", session);
    }

    private record Resolved(SessionFactoryImplementor factory, FieldCipher<Object> cipher) {}
}
