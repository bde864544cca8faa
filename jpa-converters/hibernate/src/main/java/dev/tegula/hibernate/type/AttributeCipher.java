package dev.tegula.hibernate.type;

import dev.tegula.Context;
import dev.tegula.FieldCipher;
import dev.tegula.FieldSpec;
import dev.tegula.envelope.EnvelopeHead;
import dev.tegula.envelope.Mode;
import dev.tegula.envelope.RowId;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.ValueException;
import dev.tegula.hibernate.engine.Engine;
import java.util.function.Supplier;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.jspecify.annotations.Nullable;

/** Encrypts and decrypts the values of one attribute with the engine and the tenant of a session. */
final class AttributeCipher {

    private final FieldSpec<Object> spec;
    private final boolean acceptsField;
    private final String attribute;
    private final SessionTenant tenants;
    private volatile @Nullable Resolved resolved;

    AttributeCipher(FieldSpec<Object> spec, boolean acceptsField, String attribute) {
        this.spec = spec;
        this.acceptsField = acceptsField;
        this.attribute = attribute;
        this.tenants = new SessionTenant(spec.perTenant(), attribute + " (" + spec.field() + ")");
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

    boolean acceptsField() {
        return acceptsField;
    }

    /**
     * Encrypts.
     *
     * @param row the row; null only where values are not bound to one
     */
    byte @Nullable [] encrypt(@Nullable Object value, @Nullable RowId row, SharedSessionContractImplementor session) {
        return resolved(session.getFactory()).cipher.encrypt(value, context(row, session));
    }

    /** Decrypts; a value that is bound to its field only where that is accepted, which is counted. */
    @Nullable
    Object decrypt(byte[] envelope, @Nullable RowId row, SharedSessionContractImplementor session) {
        Resolved current = resolved(session.getFactory());
        if (acceptsField && EnvelopeHead.check(spec.field().value(), envelope) == Mode.FIELD) {
            Object value = current.ofField.decrypt(envelope, tenant(session));
            Engine.of(session.getFactory()).countAccepted(attribute);
            return value;
        }
        return current.cipher.decrypt(envelope, context(row, session));
    }

    private Resolved resolved(SessionFactoryImplementor factory) {
        Resolved current = resolved;
        if (current == null || current.factory != factory) {
            Engine engine = Engine.of(factory);
            FieldCipher<Object> cipher = engine.cipher(spec);
            current = new Resolved(factory, cipher, acceptsField ? engine.cipher(spec.boundTo(Mode.FIELD)) : cipher);
            resolved = current;
        }
        return current;
    }

    private Context context(@Nullable RowId row, SharedSessionContractImplementor session) {
        if (spec.mode() != Mode.ROW) {
            return tenant(session);
        }
        if (row == null) {
            throw new ConfigurationException(attribute + " (" + spec.field()
                    + ") is bound to its row, and this is a place where its row is not known: it is written and read with its"
                    + " entity, or selected by HQL or Criteria.");
        }
        return tenant(session).row(row);
    }

    private Context tenant(SharedSessionContractImplementor session) {
        return tenants.context(session);
    }

    private record Resolved(
            SessionFactoryImplementor factory, FieldCipher<Object> cipher, FieldCipher<Object> ofField) {}
}
