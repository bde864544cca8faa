package dev.tegula.hibernate.guard;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Which columns of a native query this thread's caller will make text of, after Hibernate gave it bytes. */
final class TextWanted {

    private static final ThreadLocal<@Nullable Predicate<String>> COLUMNS = new ThreadLocal<>();

    private TextWanted() {}

    static EncryptedQueries.Scope of(Predicate<String> columns) {
        Predicate<String> outer = COLUMNS.get();
        COLUMNS.set(columns);
        return () -> {
            if (outer == null) {
                COLUMNS.remove();
            } else {
                COLUMNS.set(outer);
            }
        };
    }

    static boolean of(String column) {
        Predicate<String> columns = COLUMNS.get();
        return columns != null && columns.test(column);
    }
}
