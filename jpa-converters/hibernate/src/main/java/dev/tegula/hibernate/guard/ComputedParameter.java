package dev.tegula.hibernate.guard;

import dev.tegula.hibernate.EncryptedQueryException;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.metamodel.mapping.JdbcMappingContainer;
import org.hibernate.query.sqm.sql.internal.SqmParameterInterpretation;
import org.hibernate.sql.ast.SqlAstWalker;
import org.hibernate.sql.ast.tree.expression.Expression;
import org.hibernate.sql.ast.tree.expression.JdbcParameter;
import org.hibernate.sql.exec.spi.ExecutionContext;
import org.hibernate.sql.exec.spi.JdbcParameterBinder;
import org.hibernate.sql.exec.spi.JdbcParameterBinding;
import org.hibernate.sql.exec.spi.JdbcParameterBindings;
import org.jspecify.annotations.Nullable;

/** A parameter of a statement that is computed from one of the query, and logged by nobody. */
abstract class ComputedParameter implements JdbcParameter, JdbcParameterBinder {

    private final JdbcParameter plain;

    /** In the place of a parameter of the query. */
    ComputedParameter(JdbcParameter plain) {
        this.plain = plain;
    }

    /**
     * The parameter that an expression is.
     *
     * @param refusal what is said of any other expression
     */
    static JdbcParameter parameter(Expression value, String refusal) {
        Expression inside =
                value instanceof SqmParameterInterpretation parameter ? parameter.getResolvedExpression() : value;
        if (inside instanceof JdbcParameter parameter) {
            return parameter;
        }
        throw new EncryptedQueryException(refusal);
    }

    /** Binds what is computed from the value of the query's parameter. */
    abstract void bind(
            PreparedStatement statement,
            int position,
            @Nullable Object value,
            JdbcParameterBindings bindings,
            SharedSessionContractImplementor session)
            throws SQLException;

    @Override
    public final JdbcParameterBinder getParameterBinder() {
        return this;
    }

    /** For Hibernate 7: the parameter's own is that of the plain one. */
    public final @Nullable Integer getParameterId() {
        return null;
    }

    @Override
    public final JdbcMappingContainer getExpressionType() {
        return plain.getExpressionType();
    }

    @Override
    public final void accept(SqlAstWalker walker) {
        walker.visitParameter(this);
    }

    @Override
    public final void bindParameterValue(
            PreparedStatement statement, int position, JdbcParameterBindings bindings, ExecutionContext context)
            throws SQLException {
        JdbcParameterBinding binding = bindings.getBinding(plain);
        bind(statement, position, binding == null ? null : binding.getBindValue(), bindings, context.getSession());
    }
}
