package dev.tegula.operations.reencrypt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What has the names of a fence that looks keys up and is none: nobody believes it, and raising makes it again. */
final class ForgedLookupFenceTest extends LookupFenceLab {

    private static final String INSERTED = "\"tegula_fence_body of new rows\"";
    private static final String UPDATED = "\"tegula_fence_body of changed rows\"";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ALTER TABLE visit DISABLE TRIGGER " + INSERTED,
                "ALTER TABLE visit ENABLE TRIGGER " + UPDATED,
                "ALTER TABLE visit ENABLE REPLICA TRIGGER " + INSERTED,
                "DROP TRIGGER " + UPDATED + " ON visit",
                "CREATE OR REPLACE TRIGGER " + INSERTED + " BEFORE INSERT ON visit FOR EACH ROW WHEN (%i)"
                        + " EXECUTE FUNCTION tegula_fence_visit();;ALTER TABLE visit ENABLE ALWAYS TRIGGER " + INSERTED,
                "CREATE OR REPLACE TRIGGER " + INSERTED + " AFTER INSERT ON visit FOR EACH ROW WHEN (%i AND NEW.id < 0)"
                        + " EXECUTE FUNCTION tegula_fence_visit();;ALTER TABLE visit ENABLE ALWAYS TRIGGER " + INSERTED,
                "CREATE OR REPLACE TRIGGER " + UPDATED + " AFTER UPDATE OF other ON visit FOR EACH ROW WHEN (%u)"
                        + " EXECUTE FUNCTION tegula_fence_visit();;ALTER TABLE visit ENABLE ALWAYS TRIGGER " + UPDATED,
                "CREATE OR REPLACE TRIGGER " + UPDATED + " AFTER UPDATE ON visit FOR EACH ROW WHEN (%u)"
                        + " EXECUTE FUNCTION tegula_fence_visit('x');;ALTER TABLE visit ENABLE ALWAYS TRIGGER "
                        + UPDATED,
                "CREATE OR REPLACE TRIGGER " + INSERTED + " AFTER INSERT ON visit FOR EACH ROW"
                        + " WHEN (tegula_fence_visit(12, substring(NEW.body, 3, 32)))"
                        + " EXECUTE FUNCTION tegula_fence_visit();;ALTER TABLE visit ENABLE ALWAYS TRIGGER " + INSERTED,
                "CREATE FUNCTION idle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;;"
                        + "CREATE OR REPLACE TRIGGER " + INSERTED + " AFTER INSERT ON visit FOR EACH ROW WHEN (%i)"
                        + " EXECUTE FUNCTION idle();;ALTER TABLE visit ENABLE ALWAYS TRIGGER " + INSERTED,
                "CREATE OR REPLACE FUNCTION tegula_fence_visit(bigint, bytea) RETURNS boolean LANGUAGE plpgsql STRICT SECURITY"
                        + " DEFINER SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$ BEGIN RETURN false; END $$",
                "ALTER FUNCTION tegula_fence_visit(bigint, bytea) SECURITY INVOKER",
                "ALTER FUNCTION tegula_fence_visit(bigint, bytea) STABLE",
                "ALTER FUNCTION tegula_fence_visit(bigint, bytea) CALLED ON NULL INPUT",
                "ALTER FUNCTION tegula_fence_visit(bigint, bytea) SET search_path = public",
                "ALTER FUNCTION tegula_fence_visit(bigint, bytea) RESET enable_seqscan",
                "ALTER FUNCTION tegula_fence_visit() SECURITY DEFINER",
                "ALTER FUNCTION tegula_fence_visit(bigint, bytea) OWNER TO forger",
                "DELETE FROM tegula_refused",
            })
    void covers_ofWhatIsNotOurs_isFalseAndRaiseMendsIt(String forging) throws Exception {
        raise();
        lab.sql(
                "DO $$ BEGIN CREATE ROLE forger LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
                "GRANT CREATE ON SCHEMA public TO forger");
        String looks = "tegula_fence_visit(" + number() + ", substring(NEW.body, 3, 32))";

        lab.sql(forging.replace("%i", looks)
                .replace("%u", "substring(NEW.body, 1, 58) IS DISTINCT FROM substring(OLD.body, 1, 58) AND " + looks)
                .split(";;"));

        assertThat(fence().covers(VISIT, "body", old)).isFalse();
        raise();
        assertThat(fence().covers(VISIT, "body", old)).isTrue();
        assertThat(fence().kind(VISIT, "body")).isEqualTo(Fence.Kind.LOOKUP);
        assertFenced(() -> insert(10, underOld));
        assertFenced(() -> lab.update("UPDATE visit SET body = ? WHERE id = 0", (Object) underOld));
        insert(10, encrypted("a"));
    }

    /** What a dump has: the server's own words for functions and triggers, and the rows of the tables. */
    @Test
    void fence_madeAgainFromTheServersOwnWords_isBelievedAndRefuses() throws Exception {
        raise();
        List<String> statements = List.of(lab.text("SELECT string_agg(d, ';;' ORDER BY n) FROM ("
                        + "SELECT 1 AS n, pg_get_functiondef(oid) AS d FROM pg_proc WHERE proname = 'tegula_fence_visit'"
                        + " UNION ALL SELECT 2, pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname LIKE 'tegula\\_fence%'"
                        + " UNION ALL SELECT 3, 'ALTER TABLE visit ENABLE ALWAYS TRIGGER ' || quote_ident(tgname)"
                        + " FROM pg_trigger WHERE tgname LIKE 'tegula\\_fence%') s")
                .split(";;"));
        lab.sql(
                "CREATE TABLE copied (LIKE visit)",
                "INSERT INTO copied SELECT * FROM visit",
                "DROP TABLE visit",
                "DROP FUNCTION tegula_fence_visit(bigint, bytea)",
                "DROP FUNCTION tegula_fence_visit()",
                "ALTER TABLE copied RENAME TO visit");
        assertThat(fence().covers(VISIT, "body", old)).isFalse();

        lab.sql(statements.toArray(String[]::new));

        assertThat(statements).hasSize(6);
        assertThat(fence().covers(VISIT, "body", old)).isTrue();
        assertFenced(() -> insert(10, underOld));
        insert(10, encrypted("a"));
    }

    private String number() {
        return lab.text("SELECT fence FROM tegula_refused");
    }
}
