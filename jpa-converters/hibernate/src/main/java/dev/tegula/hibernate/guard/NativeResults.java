package dev.tegula.hibernate.guard;

import dev.tegula.hibernate.EncryptedQueryException;
import dev.tegula.hibernate.engine.Engine;
import dev.tegula.hibernate.type.EncryptedJavaType;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.BitSet;
import java.util.Set;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.metamodel.mapping.JdbcMapping;
import org.hibernate.metamodel.mapping.JdbcMappingContainer;
import org.hibernate.query.results.ResultSetMapping;
import org.hibernate.sql.ast.spi.SqlSelection;
import org.hibernate.sql.ast.tree.select.SelectStatement;
import org.hibernate.sql.results.graph.DomainResult;
import org.hibernate.sql.results.graph.FetchParent;
import org.hibernate.sql.results.jdbc.spi.JdbcValuesMapping;
import org.hibernate.sql.results.jdbc.spi.JdbcValuesMappingProducer;
import org.hibernate.sql.results.jdbc.spi.JdbcValuesMappingProducerProvider;
import org.hibernate.sql.results.jdbc.spi.JdbcValuesMetadata;
import org.hibernate.type.descriptor.java.JavaType;
import org.hibernate.type.descriptor.jdbc.ArrayJdbcType;
import org.hibernate.type.descriptor.jdbc.BasicExtractor;
import org.hibernate.type.descriptor.jdbc.JdbcType;
import org.jspecify.annotations.Nullable;

/**
 * Refuses the result of a native query or a procedure that reads a binary column as text: Hibernate would give the bytes
 * of an envelope as text, silently. The result's mapping is wrapped by a proxy, because its methods differ between
 * Hibernate 6.6 and 7.
 */
public record NativeResults(JdbcValuesMappingProducerProvider plain) implements JdbcValuesMappingProducerProvider {

    private static final long serialVersionUID = 1L;

    private static final Set<Class<?>> TEXT =
            Set.of(String.class, CharSequence.class, Character.class, Character[].class, char[].class, String[].class);

    @Override
    public JdbcValuesMappingProducer buildMappingProducer(
            SelectStatement statement, SessionFactoryImplementor factory) {
        return plain.buildMappingProducer(statement, factory);
    }

    @Override
    public ResultSetMapping buildResultSetMapping(String name, boolean dynamic, SessionFactoryImplementor factory) {
        return wrap(plain.buildResultSetMapping(name, dynamic, factory));
    }

    private static ResultSetMapping wrap(ResultSetMapping mapping) {
        return (ResultSetMapping) Proxy.newProxyInstance(
                NativeResults.class.getClassLoader(), new Class<?>[] {ResultSetMapping.class}, new Checked(mapping));
    }

    private static void check(
            JdbcValuesMapping mapping, JdbcValuesMetadata columns, SessionFactoryImplementor factory) {
        BitSet scalars = scalars(mapping);
        for (SqlSelection selection : mapping.getSqlSelections()) {
            int index = selection.getValuesArrayPosition();
            refuseBound(selection);
            if (scalars.get(index)
                    && (isText(selection.getExpressionType()) || TextWanted.of(columns.resolveColumnName(index + 1)))
                    && isBinary(columns.<Object>resolveType(index + 1, null, factory.getTypeConfiguration())
                            .getJdbcType())) {
                throw new EncryptedQueryException(
                        "Column " + (index + 1) + " (" + columns.resolveColumnName(index + 1)
                                + ") of a native query is binary, and would be read as text. A native query does not decrypt: if"
                                + " the column is encrypted, select the entity, or read byte[].class and give it to"
                                + " FieldCipher.decrypt. If it is not encrypted, make text of it in SQL: encode(column, 'hex').");
            }
        }
    }

    /**
     * What Hibernate's own SQL reads with an expression. Its SQL gives no key before the value; and what stands in the column could
     * say one that is not the row's.
     */
    private static void refuseBound(SqlSelection selection) {
        // 6.6 says no type of what belongs to an entity, but how it reads it.
        JavaType<?> type = selection.getJdbcValueExtractor() instanceof BasicExtractor<?> extractor
                ? extractor.getJavaType()
                : null;
        if (type instanceof EncryptedJavaType encrypted && encrypted.ofRow()) {
            throw new EncryptedQueryException(encrypted.attribute()
                    + " is bound to its row (bind = ROW), so that a native query or procedure cannot read it, alone or in its"
                    + " entity. Select the identifiers natively, and the entities or the attribute by HQL or Criteria; or"
                    + " read byte[].class and give it to FieldCipher.decrypt with the row.");
        }
        if (type instanceof EncryptedJavaType encrypted
                && encrypted.plaintextColumn().isPresent()) {
            throw new EncryptedQueryException(encrypted.attribute() + " is read from two columns (plaintextColumn = \""
                    + encrypted.plaintextColumn().get().name()
                    + "\"), and a native query or procedure reads one of them: rows without an envelope would have no value."
                    + " Select the identifiers natively, and the entities or the attribute by HQL or Criteria.");
        }
    }

    /** The columns outside of entities, whose attributes may have mappings of their own from bytes to text. */
    private static BitSet scalars(JdbcValuesMapping mapping) {
        BitSet scalars = new BitSet();
        for (DomainResult<?> result : mapping.getDomainResults()) {
            if (!(result instanceof FetchParent)) {
                result.collectValueIndexesToCache(scalars);
            }
        }
        return scalars;
    }

    private static boolean isBinary(JdbcType type) {
        return type instanceof ArrayJdbcType array ? array.getElementJdbcType().isBinary() : type.isBinary();
    }

    private static boolean isText(@Nullable JdbcMappingContainer type) {
        if (type == null || type.getJdbcTypeCount() != 1) {
            return false;
        }
        JdbcMapping mapping = type.getSingleJdbcMapping();
        return mapping.getValueConverter() == null
                && EncryptedPath.of(mapping).isEmpty()
                && TEXT.contains(mapping.getJavaTypeDescriptor().getJavaTypeClass());
    }

    private record Checked(ResultSetMapping plain) implements InvocationHandler {
        @Override
        public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
            Object result;
            try {
                result = method.invoke(plain, unwrapped(arguments));
            } catch (InvocationTargetException e) {
                throw e.getTargetException();
            }
            if (result instanceof JdbcValuesMapping mapping
                    && arguments != null
                    && arguments[0] instanceof JdbcValuesMetadata columns
                    && arguments[arguments.length - 1] instanceof SessionFactoryImplementor factory
                    && Engine.of(factory).encrypts()) {
                check(mapping, columns, factory);
            }
            return result instanceof ResultSetMapping mapping ? wrap(mapping) : result;
        }

        /** Mappings are keys of a cache: two are equal if what they wrap is. */
        private static Object @Nullable [] unwrapped(Object @Nullable [] arguments) {
            return arguments != null
                            && arguments.length == 1
                            && arguments[0] instanceof ResultSetMapping other
                            && Proxy.isProxyClass(other.getClass())
                            && Proxy.getInvocationHandler(other) instanceof Checked checked
                    ? new Object[] {checked.plain}
                    : arguments;
        }
    }
}
