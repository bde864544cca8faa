package dev.tegula.hibernate.declared;

import java.lang.reflect.Type;
import java.util.List;
import org.hibernate.mapping.BasicValue;
import org.jspecify.annotations.Nullable;

/**
 * A value that the mapping stores as it is, whatever annotations its class has inside.
 *
 * @param path entity name and attribute path
 * @param declared the types that its class gives it, as field and as getter; may be empty
 * @param converts whether the attribute has a {@code @Convert} of its own
 * @param value the one column; null where a user type takes the value apart
 */
record StoredWhole(
        String path,
        List<Type> declared,
        boolean converts,
        @Nullable BasicValue value) {}
