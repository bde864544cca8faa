package dev.tegula.hibernate;

import java.io.Serializable;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Objects;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.usertype.UserType;

/** A type of an application, which Hibernate prefers to an annotation. */
@SuppressWarnings("removal") // Hibernate 6.6 has no other methods
public final class Upper implements UserType<String> {

    @Override
    public int getSqlType() {
        return Types.VARCHAR;
    }

    @Override
    public Class<String> returnedClass() {
        return String.class;
    }

    @Override
    public boolean equals(String one, String other) {
        return Objects.equals(one, other);
    }

    @Override
    public int hashCode(String value) {
        return Objects.hashCode(value);
    }

    public String nullSafeGet(ResultSet row, int position, SharedSessionContractImplementor session, Object owner)
            throws SQLException {
        return row.getString(position);
    }

    public void nullSafeSet(
            PreparedStatement statement, String value, int index, SharedSessionContractImplementor session)
            throws SQLException {
        statement.setString(index, value);
    }

    @Override
    public String deepCopy(String value) {
        return value;
    }

    @Override
    public boolean isMutable() {
        return false;
    }

    @Override
    public Serializable disassemble(String value) {
        return value;
    }

    @Override
    public String assemble(Serializable cached, Object owner) {
        return (String) cached;
    }
}
