package dev.tegula.operations.reencrypt;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;

/** Connections on which somebody else is just a moment faster. */
final class InTheMoment {

    private InTheMoment() {}

    /**
     * Does something once.
     *
     * @param swap whether right before the compare-and-set, or before the look for rows of old keys
     */
    static DataSource before(DataSource source, boolean swap, Runnable todo) {
        AtomicBoolean done = new AtomicBoolean();
        return proxy(DataSource.class, source, (method, arguments, result) -> {
            if (!(result instanceof Connection connection)) {
                return result;
            }
            return proxy(Connection.class, connection, (inner, parameters, value) -> {
                if (inner.equals("prepareStatement")) {
                    String sql = (String) parameters[0];
                    boolean used = sql.contains("JOIN unnest") && !sql.contains("octet_length");
                    if ((swap ? sql.startsWith("SAVEPOINT tegula_swap") : used) && !done.getAndSet(true)) {
                        todo.run();
                    }
                }
                return value;
            });
        });
    }

    private interface Hook {
        Object after(String method, Object[] arguments, Object result);
    }

    private static <T> T proxy(Class<T> type, T target, Hook hook) {
        return type.cast(Proxy.newProxyInstance(
                InTheMoment.class.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    try {
                        return hook.after(method.getName(), arguments, method.invoke(target, arguments));
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }
}
