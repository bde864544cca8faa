package dev.tegula.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.Tegula;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.UnavailableException;
import dev.tegula.jdbc.SchemaScript;
import dev.tegula.secret.SecretChange;
import dev.tegula.secret.SecretName;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.actuate.endpoint.SanitizableData;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/** {@code spring.config.import=tegula:…}: secrets as properties of an application. */
@Tag("long")
class SecretImportTest {

    private static final SecretChange ALICE = SecretChange.by("alice");

    @TempDir
    Path folder;

    private Lab lab;
    private Tegula operator;

    @BeforeEach
    void start() throws Exception {
        lab = Lab.withKeyset(folder);
        Lab.run(lab.database(), SchemaScript.text());
        lab.with("tegula.secrets[app/prod].kek", "main")
                .with("tegula.databases.main.url", lab.url())
                .with("tegula.databases.main.username", "postgres")
                .with("tegula.secrets-refresh", "1s")
                .with("spring.config.import", "tegula:app/prod/")
                .of(Plain.class);
        operator = EngineBuilder.build(lab.configuration(), lab.database(), "operator");
    }

    @AfterEach
    void stop() {
        operator.close();
    }

    /** Nothing but what follows imported secrets. */
    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration(TegulaSecretsAutoConfiguration.class)
    static class Plain {
        static final BlockingQueue<SecretsChanged> HEARD = new LinkedBlockingQueue<>();

        // docs:begin spring-secrets-changed
        @EventListener
        void changed(SecretsChanged event) {
            HEARD.add(event); // event.properties(), for example stripe-key
        }
        // docs:end spring-secrets-changed
    }

    private void put(String name, String value) {
        operator.secrets().put(new SecretName(name), value.getBytes(StandardCharsets.UTF_8), ALICE);
    }

    private ConfigurableApplicationContext run() {
        Plain.HEARD.clear();
        return new SpringApplicationBuilder(Plain.class)
                .web(WebApplicationType.NONE)
                .properties(lab.properties())
                .run();
    }

    private static String property(ConfigurableApplicationContext application, String name) {
        return application.getEnvironment().getProperty(name);
    }

    @Test
    void secretsBelowThePrefix_areProperties_andNothingElse() {
        put("app/prod/db/password", "hunter2");
        put("app/prod/stripe-key", "sk_live_1");
        lab.with("url", "jdbc:x?password=${db.password}").with("stripe-key", "default");
        try (ConfigurableApplicationContext application = run()) {
            assertThat(property(application, "db.password")).isEqualTo("hunter2");
            assertThat(property(application, "url")).isEqualTo("jdbc:x?password=hunter2");
            assertThat(property(application, "stripe-key")).isEqualTo("sk_live_1");
            assertThat(property(application, "db/password")).isNull();
            assertThat(SecretImport.in(application.getEnvironment()))
                    .singleElement()
                    .satisfies(source ->
                            assertThat(source.getPropertyNames()).containsExactly("db.password", "stripe-key"));
        }
        assertThat(watching()).isFalse();
    }

    @Test
    void actuator_showsNoValue_alsoNotInsideOfAnother() {
        put("app/prod/db/password", "hunter2");
        try (ConfigurableApplicationContext application = run()) {
            SanitizingFunction hides = application.getBean(SanitizingFunction.class);
            ConfigurableEnvironment environment = application.getEnvironment();
            MapPropertySource plain = new MapPropertySource("plain", Map.of());
            assertThat(hides.apply(new SanitizableData(
                                    SecretImport.in(environment).get(0), "db.password", "hunter2"))
                            .getValue())
                    .isEqualTo(SanitizableData.SANITIZED_VALUE);
            assertThat(hides.apply(new SanitizableData(plain, "url", "jdbc:x?password=hunter2"))
                            .getValue())
                    .isEqualTo(SanitizableData.SANITIZED_VALUE);
            assertThat(hides.apply(new SanitizableData(plain, "other", "hunter"))
                            .getValue())
                    .isEqualTo("hunter");
        }
    }

    @Test
    void change_isInTheEnvironment_andThenHeard_andADeletionTakesNothingAway() throws Exception {
        put("app/prod/db/password", "hunter2");
        put("app/prod/stripe-key", "one");
        try (ConfigurableApplicationContext application = run()) {
            put("app/prod/stripe-key", "two");
            SecretsChanged heard = Plain.HEARD.poll(5, TimeUnit.MINUTES);
            assertThat(heard).isEqualTo(new SecretsChanged(Set.of("stripe-key")));
            assertThat(property(application, "stripe-key")).isEqualTo("two");

            operator.secrets().delete(new SecretName("app/prod/db/password"), ALICE);
            put("app/prod/new", "three");
            assertThat(Plain.HEARD.poll(5, TimeUnit.MINUTES)).isEqualTo(new SecretsChanged(Set.of("new")));
            assertThat(property(application, "new")).isEqualTo("three");
            assertThat(property(application, "db.password")).isEqualTo("hunter2");
        }
        assertThat(watching()).isFalse();
    }

    private static boolean watching() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().startsWith("tegula-secrets-"));
    }

    @Test
    void start_withoutASecretOrWithAWrongOne_isRefusedByName() {
        assertThatThrownBy(this::run)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("There is no secret below app/prod");
        put("app/prod/a/b", "1");
        put("app/prod/a.b", "2");
        assertThatThrownBy(this::run).hasMessageContaining("app/prod/a.b and app/prod/a/b are both the property a.b");
        operator.secrets().delete(new SecretName("app/prod/a.b"), ALICE);
        operator.secrets().put(new SecretName("app/prod/a/b"), new byte[] {(byte) 0xff}, ALICE);
        assertThatThrownBy(this::run).hasMessageContaining("The secret app/prod/a/b is no text");
        operator.secrets().put(new SecretName("app/prod/a/b"), new byte[1], ALICE.expiresIn(Duration.ofNanos(1_000)));
        assertThatThrownBy(this::run).hasMessageContaining("The secret app/prod/a/b has expired");
        lab.with("spring.config.import", "tegula:NO NAME");
        assertThatThrownBy(this::run).hasMessageContaining("for example tegula:app/prod/");
        assertThat(watching()).isFalse();
    }

    @Test
    void optional_startsWithoutSecretsOrDatabase_andNotOptionalDoesNot() {
        lab.with("spring.config.import", "optional:tegula:app/prod");
        try (ConfigurableApplicationContext application = run()) {
            assertThat(property(application, "db.password")).isNull();
        }
        lab.with("tegula.databases.main.url", "jdbc:postgresql://127.0.0.1:1/none");
        try (ConfigurableApplicationContext application = run()) {
            assertThat(property(application, "db.password")).isNull();
        }
        lab.with("spring.config.import", "tegula:app/prod");
        assertThatThrownBy(this::run).isInstanceOf(UnavailableException.class);
    }

    @Test
    void start_withoutADatabaseOfTheirOwn_saysWhereToNameIt() {
        lab.without("tegula.databases.main.url").without("tegula.databases.main.username");
        assertThatThrownBy(this::run)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("tegula.databases, with exactly one database");
    }
}
