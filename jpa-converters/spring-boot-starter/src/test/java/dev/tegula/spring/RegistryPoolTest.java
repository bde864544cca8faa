package dev.tegula.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.util.Credentials;
import dev.tegula.Tegula;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.jdbc.JdbcKeyRegistry;
import dev.tegula.spring.clinic.Clinic;
import jakarta.persistence.EntityManagerFactory;
import java.nio.file.Path;
import java.sql.Connection;
import javax.sql.DataSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.jdbc.DataSourceBuilder;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.orm.jpa.EntityManagerFactoryInfo;

/** Where the connections of the key registry come from, and that JPA never runs on them. */
@Tag("long")
class RegistryPoolTest {

    @TempDir
    Path folder;

    private static DataSource ofJpa(ConfigurableApplicationContext application) {
        return ((EntityManagerFactoryInfo) application.getBean(EntityManagerFactory.class)).getDataSource();
    }

    private static HikariDataSource pool(Environment environment, String name) {
        HikariDataSource pool = DataSourceBuilder.create()
                .type(HikariDataSource.class)
                .url(environment.getProperty("registry.url"))
                .username("postgres")
                .build();
        pool.setPoolName(name);
        pool.setMaximumPoolSize(2);
        return pool;
    }

    static class Marked {
        // docs:begin spring-data-source
        @Bean
        @TegulaDataSource
        DataSource keys(Environment environment) {
            return pool(environment, "keys");
        }
        // docs:end spring-data-source
    }

    /** What somebody writes who was told that the registry needs a pool of its own. */
    static class Plain {
        @Bean
        DataSource keys(Environment environment) {
            return pool(environment, "keys");
        }
    }

    static class PlainByName {
        @Bean
        DataSource registryDataSource(Environment environment) {
            return pool(environment, "keys");
        }
    }

    static class OwnPool {
        @Bean
        DataSource main(Environment environment) {
            return new DriverManagerDataSource(environment.getProperty("registry.url"), "postgres", "");
        }
    }

    static class Untold {
        @Bean
        DataSource main(Environment environment) {
            return new org.springframework.jdbc.datasource.AbstractDataSource() {
                private final DataSource real =
                        new DriverManagerDataSource(environment.getProperty("registry.url"), "postgres", "");

                @Override
                public java.sql.Connection getConnection() throws java.sql.SQLException {
                    return real.getConnection();
                }

                @Override
                public java.sql.Connection getConnection(String user, String password) throws java.sql.SQLException {
                    return real.getConnection(user, password);
                }
            };
        }
    }

    static class EngineOnJpa {
        @Bean
        Tegula own(DataSource source) {
            return Tegula.builder("own")
                    .kek("main", dev.tegula.test.MemoryKms.create(), "primary")
                    .registry(source)
                    .development()
                    .build();
        }
    }

    @Test
    void registry_ofAnotherDatabase_isTheMarkedBeanAndJpaStaysWhereItWas() throws Exception {
        Lab keys = Lab.open();
        Lab.run(keys.database(), dev.tegula.jdbc.SchemaScript.text());
        Lab lab = Lab.withKeyset(folder).with("registry.url", keys.url()).of(Clinic.class, Marked.class);
        Saving.encrypts(lab);
        try (ConfigurableApplicationContext application = lab.run()) {
            assertThat(ofJpa(application)).isSameAs(application.getBean("dataSource"));
            assertThat(((JdbcKeyRegistry) application.getBean(Tegula.class).registry()).dataSource())
                    .isSameAs(application.getBean("keys"));
            assertThat(application.getBean(DataSource.class)).isSameAs(application.getBean("dataSource"));
        }
        assertThat(keys.query("select count(*) from tegula_key")).containsExactly(3L);
        assertThat(lab.query("select count(*) from tegula_key")).containsExactly(0L);
    }

    @Test
    void start_plainSecondBeanOfAnotherDatabase_isRefused() throws Exception {
        Lab keys = Lab.open();
        Lab lab = Lab.withKeyset(folder)
                .with("registry.url", keys.url())
                .with("spring.sql.init.schema-locations", Lab.TABLES + ",classpath:clinic.sql")
                .of(Clinic.class, Plain.class);
        lab.with("spring.datasource.url", lab.url());
        assertThatThrownBy(lab::run)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(
                        "JPA (entityManagerFactory) runs on the bean `keys`, which leads to " + keys.url())
                .hasMessageContaining("and not on spring.datasource.url, which says " + lab.url())
                .hasMessageContaining("@TegulaDataSource");
    }

    @Test
    void start_plainSecondBeanOfTheSameDatabase_isRefusedByItsName() throws Exception {
        Lab lab = Lab.withKeyset(folder);
        lab.with("registry.url", lab.url())
                .with("spring.datasource.url", lab.url())
                .of(Clinic.class, PlainByName.class);
        assertThatThrownBy(lab::run)
                .hasMessageContaining("runs on the bean `registryDataSource`, which by its name is the key registry's");
    }

    @Test
    void start_engineOfTheUserOnThePoolOfJpa_isRefused() throws Exception {
        assertThatThrownBy(() -> Lab.open().of(Clinic.class, EngineOnJpa.class).run())
                .hasMessageContaining("JPA (entityManagerFactory) runs on the connections of the key registry, the bean"
                        + " `dataSource`: a cold key look-up would wait");
    }

    /** As with Testcontainers: Boot's pool leads where the container is, whatever the property says. */
    static class Connected {
        @Bean
        JdbcConnectionDetails container(Environment environment) {
            return new JdbcConnectionDetails() {
                @Override
                public String getUsername() {
                    return "postgres";
                }

                @Override
                public String getPassword() {
                    return "";
                }

                @Override
                public String getJdbcUrl() {
                    return environment.getRequiredProperty("registry.url");
                }
            };
        }
    }

    @Test
    void start_onAServiceThatBootFound_isNoSecondBean() throws Exception {
        Lab lab = Lab.withKeyset(folder);
        Saving.encrypts(lab.with("registry.url", lab.url())
                .with("spring.datasource.url", "jdbc:postgresql://database.invalid/clinic")
                .of(Clinic.class, Connected.class));
    }

    /** Logins that a Vault makes for a while are given to a pool that runs. */
    @Test
    void registry_besideAPoolThatGetsAnotherLogin_getsItToo() throws Exception {
        Lab lab = Lab.open();
        String later = "later_" + lab.url().replaceFirst(".*/", "");
        Lab.run(lab.database(), "create role " + later + " login");
        try (HikariDataSource pool = new HikariDataSource()) {
            pool.setJdbcUrl(lab.url());
            pool.setUsername("postgres");
            RegistryPool registry = RegistryPool.beside(pool);
            pool.setCredentials(Credentials.of(later, ""));
            try (Connection connection = registry.dataSource().getConnection()) {
                assertThat(connection.getMetaData().getUserName()).isEqualTo(later);
            } finally {
                registry.destroy();
            }
        }
    }

    /** Another pool than Hikari's, or none. */
    @Test
    void registry_besideAnyDataSourceThatTellsItsLogin_hasItsOwnPool() throws Exception {
        Lab lab = Lab.withKeyset(folder);
        Saving.encrypts(lab.with("registry.url", lab.url()).of(Clinic.class, OwnPool.class));
    }

    @Test
    void registry_besideADataSourceThatTellsNothing_asksForOne() throws Exception {
        Lab lab = Lab.withKeyset(folder);
        lab.with("registry.url", lab.url()).of(Clinic.class, Untold.class);
        assertThatThrownBy(lab::run)
                .hasStackTraceContaining(
                        "does not tell its URL and login. Add a DataSource bean for the registry's database"
                                + " and mark it with @TegulaDataSource.");
    }
}
