package dev.tegula.operations.reencrypt;

import static dev.tegula.operations.live.LiveLab.column;
import static dev.tegula.operations.live.LiveLab.patientColumns;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.jdbc.JdbcKeyRegistry;
import dev.tegula.jdbc.TableName;
import dev.tegula.operations.live.LiveLab;
import dev.tegula.operations.rotation.Census;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An application's role that owns its table and tries to run its own functions with the operator's rights. */
final class HostileRoleTest {

    private LiveLab lab;

    @BeforeEach
    void start() throws Exception {
        lab = LiveLab.start();
        lab.patients(3);
        lab.sql(
                "DO $$ BEGIN CREATE ROLE mallory LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
                "CREATE SCHEMA theirs AUTHORIZATION mallory",
                "GRANT CREATE ON SCHEMA public TO mallory",
                "ALTER TABLE patient OWNER TO mallory",
                "CREATE TABLE proof (who text)",
                "GRANT INSERT ON proof TO PUBLIC");
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    private void asMallory(String... statements) {
        try (var mallory = lab.as("mallory");
                var connection = mallory.getConnection();
                var statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (java.sql.SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final String BOOLEAN_SPY =
            "CREATE FUNCTION theirs.spy(anyelement) RETURNS bool IMMUTABLE LANGUAGE plpgsql"
                    + " AS $$ BEGIN RETURN true; END $$";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ALTER TABLE patient ADD CONSTRAINT c CHECK (theirs.spy(id)) NOT VALID",
                "CREATE INDEX i ON patient (theirs.spy(id)) WHERE id < 0",
                "CREATE INDEX i ON patient (id) WHERE theirs.spy(id) AND id < 0",
                "CREATE POLICY p ON patient USING (theirs.spy(id))",
                "CREATE RULE r AS ON UPDATE TO patient WHERE theirs.spy(old.id) DO ALSO NOTHING",
                "CREATE FUNCTION theirs.fire() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;;"
                        + "CREATE TRIGGER t BEFORE UPDATE ON patient FOR EACH ROW EXECUTE FUNCTION theirs.fire()",
                "CREATE FUNCTION theirs.fire() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;;"
                        + "CREATE TRIGGER t BEFORE UPDATE ON patient FOR EACH ROW"
                        + " WHEN (current_setting('application_name') <> 'tegula-reencrypt' OR true)"
                        + " EXECUTE FUNCTION theirs.fire()",
                "CREATE DOMAIN theirs.checked AS int CHECK (theirs.spy(value));;"
                        + "ALTER TABLE patient ADD extra theirs.checked",
                "CREATE DOMAIN theirs.checked AS int CHECK (theirs.spy(value));;"
                        + "CREATE DOMAIN theirs.outer AS theirs.checked;;"
                        + "ALTER TABLE patient ADD extra theirs.outer",
                "CREATE FUNCTION theirs.eq(bigint, int) RETURNS bool IMMUTABLE LANGUAGE sql AS 'SELECT true';;"
                        + "CREATE OPERATOR theirs.=== (LEFTARG = bigint, RIGHTARG = int, FUNCTION = theirs.eq);;"
                        + "ALTER TABLE patient ADD CONSTRAINT c CHECK (id OPERATOR(theirs.===) 1)",
                "CREATE TYPE theirs.kind AS ENUM ('a');;"
                        + "CREATE FUNCTION theirs.shown(theirs.kind) RETURNS text LANGUAGE sql AS 'SELECT ''x''';;"
                        + "CREATE CAST (theirs.kind AS text) WITH FUNCTION theirs.shown(theirs.kind);;"
                        + "ALTER TABLE patient ADD kind theirs.kind",
            })
    void preflight_ofATableWithTheirFunctions_refusesAndNamesThem(String way) {
        asMallory(BOOLEAN_SPY);
        asMallory(way.split(";;"));
        assertThat(new Preflight(lab.database).look(patientColumns()).findings())
                .anySatisfy(finding -> {
                    assertThat(finding.kind()).isEqualTo(Finding.Kind.FOREIGN_CODE);
                    assertThat(finding.message()).contains("theirs.").contains("of role mallory");
                });
    }

    @Test
    void census_ofAViewInTheCatalogue_isRefusedAndRunsNothing() {
        asMallory(
                "CREATE FUNCTION theirs.told(bigint) RETURNS bool LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.proof"
                        + " VALUES (current_user); RETURN true; END $$",
                "CREATE VIEW theirs.trap AS SELECT id, ssn FROM patient WHERE theirs.told(id)",
                "CREATE VIEW public.trap AS SELECT * FROM theirs.trap");
        lab.tegula.catalogue().orElseThrow().publish(List.of(column("patient.ssn", "trap", "ssn", "id")));

        assertThatThrownBy(() -> new Census(lab.tegula, lab.database, Duration.ofSeconds(2)).take(c -> true))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("public.trap.ssn, which is no table");
        assertThat(lab.number("SELECT count(*) FROM proof")).isZero();
    }

    @Test
    void clock_withAForgedNow_isTheDatabases() {
        asMallory(
                "CREATE FUNCTION public.now() RETURNS timestamptz LANGUAGE sql AS $$ SELECT timestamptz '2099-01-01' $$");
        String database = lab.text("SELECT current_database()");
        lab.sql("ALTER DATABASE " + database + " SET search_path = public, pg_catalog");
        try (var operator = lab.as("postgres")) {
            assertThat(new JdbcKeyRegistry(operator).clock().instant()).isBefore(Instant.parse("2098-01-01T00:00:00Z"));
        }
    }

    @Test
    void covers_ofAForgedFence_isFalseAndRaiseReplacesIt() {
        var old = lab.activeKey(LiveLab.scope("patient.ssn"));
        String id = "'\\x" + old.hex() + "'";
        TableName patient = new TableName("public", "patient");
        Fence fence = new Fence(lab.database, Duration.ofSeconds(5));
        for (String forged : List.of(
                "substring(ssn from 3 for 32) NOT IN (" + id + ") OR true",
                "ssn IS NOT NULL OR ssn <> " + id,
                "substring(note from 3 for 32) NOT IN (" + id + ")",
                "public.substring(ssn, 3, 32) <> " + id)) {
            asMallory(
                    "CREATE OR REPLACE FUNCTION public.substring(bytea, int, int) RETURNS bytea IMMUTABLE LANGUAGE sql"
                            + " AS $$ SELECT '\\x00'::bytea $$",
                    "ALTER TABLE patient DROP CONSTRAINT IF EXISTS tegula_fence_ssn",
                    "ALTER TABLE patient ADD CONSTRAINT tegula_fence_ssn CHECK (" + forged + ") NOT VALID");
            assertThat(fence.covers(patient, "ssn", old)).as(forged).isFalse();

            fence.raise(patient, java.util.Map.of("ssn", Set.of(old)), new RunControl());

            assertThat(fence.covers(patient, "ssn", old)).as(forged).isTrue();
        }
        fence.raise(
                patient,
                java.util.Map.of("ssn", Set.of(lab.activeKey(LiveLab.scope("patient.note")))),
                new RunControl());
        assertThat(fence.covers(patient, "ssn", old)).isTrue();
    }
}
