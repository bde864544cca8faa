package dev.tegula.hibernate.type;

import dev.tegula.blindindex.BlindTokens;
import java.io.Serializable;
import java.util.List;
import org.hibernate.HibernateException;
import org.hibernate.SharedSessionContract;
import org.hibernate.dialect.Dialect;
import org.hibernate.type.descriptor.WrapperOptions;
import org.hibernate.type.descriptor.java.ImmutableMutabilityPlan;
import org.hibernate.type.descriptor.sql.spi.DdlTypeRegistry;
import org.jspecify.annotations.Nullable;

/** The Java type of the blind tokens of one attribute. */
public final class BlindTokensType extends CompanionType<AttributeTokens> {

    private static final long serialVersionUID = 1L;

    private final transient TokensDeclaration declaration;

    /**
     * The type of an attribute.
     *
     * @param name the attribute's own
     */
    public BlindTokensType(TokensDeclaration declaration, String name) {
        super(BlindTokens.class, new Plan(), name, new BytesArray());
        this.declaration = declaration;
    }

    /** Tells Hibernate the SQL type of the columns, which a MERGE casts its parameters to; gives its name. */
    public static String register(DdlTypeRegistry types, Dialect dialect) {
        types.addDescriptorIfAbsent(BytesArray.ddlType(dialect));
        return BytesArray.COLUMN_TYPE;
    }

    /** What the attribute says. */
    public TokensDeclaration declaration() {
        return declaration;
    }

    @Override
    public List<String> attributes() {
        return List.of(declaration.attribute());
    }

    @Override
    public boolean isLookedFor() {
        return !declaration.next();
    }

    @Override
    @SuppressWarnings("unchecked")
    public <X> @Nullable X unwrap(@Nullable Object value, Class<X> type, WrapperOptions options) {
        if (value == null) {
            return null;
        }
        if (type == byte[][].class && value instanceof BlindTokens stored && !stored.isQuery()) {
            return (X) stored.bytes();
        }
        throw new HibernateException(name()
                + " holds blind tokens: they are looked for by `=` of a query with BlindTokens.all(…) or any(…), and nowhere"
                + " else.");
    }

    /** Of a parameter of a query; what was stored is made by the JDBC type. */
    @Override
    public <X> @Nullable Object wrap(@Nullable X value, WrapperOptions options) {
        return value;
    }

    /** The second-level cache holds the bytes. */
    private static final class Plan extends ImmutableMutabilityPlan<Object> {

        private static final long serialVersionUID = 1L;

        @Override
        public @Nullable Serializable disassemble(@Nullable Object value, SharedSessionContract session) {
            return value == null ? null : ((BlindTokens) value).bytes();
        }

        @Override
        public @Nullable Object assemble(@Nullable Serializable cached, SharedSessionContract session) {
            return cached == null ? null : BlindTokens.copyOf((byte[][]) cached);
        }
    }
}
