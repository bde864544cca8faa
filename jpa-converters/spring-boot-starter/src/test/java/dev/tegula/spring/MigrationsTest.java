package dev.tegula.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.jdbc.SchemaScript;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tegula's tables as a migration of the application's own tool, run before the engine is made. */
@Tag("long")
class MigrationsTest {

    @TempDir
    Path folder;

    private Lab lab() throws Exception {
        return Lab.withKeyset(folder).with("spring.sql.init.mode", "never");
    }

    @Test
    void flyway_withOurLocation_makesTheTablesBeforeTheEngine() throws Exception {
        Lab lab = lab().with("spring.flyway.enabled", "true")
                .with("spring.flyway.locations", "classpath:db/flyway,classpath:dev/tegula/flyway");
        Saving.encrypts(lab);
        assertThat(lab.query("select script from flyway_schema_history order by installed_rank"))
                .containsExactly("V1__clinic.sql", "R__tegula.sql");
        assertThat(lab.query("select version from tegula_schema")).containsExactly((long) SchemaScript.VERSION);
    }

    @Test
    void liquibase_withOurChangelog_makesTheTablesBeforeTheEngine() throws Exception {
        Lab lab = lab().with("spring.liquibase.enabled", "true")
                .with("spring.liquibase.change-log", "classpath:db/clinic-changelog.xml");
        Saving.encrypts(lab);
        assertThat(lab.query("select id from databasechangelog order by orderexecuted"))
                .containsExactly("tegula", "1");
        assertThat(lab.query("select version from tegula_schema")).containsExactly((long) SchemaScript.VERSION);
    }

    /** Hibernate makes the tables and the script comes after it; the engine waits for both. */
    @Test
    void script_afterHibernate_isStillBeforeTheEngine() throws Exception {
        Saving.encrypts(lab().with("spring.sql.init.mode", "always")
                .with("spring.sql.init.schema-locations", Lab.TABLES)
                .with("spring.jpa.hibernate.ddl-auto", "update")
                .with("spring.jpa.defer-datasource-initialization", "true"));
    }

    /** What {@code tegula schema print} prints. */
    @Test
    void flyway_migration_isTheSchemaScript() throws Exception {
        try (InputStream in = MigrationsTest.class.getResourceAsStream("/dev/tegula/flyway/R__tegula.sql")) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo(SchemaScript.text());
        }
    }
}
