package dev.tegula.operations.live;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;

/** A way to a database that keeps the text of each prepared statement. */
public final class HeardStatements {

    private final List<String> heard = new CopyOnWriteArrayList<>();

    /** In the order in which they were prepared. */
    public List<String> heard() {
        return heard;
    }

    public DataSource on(DataSource target) {
        return proxy(DataSource.class, target);
    }

    private <T> T proxy(Class<T> type, T real) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    if (method.getName().equals("prepareStatement")) {
                        heard.add((String) arguments[0]);
                    }
                    try {
                        Object result = method.invoke(real, arguments);
                        return real instanceof DataSource && result instanceof Connection connection
                                ? proxy(Connection.class, connection)
                                : result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }
}
