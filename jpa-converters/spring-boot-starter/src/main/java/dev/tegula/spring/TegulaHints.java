package dev.tegula.spring;

import dev.tegula.blindindex.DigitsOnly;
import dev.tegula.blindindex.Exact;
import dev.tegula.blindindex.IgnoreCase;
import dev.tegula.blindindex.Nfc;
import dev.tegula.blindindex.Prefixes;
import dev.tegula.blindindex.Trigrams;
import dev.tegula.blindindex.Words;
import dev.tegula.hibernate.BlindIndexBinder;
import dev.tegula.hibernate.BlindTokensBinder;
import dev.tegula.hibernate.EncryptedBinder;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.ExecutableMode;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.TypeReference;

/**
 * What a native image must keep: migrations, the table of characters of blind indexes, what is made from an annotation, and the
 * two methods of Spring Data that the check of queries calls.
 */
final class TegulaHints implements RuntimeHintsRegistrar {

    private static final String QUERIES = "org.springframework.data.jpa.repository.query.";

    @Override
    public void registerHints(RuntimeHints hints, @Nullable ClassLoader loader) {
        hints.resources().registerPattern("dev/tegula/schema/*.sql");
        hints.resources().registerPattern("dev/tegula/blindindex/*.txt");
        hints.resources().registerPattern("dev/tegula/flyway/*.sql");
        hints.resources().registerPattern("dev/tegula/liquibase/*.xml");
        // Hibernate makes binders, and Tegula the normalisers and tokenisers that annotations name.
        for (Class<?> made : List.of(
                EncryptedBinder.class,
                BlindIndexBinder.class,
                BlindTokensBinder.class,
                Exact.class,
                Nfc.class,
                IgnoreCase.class,
                DigitsOnly.class,
                Words.class,
                Prefixes.class,
                Trigrams.class)) {
            hints.reflection().registerType(made, MemberCategory.INVOKE_DECLARED_CONSTRUCTORS);
        }
        hints.reflection()
                .registerType(
                        TypeReference.of(QUERIES + "AbstractJpaQuery"),
                        type -> type.withMethod(
                                "createQuery",
                                List.of(TypeReference.of(QUERIES + "JpaParametersParameterAccessor")),
                                ExecutableMode.INVOKE))
                .registerType(
                        TypeReference.of("org.springframework.data.repository.query.QueryMethod"),
                        type -> type.withMethod("getMethod", List.of(), ExecutableMode.INVOKE));
    }
}
