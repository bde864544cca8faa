package dev.tegula.hibernate.guard;

import dev.tegula.blindindex.BlindTokens;
import dev.tegula.hibernate.EncryptedQueryException;
import dev.tegula.hibernate.type.AttributeTokens;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.hibernate.metamodel.mapping.JdbcMappingContainer;
import org.hibernate.sql.ast.SqlAstWalker;
import org.hibernate.sql.ast.tree.expression.JdbcParameter;
import org.hibernate.sql.exec.spi.ExecutionContext;
import org.hibernate.sql.exec.spi.JdbcParameterBinder;
import org.hibernate.sql.exec.spi.JdbcParameterBinding;
import org.hibernate.sql.exec.spi.JdbcParameterBindings;
import org.jspecify.annotations.Nullable;

/** One of the parameters of a condition on blind tokens: bound as an array of them, and logged by nobody. */
final class TokensParameter implements JdbcParameter, JdbcParameterBinder {

    private final JdbcParameter plain;
    private final AttributeTokens tokens;
    private final int slot;

    TokensParameter(JdbcParameter plain, AttributeTokens tokens, int slot) {
        this.plain = plain;
        this.tokens = tokens;
        this.slot = slot;
    }

    @Override
    public JdbcParameterBinder getParameterBinder() {
        return this;
    }

    /** For Hibernate 7: the parameter's own is that of the plain one. */
    public @Nullable Integer getParameterId() {
        return null;
    }

    @Override
    public JdbcMappingContainer getExpressionType() {
        return plain.getExpressionType();
    }

    @Override
    public void accept(SqlAstWalker walker) {
        walker.visitParameter(this);
    }

    @Override
    public void bindParameterValue(
            PreparedStatement statement, int position, JdbcParameterBindings bindings, ExecutionContext context)
            throws SQLException {
        JdbcParameterBinding binding = bindings.getBinding(plain);
        Object value = binding == null ? null : binding.getBindValue();
        if (value != null && !(value instanceof BlindTokens query && query.isQuery())) {
            throw new EncryptedQueryException(tokens.attribute()
                    + " holds blind tokens: its parameter must be BlindTokens.all(text) or BlindTokens.any(text), not a "
                    + value.getClass().getSimpleName() + (value instanceof BlindTokens ? " of a row." : "."));
        }
        byte[][] array = value == null ? null : tokens.parameter(slot, (BlindTokens) value, context.getSession());
        statement.setArray(
                position, array == null ? null : statement.getConnection().createArrayOf("bytea", array));
    }
}
