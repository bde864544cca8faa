package dev.tegula.hibernate.guard;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.hibernate.query.spi.QueryParameterBindings;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a query as its translator sees them, which are forgotten when it has translated. Hibernate keeps in its cache of query
 * plans what the translator made, tables of entities among it that hold the translator, and so the values that the first query of each
 * plan was given: what was looked for would stay in memory as long as the session factory.
 *
 * <p>A proxy, because the methods differ between Hibernate 6.6 and 7.
 */
final class PassingBindings implements InvocationHandler {

    private volatile @Nullable QueryParameterBindings bindings;

    PassingBindings(QueryParameterBindings bindings) {
        this.bindings = bindings;
    }

    QueryParameterBindings view() {
        return (QueryParameterBindings) Proxy.newProxyInstance(
                PassingBindings.class.getClassLoader(), new Class<?>[] {QueryParameterBindings.class}, this);
    }

    void forget() {
        bindings = null;
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        QueryParameterBindings known = bindings;
        if (known == null) {
            throw new IllegalStateException("The parameters of a query were asked for after it was translated");
        }
        try {
            return method.invoke(known, arguments);
        } catch (InvocationTargetException e) {
            throw e.getTargetException();
        }
    }
}
