package dev.tegula.hibernate.declared;

import java.lang.reflect.Method;
import java.util.Locale;
import java.util.Optional;

/** The attribute that a method is the getter of. */
final class AttributeName {

    private AttributeName() {}

    static Optional<String> of(Method method) {
        String name = method.getName();
        if (method.getParameterCount() > 0) {
            return Optional.empty();
        }
        if (method.getDeclaringClass().isRecord()) {
            return Optional.of(name);
        }
        if (name.startsWith("get") && name.length() > 3) {
            return Optional.of(decapitalize(name.substring(3)));
        }
        return name.startsWith("is") && name.length() > 2
                ? Optional.of(decapitalize(name.substring(2)))
                : Optional.empty();
    }

    /** As in JavaBeans: {@code URL} stays {@code URL}. */
    private static String decapitalize(String name) {
        if (name.length() > 1 && Character.isUpperCase(name.charAt(0)) && Character.isUpperCase(name.charAt(1))) {
            return name;
        }
        return name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
    }
}
