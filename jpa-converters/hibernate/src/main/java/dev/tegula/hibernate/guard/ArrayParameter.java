package dev.tegula.hibernate.guard;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.sql.ast.tree.expression.JdbcParameter;
import org.hibernate.sql.exec.spi.JdbcParameterBindings;
import org.jspecify.annotations.Nullable;

/** A parameter that is bound as an array of byte strings. */
abstract class ArrayParameter extends ComputedParameter {

    ArrayParameter(JdbcParameter plain) {
        super(plain);
    }

    /** What is bound for a value of the query's parameter; null finds nothing. */
    abstract byte @Nullable [][] array(
            Object value, JdbcParameterBindings bindings, SharedSessionContractImplementor session);

    @Override
    final void bind(
            PreparedStatement statement,
            int position,
            @Nullable Object value,
            JdbcParameterBindings bindings,
            SharedSessionContractImplementor session)
            throws SQLException {
        byte[][] array = value == null ? null : array(value, bindings, session);
        statement.setArray(
                position, array == null ? null : statement.getConnection().createArrayOf("bytea", array));
    }
}
