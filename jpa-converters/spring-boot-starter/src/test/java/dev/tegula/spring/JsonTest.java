package dev.tegula.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.spring.clinic.Patient;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.jackson2.autoconfigure.Jackson2AutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** The mappers that Spring Boot makes leave encrypted attributes out, as {@code tegula.json} says. */
@SuppressWarnings("removal") // Boot's support of Jackson 2
class JsonTest {

    private static final String SSN = "123-45-6789";
    private static final Patient ADA = new Patient("Ada", SSN, LocalDate.of(1970, 1, 31));

    private final ApplicationContextRunner both = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    TegulaJacksonAutoConfiguration.class,
                    JacksonAutoConfiguration.class,
                    Jackson2AutoConfiguration.class));

    private interface Writing {
        String json() throws Exception;
    }

    private void with(String setting, java.util.function.Consumer<Writing[]> check) {
        both.withPropertyValues(setting).run(context -> {
            tools.jackson.databind.json.JsonMapper three =
                    context.getBean(tools.jackson.databind.json.JsonMapper.class);
            com.fasterxml.jackson.databind.ObjectMapper two =
                    context.getBean(com.fasterxml.jackson.databind.ObjectMapper.class);
            check.accept(new Writing[] {() -> three.writeValueAsString(ADA), () -> two.writeValueAsString(ADA)});
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"none=", "tegula.json=omit", "tegula.json=OMIT"})
    void write_byDefault_leavesOut(String setting) {
        with(setting, mappers -> {
            for (Writing mapper : mappers) {
                assertThat(unchecked(mapper)).isIn("{\"id\":null,\"name\":\"Ada\"}", "{\"name\":\"Ada\",\"id\":null}");
            }
        });
    }

    @Test
    void write_included_shows() {
        with("tegula.json=include", mappers -> {
            for (Writing mapper : mappers) {
                assertThat(unchecked(mapper)).contains(SSN);
            }
        });
    }

    @Test
    void write_failing_names() {
        with("tegula.json=fail", mappers -> {
            for (Writing mapper : mappers) {
                assertThatThrownBy(mapper::json)
                        .hasMessageContaining("Patient.")
                        .hasMessageContaining("is encrypted");
            }
        });
    }

    @Test
    void start_withAnotherWord_isRefused() {
        both.withPropertyValues("tegula.json=hide").run(context -> assertThat(context)
                .getFailure()
                .rootCause()
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("tegula.json = hide is not known."));
    }

    @Test
    void start_withOneJackson_needsNothingOfTheOther() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(TegulaJacksonAutoConfiguration.class))
                .withClassLoader(new FilteredClassLoader("tools.jackson"))
                .run(context -> assertThat(context).hasNotFailed().hasBean("tegulaJackson2Module"));
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(TegulaJacksonAutoConfiguration.class))
                .withClassLoader(new FilteredClassLoader("com.fasterxml.jackson.databind"))
                .run(context -> assertThat(context).hasNotFailed().hasBean("tegulaJacksonModule"));
    }

    private static String unchecked(Writing writing) {
        try {
            return writing.json();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
