package dev.tegula.hibernate.guard;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.sql.ast.tree.expression.JdbcParameter;
import org.hibernate.sql.exec.spi.JdbcParameterBindings;
import org.jspecify.annotations.Nullable;

/** A parameter of which the database is told whether it is null, and no more. */
final class PresenceParameter extends ComputedParameter {

    PresenceParameter(JdbcParameter plain) {
        super(plain);
    }

    @Override
    void bind(
            PreparedStatement statement,
            int position,
            @Nullable Object value,
            JdbcParameterBindings bindings,
            SharedSessionContractImplementor session)
            throws SQLException {
        statement.setBytes(position, value == null ? null : new byte[0]);
    }
}
