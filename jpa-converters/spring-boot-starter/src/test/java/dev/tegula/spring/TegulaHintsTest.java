package dev.tegula.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.blindindex.DigitsOnly;
import dev.tegula.blindindex.Exact;
import dev.tegula.blindindex.IgnoreCase;
import dev.tegula.blindindex.Nfc;
import dev.tegula.hibernate.BlindIndexBinder;
import dev.tegula.hibernate.EncryptedBinder;
import org.junit.jupiter.api.Test;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.beans.factory.aot.AotServices;
import org.springframework.data.jpa.repository.query.AbstractJpaQuery;
import org.springframework.data.jpa.repository.query.JpaParametersParameterAccessor;
import org.springframework.data.repository.query.QueryMethod;

/** No native image is built here; these are the hints that one needs of us. */
class TegulaHintsTest {

    private static RuntimeHints found() {
        RuntimeHints hints = new RuntimeHints();
        AotServices.factories().load(RuntimeHintsRegistrar.class).stream()
                .filter(registrar -> registrar.getClass().getPackageName().equals("dev.tegula.spring"))
                .forEach(registrar -> registrar.registerHints(hints, TegulaHintsTest.class.getClassLoader()));
        return hints;
    }

    @Test
    void hints_foundBySpring_keepTheMigrations() {
        RuntimeHints hints = found();
        for (String resource : new String[] {
            "dev/tegula/schema/V1__tegula.sql",
            "dev/tegula/flyway/R__tegula.sql",
            "dev/tegula/liquibase/tegula.xml",
            "dev/tegula/blindindex/unicode-13.txt"
        }) {
            assertThat(TegulaHintsTest.class.getResource("/" + resource)).isNotNull();
            assertThat(RuntimeHintsPredicates.resource().forResource(resource)).accepts(hints);
        }
    }

    @Test
    void hints_foundBySpring_keepWhatAnnotationsName() throws Exception {
        RuntimeHints hints = found();
        for (Class<?> made : new Class<?>[] {
            EncryptedBinder.class, BlindIndexBinder.class, Exact.class, Nfc.class, IgnoreCase.class, DigitsOnly.class
        }) {
            assertThat(RuntimeHintsPredicates.reflection().onConstructorInvocation(made.getDeclaredConstructor()))
                    .as(made.getName())
                    .accepts(hints);
        }
    }

    @Test
    void hints_foundBySpring_keepWhatTheCheckOfQueriesCalls() throws Exception {
        RuntimeHints hints = found();
        assertThat(RuntimeHintsPredicates.reflection()
                        .onMethodInvocation(AbstractJpaQuery.class.getDeclaredMethod(
                                "createQuery", JpaParametersParameterAccessor.class)))
                .accepts(hints);
        assertThat(RuntimeHintsPredicates.reflection()
                        .onMethodInvocation(QueryMethod.class.getDeclaredMethod("getMethod")))
                .accepts(hints);
    }
}
