package dev.tegula.hibernate.type;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tegula.envelope.RowId;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The kinds of key columns that a value can be bound to: the closed table of {@code docs/format/v1.md}. */
public enum RowPart {
    /** Integers of every width. */
    INTEGER("smallint|integer|bigint|int|int2|int4|int8", Byte.class, Short.class, Integer.class, Long.class) {
        @Override
        public byte[] item(Object value) {
            return RowId.integer(((Number) value).longValue());
        }

        @Override
        byte[] itemOf(byte[] read) {
            return RowId.integer(Long.parseLong(new String(read, UTF_8)));
        }
    },
    /** UUID in a column of that type. */
    UUID("uuid", java.util.UUID.class) {
        @Override
        public byte[] item(Object value) {
            return RowId.uuid((java.util.UUID) value);
        }

        @Override
        byte[] itemOf(byte[] read) {
            return RowId.uuid(java.util.UUID.fromString(new String(read, UTF_8)));
        }
    },
    /** Text of any length but {@code char(n)}. */
    TEXT("(text|string|varchar|character varying)(\\s*\\(\\s*\\d+\\s*\\))?", String.class) {
        @Override
        public byte[] item(Object value) {
            return RowId.text((String) value);
        }

        @Override
        byte[] itemOf(byte[] read) {
            return RowId.text(new String(read, UTF_8));
        }
    },
    /** Bytes. */
    BYTES("bytea|bytes", byte[].class) {
        @Override
        public byte[] item(Object value) {
            return RowId.bytes((byte[]) value);
        }

        @Override
        byte[] itemOf(byte[] read) {
            return RowId.bytes(read);
        }
    };

    private final Pattern sqlTypes;

    @SuppressWarnings("ImmutableEnumChecker") // of Set.of
    private final Set<Class<?>> javaTypes;

    RowPart(String sqlTypes, Class<?>... javaTypes) {
        this.sqlTypes = Pattern.compile(sqlTypes, Pattern.CASE_INSENSITIVE);
        this.javaTypes = Set.of(javaTypes);
    }

    /** The kind of a column by the type in its definition; empty for all that a value cannot be bound to. */
    public static Optional<RowPart> ofSqlType(String sqlType) {
        String type = sqlType.strip();
        return Arrays.stream(values())
                .filter(part -> part.sqlTypes.matcher(type).matches())
                .findFirst();
    }

    /** Whether its length stands before it, because it may hold anything. */
    public boolean lengthFirst() {
        return this == TEXT || this == BYTES;
    }

    /** Whether what Hibernate gives to JDBC as this class is of this kind. */
    public boolean isWrittenFrom(Class<?> javaType) {
        return javaTypes.contains(javaType);
    }

    /** The item of the row id, of what Hibernate gives to JDBC. */
    public abstract byte[] item(Object value);

    /** The same of what the read expression gives. */
    abstract byte[] itemOf(byte[] read);
}
