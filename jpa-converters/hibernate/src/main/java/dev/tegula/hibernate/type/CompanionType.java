package dev.tegula.hibernate.type;

import java.util.List;
import org.hibernate.HibernateException;
import org.hibernate.mapping.BasicValue;
import org.hibernate.type.descriptor.java.AbstractClassJavaType;
import org.hibernate.type.descriptor.java.MutabilityPlan;
import org.hibernate.type.descriptor.jdbc.JdbcType;
import org.hibernate.type.descriptor.jdbc.JdbcTypeIndicators;
import org.jspecify.annotations.Nullable;

/**
 * The Java type of an attribute that holds a blind index or blind tokens. It stores and reads what was computed; what is looked for is a
 * parameter of a query, which the query guard binds: one that comes here, past the guard, is refused and never computed under one key only.
 *
 * @param <C> what the attribute holds
 */
public abstract sealed class CompanionType<C extends Companion> extends AbstractClassJavaType<Object>
        permits BlindIndexType, BlindTokensType {

    private static final long serialVersionUID = 1L;

    private final String name;
    private final transient JdbcType jdbcType;
    private transient volatile @Nullable C companion;

    @SuppressWarnings({"unchecked", "rawtypes"})
    CompanionType(Class<?> type, MutabilityPlan<Object> plan, String name, JdbcType jdbcType) {
        super((Class) type, plan, null);
        this.name = name;
        this.jdbcType = jdbcType;
    }

    /** The attribute's name where it is declared. */
    public final String name() {
        return name;
    }

    /** The encrypted attributes beside it. */
    public abstract List<String> attributes();

    /** Whether a query may ask for it. */
    public abstract boolean isLookedFor();

    /** Sets what it holds; called at boot, when the mapping is final. */
    public final void resolve(C known) {
        companion = known;
    }

    /**
     * What it holds.
     *
     * @throws IllegalStateException before the mapping is final
     */
    public final C companion() {
        C known = companion;
        if (known == null) {
            throw new IllegalStateException(name + " is asked for before the mapping is final");
        }
        return known;
    }

    /** Makes it the type of a mapped value. */
    public final void mapTo(BasicValue value) {
        value.setJpaAttributeConverterDescriptor(null);
        value.setExplicitJavaTypeAccess(configuration -> this);
        value.setExplicitJdbcTypeAccess(configuration -> jdbcType);
        value.setExplicitMutabilityPlanAccess(configuration -> getMutabilityPlan());
    }

    @Override
    public JdbcType getRecommendedJdbcType(JdbcTypeIndicators context) {
        return jdbcType;
    }

    /** Anything, or Hibernate would print the value of a parameter in its own message. */
    @Override
    public boolean isInstance(@Nullable Object value) {
        return value != null;
    }

    /** For Hibernate 7: values are passed as they are. */
    public Object cast(Object value) {
        return value;
    }

    @Override
    public String extractLoggableRepresentation(@Nullable Object value) {
        return value == null ? "null" : "***";
    }

    @Override
    public String toString(@Nullable Object value) {
        return value == null ? "null" : "***";
    }

    @Override
    public Object fromString(CharSequence string) {
        throw new HibernateException(
                name + " is computed from another attribute: it has no text form, so no literal and no XML.");
    }

    @Override
    public String toString() {
        return getClass().getSimpleName() + "[" + name + "]";
    }
}
