package dev.tegula.hibernate;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.util.Arrays;
import java.util.function.Consumer;
import javax.sql.DataSource;

/** As datasource-proxy and p6spy do: tells each call of JDBC with its arguments, and wraps what it gives. */
final class LoggedCalls {

    private LoggedCalls() {}

    static DataSource of(DataSource target, Consumer<String> log) {
        return wrap(DataSource.class, target, log);
    }

    private static <T> T wrap(Class<T> type, Object target, Consumer<String> log) {
        return type.cast(Proxy.newProxyInstance(
                LoggedCalls.class.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    log.accept(method.getName()
                            + Arrays.deepToString(arguments == null ? new Object[0] : readable(arguments)));
                    try {
                        Object result = method.invoke(target, arguments);
                        boolean wrapped = result != null
                                && method.getReturnType().getName().startsWith("java.sql.")
                                && method.getReturnType().isInterface()
                                && !(result instanceof Array);
                        return wrapped ? wrap(method.getReturnType(), result, log) : result;
                    } catch (InvocationTargetException e) {
                        throw e.getTargetException();
                    }
                }));
    }

    private static Object[] readable(Object[] arguments) {
        return Arrays.stream(arguments)
                .map(argument -> {
                    if (argument instanceof byte[] bytes) {
                        return new String(bytes, StandardCharsets.ISO_8859_1);
                    }
                    return argument instanceof byte[][] many
                            ? Arrays.stream(many)
                                    .map(bytes -> new String(bytes, StandardCharsets.ISO_8859_1))
                                    .toList()
                            : argument;
                })
                .toArray();
    }
}
