package dev.tegula.spring;

import dev.tegula.hibernate.EncryptedQueryException;
import dev.tegula.hibernate.guard.EncryptedQueries;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.Query;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.data.jpa.repository.query.AbstractJpaQuery;
import org.springframework.data.jpa.repository.query.JpaParametersParameterAccessor;
import org.springframework.data.jpa.repository.query.JpaQueryMethod;
import org.springframework.data.jpa.repository.query.PartTreeJpaQuery;
import org.springframework.data.repository.query.QueryMethod;
import org.springframework.data.repository.query.parser.PartTree;
import org.springframework.orm.jpa.EntityManagerHolder;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.util.ReflectionUtils;

/**
 * Makes the query of every repository method with sample arguments and shows it to the query guard, which runs nothing: what
 * would fail in the first request stops the start, and is told with repository and method.
 */
final class QueryCheck implements SmartInitializingSingleton {

    private static final Logger LOG = LoggerFactory.getLogger(QueryCheck.class);

    private final RepositoryQueries repositories;
    private final ObjectProvider<EntityManagerFactory> factories;

    QueryCheck(RepositoryQueries repositories, ObjectProvider<EntityManagerFactory> factories) {
        this.repositories = repositories;
        this.factories = factories;
    }

    @Override
    public void afterSingletonsInstantiated() {
        List<AbstractJpaQuery> queries = repositories.take();
        if (queries.isEmpty()) {
            return;
        }
        // One for all of them: without, Spring opens one for each query and leaves it open until that is run.
        List<EntityManagerFactory> bound = new ArrayList<>();
        List<EntityManager> opened = new ArrayList<>();
        try {
            factories.stream()
                    .filter(factory -> !TransactionSynchronizationManager.hasResource(factory))
                    .forEach(factory -> {
                        EntityManager manager = factory.createEntityManager();
                        opened.add(manager);
                        TransactionSynchronizationManager.bindResource(factory, new EntityManagerHolder(manager));
                        bound.add(factory);
                    });
            queries.forEach(QueryCheck::check);
        } finally {
            bound.forEach(TransactionSynchronizationManager::unbindResource);
            opened.forEach(EntityManager::close);
        }
    }

    @SuppressWarnings("NullAway") // Spring Data takes null for an argument, and does not say so
    private static void check(AbstractJpaQuery query) {
        JpaQueryMethod described = query.getQueryMethod();
        Method method = method(described);
        try {
            JpaParametersParameterAccessor arguments = new JpaParametersParameterAccessor(
                    described.getParameters(), SampleArguments.of(method, method.getDeclaringClass()));
            Query made = make(query, arguments);
            if (removes(query, method)) {
                EncryptedQueries.checkRemoval(made);
            } else {
                EncryptedQueries.check(made);
            }
        } catch (EncryptedQueryException e) {
            throw refused(method, e);
        } catch (InvocationTargetException | RuntimeException e) {
            Throwable cause = e;
            while (cause != null) {
                if (cause instanceof EncryptedQueryException refusal) {
                    throw refused(method, refusal);
                }
                cause = cause.getCause();
            }
            // Not ours: a sample argument that does not fit, or a query that fails no matter who runs it.
            LOG.debug("{} was not shown to the query guard", name(method), e);
        }
    }

    /** A {@code deleteBy…} without a query of its own: Spring Data selects what is found and removes each. */
    private static boolean removes(AbstractJpaQuery query, Method method) {
        return query instanceof PartTreeJpaQuery
                && new PartTree(
                                method.getName(),
                                query.getQueryMethod().getEntityInformation().getJavaType())
                        .isDelete();
    }

    private static EncryptedQueryException refused(Method method, EncryptedQueryException why) {
        EncryptedQueryException out = new EncryptedQueryException(name(method) + ": " + why.getMessage());
        out.initCause(why);
        return out;
    }

    private static String name(Method method) {
        return method.getDeclaringClass().getName() + "." + method.getName();
    }

    /** Spring Data makes the query there that it runs, and has no door to it. */
    private static Query make(AbstractJpaQuery query, JpaParametersParameterAccessor arguments)
            throws InvocationTargetException {
        Method create = found(AbstractJpaQuery.class, "createQuery", JpaParametersParameterAccessor.class);
        try {
            return (Query) create.invoke(query, arguments);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Method method(QueryMethod described) {
        Object method = ReflectionUtils.invokeMethod(found(QueryMethod.class, "getMethod"), described);
        if (method == null) {
            throw new IllegalStateException("Spring Data knows no method of " + described);
        }
        return (Method) method;
    }

    private static Method found(Class<?> type, String name, Class<?>... parameters) {
        @Nullable Method method = ReflectionUtils.findMethod(type, name, parameters);
        if (method == null) {
            throw new IllegalStateException("This Spring Data has no " + type.getSimpleName() + "." + name);
        }
        ReflectionUtils.makeAccessible(method);
        return method;
    }
}
