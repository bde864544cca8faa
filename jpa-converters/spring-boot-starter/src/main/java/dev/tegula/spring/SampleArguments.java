package dev.tegula.spring;

import dev.tegula.blindindex.BlindIndex;
import dev.tegula.blindindex.BlindTokens;
import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.BeanUtils;
import org.springframework.core.ResolvableType;
import org.springframework.data.domain.Limit;
import org.springframework.data.domain.Pageable;
import org.springframework.data.domain.ScrollPosition;
import org.springframework.data.domain.Sort;
import org.springframework.util.ClassUtils;

/**
 * An argument for each parameter of a repository method, so that its query can be made. Never null where there is a way:
 * what is derived from a name becomes {@code is null} then.
 */
final class SampleArguments {

    private static final Instant NOW = Instant.EPOCH;

    private static final Map<Class<?>, Object> SAMPLES = Map.ofEntries(
            Map.entry(String.class, "x"),
            Map.entry(CharSequence.class, "x"),
            Map.entry(Object.class, "x"),
            Map.entry(Boolean.class, true),
            Map.entry(Character.class, 'x'),
            Map.entry(Byte.class, (byte) 1),
            Map.entry(Short.class, (short) 1),
            Map.entry(Integer.class, 1),
            Map.entry(Long.class, 1L),
            Map.entry(Float.class, 1f),
            Map.entry(Double.class, 1d),
            Map.entry(BigInteger.class, BigInteger.ONE),
            Map.entry(BigDecimal.class, BigDecimal.ONE),
            Map.entry(UUID.class, new UUID(0, 0)),
            Map.entry(Instant.class, NOW),
            Map.entry(LocalDate.class, LocalDate.EPOCH),
            Map.entry(LocalTime.class, LocalTime.NOON),
            Map.entry(LocalDateTime.class, LocalDateTime.ofInstant(NOW, ZoneOffset.UTC)),
            Map.entry(OffsetDateTime.class, NOW.atOffset(ZoneOffset.UTC)),
            Map.entry(BlindIndex.class, BlindIndex.of("x")),
            Map.entry(BlindTokens.class, BlindTokens.all("x")),
            Map.entry(Pageable.class, Pageable.ofSize(1)),
            Map.entry(Sort.class, Sort.unsorted()),
            Map.entry(Limit.class, Limit.of(1)),
            Map.entry(ScrollPosition.class, ScrollPosition.offset()));

    private SampleArguments() {}

    static @Nullable Object[] of(Method method, Class<?> repository) {
        @Nullable Object[] out = new Object[method.getParameterCount()];
        for (int i = 0; i < out.length; i++) {
            out[i] = of(ResolvableType.forMethodParameter(method, i, repository));
        }
        return out;
    }

    private static @Nullable Object of(ResolvableType parameter) {
        Class<?> type = ClassUtils.resolvePrimitiveIfNecessary(parameter.resolve(Object.class));
        Object sample = SAMPLES.get(type);
        if (sample != null) {
            return sample;
        }
        if (type.isEnum()) {
            return type.getEnumConstants()[0];
        }
        if (type.isArray()) {
            Object element = of(ResolvableType.forClass(type.getComponentType()));
            Object array = Array.newInstance(type.getComponentType(), element == null ? 0 : 1);
            if (element != null) {
                Array.set(array, 0, element);
            }
            return array;
        }
        if (Collection.class.isAssignableFrom(type) || type == Iterable.class) {
            Object element = of(parameter.as(Iterable.class).getGeneric(0));
            List<Object> list = element == null ? List.of() : List.of(element);
            return Set.class.isAssignableFrom(type) ? Set.copyOf(list) : list;
        }
        if (type == Optional.class) {
            return Optional.ofNullable(of(parameter.getGeneric(0)));
        }
        if (type == Class.class) {
            return parameter.getGeneric(0).resolve();
        }
        try {
            return BeanUtils.instantiateClass(type);
        } catch (RuntimeException e) {
            return null;
        }
    }
}
