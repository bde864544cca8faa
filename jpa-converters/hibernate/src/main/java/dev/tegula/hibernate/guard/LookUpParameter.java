package dev.tegula.hibernate.guard;

import dev.tegula.blindindex.BlindIndex;
import dev.tegula.hibernate.EncryptedQueryException;
import dev.tegula.hibernate.type.AttributeIndex;
import dev.tegula.hibernate.type.EncryptedJavaType;
import dev.tegula.value.Sensitive;
import java.util.List;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.sql.ast.tree.expression.JdbcParameter;
import org.hibernate.sql.exec.spi.JdbcParameterBindings;
import org.jspecify.annotations.Nullable;

/** A parameter whose value is looked for: an array of blind indexes. */
final class LookUpParameter extends ArrayParameter {

    private final AttributeIndex index;

    LookUpParameter(JdbcParameter plain, AttributeIndex index) {
        super(plain);
        this.index = index;
    }

    @Override
    byte[][] array(Object parameter, JdbcParameterBindings bindings, SharedSessionContractImplementor session) {
        Object value = parameter;
        boolean candidates = false;
        if (parameter instanceof BlindIndex given) {
            if (!given.isValue()) {
                return new byte[][] {given.bytes()};
            }
            value = given.value();
            candidates = given.isCandidates();
        }
        if (index.isCut() && !candidates) {
            throw new EncryptedQueryException(index.attribute() + " is a blind index that is cut to "
                    + index.spec().bits() + " bits: rows of some other values are found too. Give the query"
                    + " BlindIndex.candidates(value), and compare the values of what it finds.");
        }
        List<EncryptedJavaType> types = index.indexed();
        List<?> values = types.size() == 1 ? List.of(value) : value instanceof List<?> list ? list : List.of();
        if (values.size() != types.size()) {
            throw new EncryptedQueryException(
                    index.attribute() + " is the blind index of " + types.size()
                            + " attributes: its parameter is a BlindIndex.of a List of their values, in the order of the annotation.");
        }
        for (int i = 0; i < values.size(); i++) {
            requireType(types.get(i), values.get(i));
        }
        return index.lookUp(values, session);
    }

    private void requireType(EncryptedJavaType type, @Nullable Object value) {
        Class<?> wanted = type.getJavaTypeClass();
        if (wanted != Sensitive.class && !(value instanceof Sensitive<?>) && !wanted.isInstance(value)) {
            throw new EncryptedQueryException(index.attribute() + " is a blind index of " + type.attribute()
                    + ": its parameter must be a " + wanted.getSimpleName() + ", as that attribute is, not "
                    + (value == null ? "null" : "a " + value.getClass().getSimpleName()) + ".");
        }
    }
}
