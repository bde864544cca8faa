package dev.tegula.hibernate.type;

import org.hibernate.mapping.BasicValue;
import org.hibernate.type.SqlTypes;
import org.hibernate.type.descriptor.java.StringJavaType;
import org.jspecify.annotations.Nullable;

/** The Java type of a column with a document whose encrypted values are elsewhere: text that nothing but its {@code DocumentType} may write. */
public final class DocumentText extends StringJavaType {

    private static final long serialVersionUID = 1L;

    private final boolean acceptsClear;

    private DocumentText(boolean acceptsClear) {
        this.acceptsClear = acceptsClear;
    }

    /** Whether what stands in clear at an encrypted path is taken for its value. */
    public boolean acceptsClear() {
        return acceptsClear;
    }

    /** Masked whole: a document that is read may hold in clear what is to be encrypted, whether it is accepted or refused. */
    @Override
    public String extractLoggableRepresentation(@Nullable String value) {
        return value == null ? "null" : "***";
    }

    /** Makes a mapped value a column of JSON with this type. */
    public static void mapTo(BasicValue value, boolean acceptsClear) {
        value.setExplicitJavaTypeAccess(configuration -> new DocumentText(acceptsClear));
        value.setExplicitJdbcTypeAccess(
                configuration -> configuration.getJdbcTypeRegistry().getDescriptor(SqlTypes.JSON));
    }
}
