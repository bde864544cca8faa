package dev.tegula.spring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.jdbc.AdoptionTrigger;
import dev.tegula.jdbc.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.List;
import javax.sql.DataSource;
import liquibase.integration.spring.SpringLiquibase;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.DefaultResourceLoader;

/** The migrations of docs/tutorial-existing-application.md make what a mapping with plaintextColumn asks for when it starts. */
class AdoptionMigrationsTest {

    private static final AdoptionTrigger TRIGGER =
            new AdoptionTrigger(new TableName("public", "owners"), "telephone", "telephone_encrypted");

    @Test
    void flyway_migrations_makeTheTriggerAndDropItWithTheColumn() throws Exception {
        Lab lab = Lab.open();
        Flyway.configure()
                .dataSource(lab.database())
                .locations("classpath:adoption/migration")
                .target("2")
                .load()
                .migrate();

        assertAdopts(lab);

        Flyway.configure()
                .dataSource(lab.database())
                .locations("classpath:adoption/migration")
                .load()
                .migrate();
        update(lab.database(), new byte[] {1});
        assertThat(lab.query("select tgname from pg_trigger where tgname like 'tegula%'"))
                .isEmpty();
    }

    @Test
    void liquibase_changelog_makesTheTrigger() throws Exception {
        Lab lab = Lab.open();
        SpringLiquibase liquibase = new SpringLiquibase();
        liquibase.setDataSource(lab.database());
        liquibase.setResourceLoader(new DefaultResourceLoader());
        liquibase.setChangeLog("classpath:adoption/changelog.xml");
        liquibase.afterPropertiesSet();

        assertAdopts(lab);
    }

    private static void assertAdopts(Lab lab) throws Exception {
        try (Connection connection = lab.database().getConnection();
                PreparedStatement select = connection.prepareStatement(AdoptionTrigger.standing())) {
            List<String> parameters = TRIGGER.parameters();
            for (int i = 0; i < parameters.size(); i++) {
                select.setString(i + 1, parameters.get(i));
            }
            try (ResultSet row = select.executeQuery()) {
                assertThat(row.next()).as("the trigger and its CHECK").isTrue();
                assertThat(TRIGGER.isNow(AdoptionTrigger.Form.BOTH, row.getString(1)))
                        .as(row.getString(1))
                        .isTrue();
                assertThat(row.getBoolean(2)).as("always").isTrue();
            }
        }
        update(lab.database(), AdoptionTrigger.pair(new byte[] {1, 2}, "0815-new".getBytes(UTF_8)));
        assertThat(lab.query("select telephone from owners where id = 1")).containsExactly("0815-new");
    }

    private static void update(DataSource database, byte[] value) throws Exception {
        try (Connection connection = database.getConnection();
                PreparedStatement update =
                        connection.prepareStatement("update owners set telephone_encrypted = ? where id = 1")) {
            update.setBytes(1, value);
            assertThat(update.executeUpdate()).isEqualTo(1);
        }
    }
}
