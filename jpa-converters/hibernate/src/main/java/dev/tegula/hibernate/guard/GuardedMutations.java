package dev.tegula.hibernate.guard;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.hibernate.query.sqm.mutation.spi.SqmMultiTableInsertStrategy;
import org.hibernate.query.sqm.mutation.spi.SqmMultiTableMutationStrategy;
import org.hibernate.query.sqm.mutation.spi.SqmMultiTableMutationStrategyProvider;
import org.hibernate.query.sqm.tree.SqmStatement;
import org.jspecify.annotations.Nullable;

/**
 * Puts the guard before bulk statements over several tables, which do not go through the translator factory. The
 * strategies' methods differ between Hibernate 6.6 and 7, so they are wrapped by what their arguments are.
 */
public final class GuardedMutations {

    private GuardedMutations() {}

    /** The same provider, whose strategies check each statement first. */
    public static SqmMultiTableMutationStrategyProvider of(SqmMultiTableMutationStrategyProvider provider) {
        return wrap(SqmMultiTableMutationStrategyProvider.class, provider);
    }

    /** Whether a provider is a guarded one. */
    public static boolean isGuarded(SqmMultiTableMutationStrategyProvider provider) {
        return Proxy.isProxyClass(provider.getClass()) && Proxy.getInvocationHandler(provider) instanceof Guard;
    }

    private static <T> T wrap(Class<T> type, Object target) {
        return type.cast(Proxy.newProxyInstance(
                GuardedMutations.class.getClassLoader(), new Class<?>[] {type}, new Guard(target)));
    }

    private record Guard(Object target) implements InvocationHandler {
        @Override
        public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
            if (arguments != null && arguments.length > 0 && arguments[0] instanceof SqmStatement<?> statement) {
                QueryGuard.checkWithoutIndexes(statement);
            }
            Object result;
            try {
                result = method.invoke(target, arguments);
            } catch (InvocationTargetException e) {
                throw e.getTargetException();
            }
            if (result instanceof SqmMultiTableMutationStrategy strategy) {
                return wrap(SqmMultiTableMutationStrategy.class, strategy);
            }
            return result instanceof SqmMultiTableInsertStrategy strategy
                    ? wrap(SqmMultiTableInsertStrategy.class, strategy)
                    : result;
        }
    }
}
