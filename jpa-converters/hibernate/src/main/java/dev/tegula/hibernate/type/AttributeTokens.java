package dev.tegula.hibernate.type;

import dev.tegula.Context;
import dev.tegula.FieldTokens;
import dev.tegula.blindindex.BlindTokens;
import dev.tegula.blindindex.TokenSpec;
import dev.tegula.failure.MalformedException;
import dev.tegula.failure.ValueException;
import dev.tegula.hibernate.engine.Engine;
import dev.tegula.value.Sensitive;
import java.util.List;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.jspecify.annotations.Nullable;

/** Computes, checks and looks up the blind tokens of an attribute with the engine and the tenant of a session. */
public final class AttributeTokens implements Companion {

    private final TokenSpec spec;
    private final String attribute;
    private final EncryptedJavaType indexed;
    private final boolean filling;
    private final boolean next;
    private final SessionTenant tenants;
    private volatile @Nullable Resolved resolved;

    /**
     * The tokens of an attribute.
     *
     * @param attribute entity and attribute, for messages
     * @param indexed the type of the encrypted attribute
     * @param filling whether a row with a text may have none yet
     * @param next whether it is the next column of tokens
     */
    public AttributeTokens(TokenSpec spec, String attribute, EncryptedJavaType indexed, boolean filling, boolean next) {
        this.next = next;
        this.spec = spec;
        this.attribute = attribute;
        this.indexed = indexed;
        this.filling = filling;
        this.tenants = new SessionTenant(spec.perTenant(), attribute);
    }

    /** How they are computed. */
    public TokenSpec spec() {
        return spec;
    }

    @Override
    public String attribute() {
        return attribute;
    }

    @Override
    public List<EncryptedJavaType> indexed() {
        return List.of(indexed);
    }

    @Override
    public @Nullable BlindTokens compute(List<?> values, SharedSessionContractImplementor session) {
        FieldTokens tokens = tokens(session.getFactory());
        Context context = tenants.context(session);
        String text = text(values.get(0));
        return next ? tokens.computeNext(text, context) : tokens.compute(text, context);
    }

    @Override
    public boolean mayLack(List<?> values) {
        String text = text(values.get(0));
        if (text == null || (!filling && !next)) {
            return false;
        }
        try {
            List<byte[]> unused = spec.items(text);
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
        byte[][] tokens = stored instanceof BlindTokens found && !found.isQuery() ? found.bytes() : null;
        Context context = tenants.context(session);
        String text = text(values.get(0));
        if (next) {
            tokens(session.getFactory()).verifyNext(tokens, text, context);
        } else {
            tokens(session.getFactory()).verify(tokens, text, context);
        }
    }

    /** The parameters of the condition that finds rows, see {@link FieldTokens#parameters}. */
    @SuppressWarnings("NullAway") // does not read that the arrays in a list of another jar may be null
    public List<byte @Nullable [][]> parameters(BlindTokens query, SharedSessionContractImplementor session) {
        return tokens(session.getFactory()).parameters(query, tenants.context(session));
    }

    private static @Nullable String text(@Nullable Object value) {
        return (String) (value instanceof Sensitive<?> sensitive ? sensitive.value() : value);
    }

    private FieldTokens tokens(SessionFactoryImplementor factory) {
        Resolved current = resolved;
        if (current == null || current.factory != factory) {
            current = new Resolved(factory, Engine.of(factory).tokens(spec));
            resolved = current;
        }
        return current.tokens;
    }

    private record Resolved(SessionFactoryImplementor factory, FieldTokens tokens) {}
}
