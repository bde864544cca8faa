package dev.tegula.spring;

import dev.tegula.hibernate.guard.EncryptedQueries;
import java.beans.PropertyDescriptor;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.BeanUtils;
import org.springframework.data.repository.core.RepositoryInformation;

/**
 * Around the query methods of a repository: Spring Data asks a native query for bytes and makes text of them itself, for a
 * method that returns text and for the texts of a projection. An envelope would come out as {@code 1,0,92,37,…}.
 */
final class NativeTexts implements MethodInterceptor {

    private final RepositoryInformation repository;

    NativeTexts(RepositoryInformation repository) {
        this.repository = repository;
    }

    @Override
    public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
        Method method = invocation.getMethod();
        if (!repository.isQueryMethod(method)) {
            return invocation.proceed();
        }
        try (EncryptedQueries.Scope scope = EncryptedQueries.asText(texts(type(method, invocation.getArguments())))) {
            Objects.requireNonNull(scope);
            return invocation.proceed();
        }
    }

    /** What its rows become; a dynamic projection is named by an argument. */
    private Class<?> type(Method method, @Nullable Object[] arguments) {
        return Arrays.stream(arguments)
                .filter(Class.class::isInstance)
                .<Class<?>>map(chosen -> (Class<?>) chosen)
                .findFirst()
                .orElseGet(() -> repository.getReturnedDomainClass(method));
    }

    private static Predicate<String> texts(Class<?> type) {
        if (isText(type)) {
            return column -> true;
        }
        if (!type.isInterface()) {
            return column -> false;
        }
        Set<String> properties = Arrays.stream(BeanUtils.getPropertyDescriptors(type))
                .filter(property -> property.getPropertyType() != null && isText(property.getPropertyType()))
                .map(PropertyDescriptor::getName)
                .map(NativeTexts::plain)
                .collect(Collectors.toSet());
        return column -> properties.contains(plain(column));
    }

    private static boolean isText(Class<?> type) {
        return CharSequence.class.isAssignableFrom(type)
                || type == Character.class
                || type == char[].class
                || type == String[].class;
    }

    /** {@code firstName} is found in the columns {@code firstName}, {@code firstname} and {@code first_name}. */
    private static String plain(String name) {
        return name.replace("_", "").toLowerCase(Locale.ROOT);
    }
}
