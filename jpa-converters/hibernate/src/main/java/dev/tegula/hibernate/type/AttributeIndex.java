package dev.tegula.hibernate.type;

import dev.tegula.Context;
import dev.tegula.FieldIndex;
import dev.tegula.blindindex.BlindIndex;
import dev.tegula.blindindex.IndexSpec;
import dev.tegula.cipher.IndexParameters;
import dev.tegula.failure.MalformedException;
import dev.tegula.failure.ValueException;
import dev.tegula.hibernate.engine.Engine;
import java.util.List;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.jspecify.annotations.Nullable;

/** Computes, checks and looks up the blind index of an attribute with the engine and the tenant of a session. */
public final class AttributeIndex implements Companion {

    private final IndexSpec<List<?>> spec;
    private final String attribute;
    private final List<EncryptedJavaType> indexed;
    private final boolean filling;
    private final boolean next;
    private final SessionTenant tenants;
    private volatile @Nullable Resolved resolved;

    /**
     * The index of an attribute.
     *
     * @param attribute entity and attribute, for messages
     * @param indexed the types of the encrypted attributes, in the order of the parts
     * @param filling whether a row with values may have no index yet
     * @param next whether it is the next column of an index
     */
    public AttributeIndex(
            IndexSpec<List<?>> spec, String attribute, List<EncryptedJavaType> indexed, boolean filling, boolean next) {
        this.next = next;
        this.filling = filling;
        this.spec = spec;
        this.attribute = attribute;
        this.tenants = new SessionTenant(spec.perTenant(), attribute);
        this.indexed = List.copyOf(indexed);
    }

    /** How it is computed. */
    public IndexSpec<List<?>> spec() {
        return spec;
    }

    /** Whether some different values have one index. */
    public boolean isCut() {
        return spec.bits() < IndexParameters.MAX_BITS;
    }

    /** Whether it is the next column of an index, which nobody looks for. */
    public boolean isNext() {
        return next;
    }

    @Override
    public String attribute() {
        return attribute;
    }

    @Override
    public @Nullable BlindIndex compute(List<?> values, SharedSessionContractImplementor session) {
        FieldIndex<List<?>> index = index(session.getFactory());
        Context context = tenants.context(session);
        return next ? index.computeNext(values, context) : index.compute(values, context);
    }

    @Override
    public boolean mayLack(List<?> values) {
        if (!filling && !next) {
            return false;
        }
        try {
            byte @Nullable [] unused = spec.isNull(values) ? null : spec.input(values);
            return false;
        } catch (MalformedException | ValueException refused) {
            return true;
        }
    }

    @Override
    public void verify(@Nullable Object stored, List<?> values, SharedSessionContractImplementor session) {
        if (stored == null && filling) {
            return;
        }
        FieldIndex<List<?>> index = index(session.getFactory());
        byte[] bytes = stored instanceof BlindIndex found && !found.isValue() ? found.bytes() : null;
        Context context = tenants.context(session);
        if (next) {
            index.verifyNext(bytes, values, context);
        } else {
            index.verify(bytes, values, context);
        }
    }

    /** What rows with these values, each of its attribute's type, may hold. */
    public byte[][] lookUp(List<?> values, SharedSessionContractImplementor session) {
        return index(session.getFactory()).lookUp(values, tenants.context(session));
    }

    @Override
    public List<EncryptedJavaType> indexed() {
        return indexed;
    }

    private FieldIndex<List<?>> index(SessionFactoryImplementor factory) {
        Resolved current = resolved;
        if (current == null || current.factory != factory) {
            current = new Resolved(factory, Engine.of(factory).index(spec));
            resolved = current;
        }
        return current.index;
    }

    private record Resolved(SessionFactoryImplementor factory, FieldIndex<List<?>> index) {}
}
