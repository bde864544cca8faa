package dev.tegula.operations.reencrypt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.failure.RefusedException;
import dev.tegula.jdbc.AdoptionTrigger;
import dev.tegula.jdbc.KeptConnection;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The column in clear is emptied when nothing needs it any more, or is left as it is. */
final class AdoptionSealTest extends AdoptionLab {

    @Test
    void seal_whenAllSaysTheSame_emptiesTheColumnAndRefusesWhoWritesIt() {
        fill();

        BackfillReport sealed = seal();

        assertThat(sealed.filled()).isEqualTo(ROWS);
        assertThat(sealed.clean()).isTrue();
        assertThat(lab.number("SELECT count(phone) FROM owner")).isZero();
        assertThat(lab.number("SELECT count(phone_encrypted) FROM owner")).isEqualTo(ROWS);
        assertThat(stored(7)).isEqualTo("phone-7");
        assertThatThrownBy(() -> lab.update("UPDATE owner SET phone = 'x' WHERE id = 1"))
                .hasMessageContaining("tegula_sealed_phone");
        assertThat(lab.number("SELECT count(*) FROM pg_stats WHERE attname = 'phone' AND null_frac < 1"))
                .isZero();
        assertThat(seal().filled()).isZero();
        assertThat(toldNow()).endsWith("tegula.adoption.empty", "tegula.adoption.seal");
        assertThatThrownBy(this::fill).isInstanceOfSatisfying(RefusedException.class, e -> assertThat(e.code())
                .isEqualTo("adoption-sealed"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ALTER TABLE owner ALTER phone SET NOT NULL | NOT NULL
            ALTER TABLE owner ALTER phone SET DEFAULT '-' | default value
            CREATE INDEX by_phone ON owner (phone) | index by_phone
            CREATE INDEX by_phone ON owner (lower(phone)) | index by_phone
            CREATE VIEW phones AS SELECT phone FROM owner | view phones
            ALTER TABLE owner ADD CHECK (phone <> '') | constraint owner_phone_check
            ALTER TABLE owner ADD digits text GENERATED ALWAYS AS (replace(phone, ' ', '')) STORED | digits
            ALTER TABLE owner ADD UNIQUE (phone) | constraint owner_phone_key
            CREATE POLICY mine ON owner USING (phone = current_user) | policy mine
            CREATE PUBLICATION phones FOR TABLE owner (id, phone) | publication
            CREATE TABLE calls (phone text REFERENCES owner (phone)) | calls
            """)
    void seal_whileSomethingStandsOnTheColumn_isRefused(String sql, String named) {
        if (sql.contains("REFERENCES")) {
            lab.sql("ALTER TABLE owner ADD UNIQUE (phone)");
        }
        lab.sql(sql);
        fill();

        assertThatThrownBy(this::seal).isInstanceOfSatisfying(RefusedException.class, e -> {
            assertThat(e.code()).isEqualTo("adoption-in-the-way");
            assertThat(e).hasMessageContaining(named);
        });
        assertThat(lab.number("SELECT count(phone) FROM owner")).isEqualTo(ROWS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE DOMAIN telephone AS text NOT NULL",
                "CREATE DOMAIN digits AS text NOT NULL; CREATE DOMAIN telephone AS digits",
                "CREATE DOMAIN telephone AS text CHECK (VALUE IS NOT NULL AND VALUE <> '')"
            })
    void seal_whileTheDomainOfTheColumnTakesNoNull_isRefused(String sql) {
        lab.sql("DROP DOMAIN IF EXISTS telephone, digits", sql, "ALTER TABLE owner ALTER phone TYPE telephone");
        fill();

        assertThatThrownBy(this::seal).isInstanceOfSatisfying(RefusedException.class, e -> {
            assertThat(e.code()).isEqualTo("adoption-in-the-way");
            assertThat(e).hasMessageContaining("domain telephone");
        });
        assertThat(adoption().facts(column()).sealing()).isFalse();

        lab.sql("ALTER TABLE owner ALTER phone TYPE text");
        assertThat(seal().clean()).isTrue();
    }

    /** What a domain takes is asked before the look that refuses such functions. */
    @Test
    void facts_ofADomainWhoseCheckIsAFunctionOfAnother_doNotRunIt() {
        lab.sql(
                "DO $$ BEGIN CREATE ROLE mallory LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
                "CREATE TABLE spied (who text)",
                "CREATE FUNCTION spy(value text) RETURNS boolean LANGUAGE plpgsql AS"
                        + " 'BEGIN INSERT INTO public.spied VALUES (current_user); RETURN true; END'",
                "ALTER FUNCTION spy(text) OWNER TO mallory",
                "CREATE DOMAIN telephone AS text CHECK (spy(VALUE))",
                "ALTER TABLE owner ALTER phone TYPE telephone",
                "TRUNCATE spied");

        assertThat(adoption().facts(column()).required()).isEmpty();

        assertThat(lab.number("SELECT count(*) FROM spied")).isZero();
    }

    /** The CHECK stands already, but the trigger still names the column, and the planner still knows values of it. */
    @Test
    void seal_killedBehindItsCheck_isFinishedByTheNextRun() throws Exception {
        String known = "SELECT count(*) FROM pg_stats WHERE attname = 'phone' AND null_frac < 1";
        fill();
        lab.sql("ANALYZE owner");
        try (KeptConnection kept = SweepSettings.standard().connection(lab.database)) {
            kept.once(session -> {
                new AdoptionGuard(column()).become(session, AdoptionTrigger.Form.EMPTYING);
                session.execute("UPDATE owner SET phone = NULL");
                new AdoptionSeal(column()).raise(session);
                return true;
            });
            kept.once(session -> {
                new AdoptionSeal(column()).validate(session);
                return true;
            });
        }
        assertThat(lab.number(known)).isEqualTo(1);

        assertThat(seal().clean()).isTrue();

        assertThat(adoption().facts(column()).sealing()).isFalse();
        assertThat(toldNow()).endsWith("tegula.adoption.seal");
        assertThat(lab.number(known)).isZero();
        int told = told().size();
        lab.sql(
                "ALTER TABLE owner DROP CONSTRAINT tegula_sealed_phone",
                "UPDATE owner SET phone = 'x'",
                "ANALYZE owner",
                "UPDATE owner SET phone = NULL",
                "ALTER TABLE owner ADD CONSTRAINT tegula_sealed_phone CHECK (phone IS NULL)");
        assertThat(lab.number(known)).isEqualTo(1);
        assertThat(seal().clean()).isTrue();
        assertThat(lab.number(known)).as("killed before the last step of all").isZero();
        assertThat(told()).hasSize(told);
    }

    /** It would copy each value in clear once more; on a part, nothing that depends on the column of the whole shows it. */
    @ParameterizedTest
    @ValueSource(strings = {"AFTER UPDATE ON owner", "AFTER UPDATE OF phone ON owner_part"})
    void seal_besideATriggerMadeAfterTheFill_isRefusedUnlessAccepted(String when) {
        lab.sql(
                "DROP TABLE owner",
                "CREATE TABLE owner (id bigint PRIMARY KEY, phone text, phone_encrypted bytea) PARTITION BY RANGE (id)",
                "CREATE TABLE owner_part PARTITION OF owner DEFAULT",
                "INSERT INTO owner SELECT i, 'phone-' || i FROM generate_series(1, " + ROWS + ") i");
        fill();
        lab.sql(
                "DROP TABLE IF EXISTS history",
                "CREATE TABLE history (phone text)",
                "CREATE OR REPLACE FUNCTION hist() RETURNS trigger LANGUAGE plpgsql AS"
                        + " 'BEGIN INSERT INTO public.history VALUES (OLD.phone); RETURN NULL; END'",
                "CREATE TRIGGER hist " + when + " FOR EACH ROW EXECUTE FUNCTION hist()");

        assertThatThrownBy(this::seal).isInstanceOfSatisfying(RefusedException.class, e -> {
            assertThat(e.code()).isEqualTo("update-triggers");
            assertThat(e).hasMessageContaining("hist");
        });
        assertThat(lab.number("SELECT count(*) FROM history")).isZero();
        assertThat(adoption().facts(column()).sealing()).isFalse();

        assertThat(sealAccepting().filled()).isEqualTo(ROWS);
    }

    @Test
    void seal_withARowThatDiffers_changesNothing() throws Exception {
        fill();
        lab.update("UPDATE owner SET phone = 'another' WHERE id = 9");

        BackfillReport refused = seal();

        assertThat(refused.missing()).containsExactly("id=9");
        assertThat(refused.filled()).isZero();
        assertThat(lab.number("SELECT count(phone) FROM owner")).isEqualTo(ROWS);
    }

    @Test
    void seal_beforeItsTrigger_isRefused() {
        assertThatThrownBy(this::seal).isInstanceOfSatisfying(RefusedException.class, e -> assertThat(e.code())
                .isEqualTo("adoption-not-begun"));
    }

    /** Half the rows are empty then, which a comparison would take for a difference. */
    @Test
    void seal_stoppedOnTheWay_isResumedByRunningItAgain() {
        fill();
        RunControl control = new RunControl();
        Adoption slow =
                new Adoption(lab.database, lab.tegula, SweepSettings.standard().withBatchRows(1));
        BackfillReport stopped = slow.seal(column(), control, progress -> {
            if (lab.number("SELECT count(phone) FROM owner") < ROWS) {
                control.stop();
            }
        });
        assertThat(stopped.complete()).isFalse();
        assertThat(lab.number("SELECT count(phone) FROM owner")).isBetween(1L, ROWS - 1L);
        assertThatThrownBy(this::fill).isInstanceOfSatisfying(RefusedException.class, e -> assertThat(e.code())
                .isEqualTo("adoption-sealing"));

        assertThat(seal().clean()).isTrue();
        assertThat(lab.number("SELECT count(phone) FROM owner")).isZero();
        assertThat(stored(ROWS)).isEqualTo("phone-" + ROWS);
    }

    /** It writes between the two looks of the command; its value is the only one, so it stays, and the next run seals it too. */
    @Test
    void seal_besideAReleaseThatStillWritesIt_isRefusedAndLosesNothing() throws Exception {
        fill();
        AtomicBoolean once = new AtomicBoolean(true);
        ProgressListener earlierRelease = progress -> {
            if (lab.number("SELECT count(phone) FROM owner") == 0 && once.getAndSet(false)) {
                lab.sql("UPDATE owner SET phone = 'late' WHERE id = 1");
            }
        };

        assertThatThrownBy(() -> adoption().seal(column(), new RunControl(), earlierRelease))
                .isInstanceOfSatisfying(
                        RefusedException.class, e -> assertThat(e.code()).isEqualTo("adoption-written"));

        assertThat(lab.text("SELECT phone FROM owner WHERE id = 1")).isEqualTo("late");
        lab.sql("ALTER TABLE owner ADD CONSTRAINT tegula_sealed_phone CHECK (phone IS NULL) NOT VALID");
        assertThat(seal().clean()).isTrue();
        assertThat(stored(1)).isEqualTo("late");
    }

    @Test
    void leave_beforeTheSeal_removesTheTriggerAlone() {
        fill();
        adoption().leave(column(), new RunControl(), ProgressListener.none());

        assertThat(adoption().facts(column()).guarded()).isFalse();
        assertThat(lab.number("SELECT count(phone_encrypted) FROM owner")).isEqualTo(ROWS);
        assertThat(lab.number("SELECT count(*) FROM pg_proc WHERE proname LIKE 'tegula_adopt%'"))
                .isZero();
        assertThat(toldNow()).endsWith("tegula.adoption.end", "tegula.adoption.leave");

        fill();
        seal();
        assertThatThrownBy(() -> adoption().leave(column(), new RunControl(), ProgressListener.none()))
                .isInstanceOf(RefusedException.class);
    }
}
