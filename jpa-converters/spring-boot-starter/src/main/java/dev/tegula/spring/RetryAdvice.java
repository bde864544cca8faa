package dev.tegula.spring;

import dev.tegula.Tegula;
import dev.tegula.jdbc.SqlFailures;
import java.sql.SQLException;
import java.util.Optional;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.retry.RetryException;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.core.retry.RetryTemplate;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Runs a transactional method again when its transaction was stopped by the fence of a retired key, by a serialization
 * conflict or by a deadlock. Only the outermost: what is inside a transaction was rolled back with it.
 */
final class RetryAdvice implements MethodInterceptor {

    private final ObjectProvider<Tegula> engine;
    private final RetryTemplate template;

    RetryAdvice(ObjectProvider<Tegula> engine, RetryPolicy.Builder policy) {
        this.engine = engine;
        this.template = new RetryTemplate(policy.predicate(this::passes).build());
    }

    @Override
    public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
        if (TransactionSynchronizationManager.isActualTransactionActive()
                || !(invocation instanceof ProxyMethodInvocation again)) {
            return invocation.proceed();
        }
        try {
            return template.execute(() -> Optional.ofNullable(proceed(again))).orElse(null);
        } catch (RetryException e) {
            throw e.getCause();
        }
    }

    /** Each time from the start of the chain: an invocation proceeds once. */
    private static @Nullable Object proceed(ProxyMethodInvocation invocation) throws Throwable {
        return invocation.invocableClone().proceed();
    }

    private boolean passes(Throwable failure) {
        Tegula tegula = engine.getIfUnique();
        if (tegula != null && tegula.fenced(failure)) {
            return true;
        }
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof SQLException e && SqlFailures.conflict(e)) {
                return true;
            }
        }
        return false;
    }
}
