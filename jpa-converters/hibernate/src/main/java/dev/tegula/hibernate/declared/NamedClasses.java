package dev.tegula.hibernate.declared;

import java.lang.annotation.Annotation;
import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The classes that an annotation names, in itself or in annotations inside of it. */
final class NamedClasses {

    private NamedClasses() {}

    static Stream<Class<?>> of(Annotation annotation) {
        return Arrays.stream(annotation.annotationType().getDeclaredMethods())
                .filter(method -> method.getParameterCount() == 0)
                .flatMap(method -> classes(value(annotation, method)));
    }

    private static Stream<Class<?>> classes(Object value) {
        if (value instanceof Class<?> one) {
            return Stream.of(one);
        }
        if (value instanceof Annotation inner) {
            return of(inner);
        }
        return value.getClass().isArray()
                        && !value.getClass().getComponentType().isPrimitive()
                ? IntStream.range(0, Array.getLength(value))
                        .mapToObj(i -> Array.get(value, i))
                        .flatMap(NamedClasses::classes)
                : Stream.empty();
    }

    // A class that an annotation names may be missing; then nothing can be stored with it either.
    private static Object value(Annotation annotation, Method method) {
        try {
            method.setAccessible(true);
            return method.invoke(annotation);
        } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
            return "";
        }
    }
}
