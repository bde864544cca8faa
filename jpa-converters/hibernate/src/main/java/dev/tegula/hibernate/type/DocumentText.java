package dev.tegula.hibernate.type;

import org.hibernate.mapping.BasicValue;
import org.hibernate.type.SqlTypes;
import org.hibernate.type.descriptor.java.StringJavaType;

/** The Java type of a column with a document whose encrypted values are elsewhere: text that nothing but its {@code DocumentType} may write. */
public final class DocumentText extends StringJavaType {

    private static final long serialVersionUID = 1L;

    /** Makes a mapped value a column of JSON with this type. */
    public static void mapTo(BasicValue value) {
        value.setExplicitJavaTypeAccess(configuration -> new DocumentText());
        value.setExplicitJdbcTypeAccess(
                configuration -> configuration.getJdbcTypeRegistry().getDescriptor(SqlTypes.JSON));
    }
}
