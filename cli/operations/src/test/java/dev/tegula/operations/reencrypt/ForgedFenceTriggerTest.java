package dev.tegula.operations.reencrypt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.tegula.failure.RefusedException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Triggers that have the name of a fence and are none: nobody believes them. */
@Tag("long")
final class ForgedFenceTriggerTest extends FenceTriggerLab {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ALTER TABLE patient ENABLE TRIGGER tegula_fence_ssn",
                "ALTER TABLE patient ENABLE REPLICA TRIGGER tegula_fence_ssn",
                "ALTER TABLE patient DISABLE TRIGGER tegula_fence_ssn",
                "CREATE OR REPLACE TRIGGER tegula_fence_ssn BEFORE INSERT OR UPDATE ON patient FOR EACH ROW WHEN (%s)"
                        + " EXECUTE FUNCTION tegula_fence_patient();;ALTER TABLE patient ENABLE ALWAYS TRIGGER tegula_fence_ssn",
                "CREATE OR REPLACE TRIGGER tegula_fence_ssn AFTER INSERT ON patient FOR EACH ROW WHEN (%s)"
                        + " EXECUTE FUNCTION tegula_fence_patient();;ALTER TABLE patient ENABLE ALWAYS TRIGGER tegula_fence_ssn",
                "CREATE OR REPLACE TRIGGER tegula_fence_ssn AFTER INSERT OR UPDATE OF other ON patient FOR EACH ROW WHEN (%s)"
                        + " EXECUTE FUNCTION tegula_fence_patient();;ALTER TABLE patient ENABLE ALWAYS TRIGGER tegula_fence_ssn",
                "CREATE OR REPLACE TRIGGER tegula_fence_ssn AFTER INSERT OR UPDATE ON patient FOR EACH ROW WHEN (%s AND NEW.id < 0)"
                        + " EXECUTE FUNCTION tegula_fence_patient();;ALTER TABLE patient ENABLE ALWAYS TRIGGER tegula_fence_ssn",
                "CREATE OR REPLACE TRIGGER tegula_fence_ssn AFTER INSERT OR UPDATE ON patient FOR EACH ROW WHEN (%s)"
                        + " EXECUTE FUNCTION tegula_fence_patient('x');;ALTER TABLE patient ENABLE ALWAYS TRIGGER tegula_fence_ssn",
                "CREATE FUNCTION idle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;;"
                        + "CREATE OR REPLACE TRIGGER tegula_fence_ssn AFTER INSERT OR UPDATE ON patient FOR EACH ROW WHEN (%s)"
                        + " EXECUTE FUNCTION idle();;ALTER TABLE patient ENABLE ALWAYS TRIGGER tegula_fence_ssn",
                "CREATE FUNCTION public.substring(bytea, bigint, int) RETURNS bytea IMMUTABLE LANGUAGE sql AS $$ SELECT '\\x00'::bytea $$;;"
                        + "CREATE OR REPLACE TRIGGER tegula_fence_ssn AFTER INSERT OR UPDATE ON patient FOR EACH ROW"
                        + " WHEN (public.substring(NEW.ssn, 3::bigint, 32) = '\\x%i') EXECUTE FUNCTION tegula_fence_patient();;"
                        + "ALTER TABLE patient ENABLE ALWAYS TRIGGER tegula_fence_ssn",
                "CREATE OR REPLACE FUNCTION tegula_fence_patient() RETURNS trigger LANGUAGE plpgsql"
                        + " SET search_path = pg_catalog, pg_temp AS $$ BEGIN RETURN NULL; END $$",
                "ALTER FUNCTION tegula_fence_patient() SET search_path = public",
                "ALTER FUNCTION tegula_fence_patient() SET log_min_messages = panic",
                "ALTER FUNCTION tegula_fence_patient() SECURITY DEFINER",
                "GRANT CREATE ON SCHEMA public TO forger;;ALTER FUNCTION tegula_fence_patient() OWNER TO forger",
            })
    void covers_ofATriggerThatIsNotOurs_isFalseAndRaiseReplacesIt(String forging) throws Exception {
        lab.sql("DO $$ BEGIN CREATE ROLE forger LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
        raiseBesideAReader();
        reader.rollback();
        assertThat(fence().covers(PATIENT, "ssn", old)).isTrue();

        String id = old.hex();
        lab.sql(forging.replace("%s", "substring(NEW.ssn from 3 for 32) IN ('\\x" + id + "'::bytea)")
                .replace("%i", id)
                .split(";;"));

        assertThat(fence().covers(PATIENT, "ssn", old)).isFalse();
        assertThat(fence().kind(PATIENT, "ssn")).isEqualTo(Fence.Kind.NONE);
        raise();
        assertThat(fence().kind(PATIENT, "ssn")).isEqualTo(Fence.Kind.CHECK);
        assertThat(triggers()).isZero();
    }

    @Test
    void raise_besideAForgedTriggerAndAReader_replacesItByOurs() throws Exception {
        raiseBesideAReader();
        lab.sql(
                "ALTER TABLE patient ENABLE TRIGGER tegula_fence_ssn",
                "ALTER FUNCTION tegula_fence_patient() SECURITY DEFINER");
        assertThat(fence().covers(PATIENT, "ssn", old)).isFalse();

        raise();

        assertThat(fence().kind(PATIENT, "ssn")).isEqualTo(Fence.Kind.TRIGGER);
        assertRefused("SET LOCAL session_replication_role = replica");
    }

    @Test
    void raise_whereAnotherOwnsTheFunctionOfThatName_isBlockedAndRunsNoneOfTheirs() throws Exception {
        lab.sql(
                "DO $$ BEGIN CREATE ROLE forger LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
                "CREATE ROLE operated LOGIN",
                "GRANT forger, pg_read_all_stats TO operated",
                "GRANT CREATE ON SCHEMA public TO forger",
                "ALTER TABLE patient OWNER TO forger",
                "CREATE FUNCTION tegula_fence_patient() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$",
                "ALTER FUNCTION tegula_fence_patient() OWNER TO forger");
        read("patient");
        try (HikariDataSource operated = lab.as("operated")) {
            Fence fence = new Fence(operated, Duration.ofSeconds(2));

            assertThatThrownBy(() -> fence.raise(PATIENT, Map.of("ssn", Set.of(old)), hasty()))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("the name tegula_fence_patient for a function of this role");
        }
        assertThat(triggers() + checks()).isZero();
    }
}
