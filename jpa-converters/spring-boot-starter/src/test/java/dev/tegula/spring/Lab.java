package dev.tegula.spring;

import dev.tegula.config.Configuration;
import dev.tegula.config.ConfigurationReader;
import dev.tegula.spring.clinic.Clinic;
import dev.tegula.test.servers.RememberedStretching;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

/** An application of Spring Boot on a database of its own, started with properties. */
final class Lab {

    static final String TABLES = "classpath:dev/tegula/schema/V1__tegula.sql";

    private static final String KEYSET = "keyset.json";
    private static final String PASSPHRASE = "passphrase";
    private static final AtomicInteger DATABASES = new AtomicInteger();
    private static final EmbeddedPostgres SERVER = start();

    private final String url;
    private final DataSource database;
    private final Map<String, Object> properties = new LinkedHashMap<>();
    private Class<?>[] classes = {Clinic.class};

    private Lab(String name) {
        this.url = SERVER.getJdbcUrl("postgres", name).replaceFirst("\\?.*", "");
        this.database = SERVER.getDatabase("postgres", name);
    }

    private static EmbeddedPostgres start() {
        RememberedStretching.install();
        try {
            return EmbeddedPostgres.builder()
                    .setPGStartupWait(Duration.ofMinutes(2))
                    .setServerConfig("fsync", "off")
                    // What the planner and the statistics say must not depend on when it last looked.
                    .setServerConfig("autovacuum", "off")
                    .start();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** On a new database, with the tables of the clinic and Tegula's made by Boot's scripts; no KEK is configured. */
    static Lab open() throws SQLException {
        String name = "clinic" + DATABASES.incrementAndGet();
        run(SERVER.getPostgresDatabase(), "CREATE DATABASE " + name);
        return new Lab(name)
                .with("spring.application.name", "clinic")
                .with("spring.datasource.username", "postgres")
                .with("spring.jpa.open-in-view", "false")
                .with("spring.main.banner-mode", "off")
                .with("spring.main.log-startup-info", "false")
                .with("logging.level.root", "warn")
                .with("spring.sql.init.mode", "always")
                .with("spring.sql.init.schema-locations", TABLES + ",classpath:clinic.sql")
                .with("spring.flyway.enabled", "false")
                .with("spring.liquibase.enabled", "false")
                .with("spring.devtools.restart.enabled", "false")
                .with("tegula.test.replace", "none")
                .with("tegula.deployment", "clinic-test")
                .with("tegula.profile", "development");
    }

    /** One keyset for all; a keyset of its own would have a salt of its own, and each salt costs a stretching. */
    private static final class Made {
        static final Path KEYSET = make();

        private static Path make() {
            try {
                Path folder = Files.createTempDirectory("tegula-keyset");
                folder.toFile().deleteOnExit();
                named(open(), folder).configuration().kms().get("local").prepare(true, () -> {});
                return folder;
            } catch (IOException | SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** The same with a copy of a keyset in a file. */
    static Lab withKeyset(Path folder) throws SQLException, IOException {
        for (String file : List.of(KEYSET, PASSPHRASE)) {
            Files.copy(Made.KEYSET.resolve(file), folder.resolve(file), StandardCopyOption.COPY_ATTRIBUTES);
        }
        return named(open(), folder);
    }

    private static Lab named(Lab lab, Path folder) {
        return lab.with("tegula.kms.local.type", "tink")
                .with("tegula.kms.local.keyset", folder.resolve(KEYSET))
                .with("tegula.kms.local.passphrase-file", folder.resolve(PASSPHRASE))
                .with("tegula.keks.main.kms", "local")
                .with("tegula.keks.main.key", "primary");
    }

    Lab with(String name, Object value) {
        properties.put(name, value.toString());
        return this;
    }

    Lab without(String name) {
        properties.remove(name);
        return this;
    }

    Lab of(Class<?>... chosen) {
        classes = chosen;
        return this;
    }

    /** What the starter reads. */
    Configuration configuration() {
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new MapPropertySource("lab", properties));
        return ConfigurationReader.read("lab", Path.of(""), TegulaProperties.tree(environment), (path, u) -> u);
    }

    /** All that it is started with. */
    Map<String, Object> properties() {
        Map<String, Object> all = new LinkedHashMap<>(properties);
        all.putIfAbsent("spring.datasource.url", url);
        return all;
    }

    ConfigurableApplicationContext run() {
        return new SpringApplicationBuilder(classes)
                .web(WebApplicationType.NONE)
                .properties(properties())
                .run();
    }

    String url() {
        return url;
    }

    DataSource database() {
        return database;
    }

    static void run(DataSource database, String sql) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The first column of each row. */
    List<Object> query(String sql) throws SQLException {
        List<Object> out = new ArrayList<>();
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                out.add(rows.getObject(1));
            }
        }
        return out;
    }
}
