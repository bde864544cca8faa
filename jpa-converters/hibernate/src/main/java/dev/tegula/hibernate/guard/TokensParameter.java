package dev.tegula.hibernate.guard;

import dev.tegula.blindindex.BlindTokens;
import dev.tegula.hibernate.EncryptedQueryException;
import dev.tegula.hibernate.type.AttributeTokens;
import java.util.List;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.sql.ast.tree.expression.JdbcParameter;
import org.hibernate.sql.exec.internal.JdbcParameterBindingImpl;
import org.hibernate.sql.exec.spi.JdbcParameterBinding;
import org.hibernate.sql.exec.spi.JdbcParameterBindings;
import org.jspecify.annotations.Nullable;

/** One of the parameters of a condition on blind tokens. */
final class TokensParameter extends ArrayParameter {

    private final JdbcParameter plain;
    private final AttributeTokens tokens;
    private final int slot;
    private final JdbcParameter first;

    /** The first of a condition. */
    TokensParameter(JdbcParameter plain, AttributeTokens tokens) {
        super(plain);
        this.plain = plain;
        this.tokens = tokens;
        this.slot = 0;
        this.first = this;
    }

    private TokensParameter(TokensParameter first, int slot) {
        super(first.plain);
        this.plain = first.plain;
        this.tokens = first.tokens;
        this.slot = slot;
        this.first = first;
    }

    /** Another one of the condition whose first this is. */
    TokensParameter at(int other) {
        return other == 0 ? this : new TokensParameter(this, other);
    }

    @Override
    byte @Nullable [][] array(Object value, JdbcParameterBindings bindings, SharedSessionContractImplementor session) {
        if (!(value instanceof BlindTokens query && query.isQuery())) {
            throw new EncryptedQueryException(tokens.attribute()
                    + " holds blind tokens: its parameter must be BlindTokens.all(text) or BlindTokens.any(text), not a "
                    + value.getClass().getSimpleName() + (value instanceof BlindTokens ? " of a row." : "."));
        }
        return computed(query, bindings, session).get(slot);
    }

    /**
     * All of the condition, computed once and kept beside the query's own parameters. Computed for each, a key that comes or goes in
     * between would move those behind it, and one of them might be in no parameter: its rows would not be found.
     */
    private List<byte @Nullable [][]> computed(
            BlindTokens query, JdbcParameterBindings bindings, SharedSessionContractImplementor session) {
        JdbcParameterBinding bound = bindings.getBinding(first);
        if (bound != null && bound.getBindValue() instanceof Computed known && known.query.equals(query)) {
            return known.arrays;
        }
        Computed computed = new Computed(query, tokens.parameters(query, session));
        bindings.addBinding(
                first, new JdbcParameterBindingImpl(plain.getExpressionType().getSingleJdbcMapping(), computed));
        return computed.arrays;
    }

    private record Computed(BlindTokens query, List<byte @Nullable [][]> arrays) {}
}
