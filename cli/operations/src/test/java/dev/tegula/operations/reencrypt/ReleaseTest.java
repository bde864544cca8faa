package dev.tegula.operations.reencrypt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.failure.RefusedException;
import dev.tegula.failure.TegulaException;
import dev.tegula.jdbc.AdoptionTrigger;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An encrypted column that never was in clear gives its values to a column beside it, while releases write. */
final class ReleaseTest extends AdoptionLab {

    @BeforeEach
    void encrypted() {
        lab.sql("UPDATE owner SET phone = NULL", "DELETE FROM tegula_quarantine");
        for (long id = 1; id <= ROWS; id++) {
            alone(id, "phone-" + id);
        }
    }

    private Release release() {
        return new Release(lab.database, lab.tegula, SweepSettings.standard().withBatchRows(20));
    }

    private BackfillReport give() {
        return release().fill(column(), Set.of(), new RunControl(), ProgressListener.none());
    }

    private BackfillReport fence() {
        return release().fence(column(), Set.of(), new RunControl(), ProgressListener.none());
    }

    private BackfillReport end() {
        return release().end(column(), new RunControl(), ProgressListener.none());
    }

    private BackfillReport leave() {
        return adoption().leave(column(), new RunControl(), ProgressListener.none());
    }

    private static void alone(long id, String value) {
        update("UPDATE owner SET phone_encrypted = ? WHERE id = " + id, envelope(value));
    }

    private static void pair(long id, String value) {
        update(
                "UPDATE owner SET phone_encrypted = ? WHERE id = " + id,
                AdoptionTrigger.pair(envelope(value), value.getBytes(UTF_8)));
    }

    private static void update(String sql, Object... values) {
        run(() -> lab.update(sql, values));
    }

    private static String inClear(long id) {
        return lab.text("SELECT phone FROM owner WHERE id = " + id);
    }

    private static String code(Runnable work) {
        try {
            work.run();
        } catch (TegulaException e) {
            return e.code();
        }
        return "nothing";
    }

    @Test
    void release_fromTheFirstRowToTheEnd_losesNothingThatReleasesWriteMeanwhile() {
        AtomicBoolean once = new AtomicBoolean(true);
        BackfillReport given = release().fill(column(), Set.of(), new RunControl(), progress -> {
            if (lab.number("SELECT count(phone) FROM owner") > ROWS / 2 && once.getAndSet(false)) {
                alone(1, "by the release of today");
                pair(2, "by the one that knows both");
                lab.sql("UPDATE owner SET phone_encrypted = NULL WHERE id = 3");
            }
        });
        assertThat(once).isFalse();
        assertThat(given.wrong()).isEmpty();
        assertThat(inClear(2)).isEqualTo("by the one that knows both");
        assertThat(lab.number("SELECT count(phone) FROM owner WHERE id = 3")).isZero();

        alone(4, "again");
        assertThat(lab.number("SELECT count(phone) FROM owner WHERE id = 4")).isZero();
        assertThat(give().clean()).isTrue();
        assertThat(inClear(1)).isEqualTo("by the release of today");
        assertThat(inClear(4)).isEqualTo("again");
        assertThat(toldNow()).startsWith("tegula.adoption.return", "tegula.adoption.begin");

        assertThat(fence().clean()).isTrue();
        assertThatThrownBy(() -> alone(5, "forgotten")).hasStackTraceContaining("was released to \"phone\"");
        assertThatThrownBy(() -> update("UPDATE owner SET phone_encrypted = NULL WHERE id = 5"))
                .hasStackTraceContaining("was released");
        assertThatThrownBy(() -> update("INSERT INTO owner (id, phone_encrypted) VALUES (1001, ?)", envelope("x")))
                .hasStackTraceContaining("was released");
        pair(5, "by the one that knows both, fenced");
        lab.sql(
                "UPDATE owner SET phone = 'by the last release' WHERE id = 6",
                "UPDATE owner SET tenant = 'x' WHERE id = 7");
        assertThat(lab.bytes("SELECT phone_encrypted FROM owner WHERE id = 6")).isNull();

        assertThat(end().clean()).isTrue();
        assertThatThrownBy(() -> pair(8, "forgotten")).hasStackTraceContaining("was released");
        assertThatThrownBy(() -> alone(8, "forgotten")).hasStackTraceContaining("was released");
        lab.sql(
                "UPDATE owner SET phone = 'at last' WHERE id = 8",
                "INSERT INTO owner (id, phone) VALUES (1002, 'new')");
        assertThat(end().clean()).isTrue();
        assertThat(inClear(5)).isEqualTo("by the one that knows both, fenced");
        assertThat(inClear(6)).isEqualTo("by the last release");
        assertThat(inClear(7)).isEqualTo("phone-7");
        assertThat(stored(7)).isEqualTo("phone-7");
        assertThat(toldNow()).endsWith("tegula.adoption.returned", "tegula.adoption.released");
        lab.sql(
                "DROP TRIGGER tegula_adopt_owner_phone_encrypted ON owner",
                "DROP FUNCTION tegula_adopt_owner_phone_encrypted",
                "ALTER TABLE owner DROP COLUMN phone_encrypted",
                "UPDATE owner SET phone = 'without it' WHERE id = 9");
    }

    /** It encrypted before the fence and commits behind it: the fence waits, and its row gets its value. */
    @Test
    void fence_besideATransactionThatWroteBefore_waitsForItAndFillsItsRow() throws Exception {
        give();
        try (Connection writer = lab.database.getConnection();
                PreparedStatement update =
                        writer.prepareStatement("UPDATE owner SET phone_encrypted = ? WHERE id = 1")) {
            writer.setAutoCommit(false);
            update.setBytes(1, envelope("late"));
            AtomicBoolean written = new AtomicBoolean();
            AtomicBoolean waited = new AtomicBoolean();
            // The only pause of a run that fills nothing is that of one who waits.
            RunControl control = new RunControl(millis -> {
                if (written.get() && millis > 0 && !waited.getAndSet(true)) {
                    run(writer::commit);
                }
                return millis;
            });

            BackfillReport fenced = release().fence(column(), Set.of(), control, progress -> {
                if (!written.getAndSet(true)) {
                    run(update::executeUpdate);
                }
            });

            assertThat(waited).isTrue();
            assertThat(fenced.clean()).isTrue();
            assertThat(fenced.filled()).isEqualTo(1);
        }
        assertThat(inClear(1)).isEqualTo("late");
        assertThat(end().clean()).isTrue();
    }

    /** Two attributes in place of a mapping of both; without @DynamicUpdate it writes an unchanged value under a new envelope. */
    @Test
    void release_besideOneThatWritesBothColumnsItself_takesBothAndRefusesOne() {
        give();
        update("UPDATE owner SET phone = 'both', phone_encrypted = ? WHERE id = 1", (Object) envelope("both"));
        alone(2, "phone-2");
        assertThat(inClear(1)).isEqualTo("both");
        assertThat(lab.number("SELECT count(phone) FROM owner WHERE id = 2")).isZero();

        assertThat(fence().filled()).isEqualTo(1);
        update("UPDATE owner SET phone = 'fenced', phone_encrypted = ? WHERE id = 1", (Object) envelope("fenced"));
        assertThatThrownBy(() -> alone(2, "phone-2")).hasStackTraceContaining("was released");

        assertThat(end().clean()).isTrue();
        assertThat(inClear(1)).isEqualTo("fenced");
        assertThat(inClear(2)).isEqualTo("phone-2");
    }

    private interface Sql {
        void run() throws SQLException;
    }

    private static void run(Sql sql) {
        try {
            sql.run();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void fill_envelopeThatDoesNotOpen_isNotedInTheQuarantineAndHoldsTheFence() {
        byte[] broken = envelope("broken");
        broken[broken.length - 1] ^= 1;
        update("UPDATE owner SET phone_encrypted = ? WHERE id = 7", broken);

        BackfillReport given = give();

        assertThat(given.unreadable()).containsExactly("id=7");
        assertThat(given.filled()).isEqualTo(ROWS - 1);
        assertThat(lab.text(
                        "SELECT row_key || ' ' || reason FROM tegula_quarantine WHERE column_name = 'phone_encrypted'"))
                .isEqualTo("id=7 cannot-open");
        assertThat(lab.number("SELECT count(*) FROM tegula_audit WHERE action = 'tegula.quarantine.add'"))
                .isPositive();
        assertThat(fence().clean()).isFalse();
        assertThat(release().facts(column()).returning()).isTrue();
        assertThat(lab.bytes("SELECT phone_encrypted FROM owner WHERE id = 7")).isEqualTo(broken);

        lab.sql("UPDATE owner SET phone_encrypted = NULL WHERE id = 7");
        assertThat(fence().clean()).isTrue();
        assertThat(end().clean()).isTrue();
    }

    /** Nobody may drop an envelope whose value is not the one in clear. */
    @Test
    void end_withARowThatDiffers_changesNothingAndNamesIt() {
        give();
        fence();
        lab.sql(
                "ALTER TABLE owner DISABLE TRIGGER USER",
                "UPDATE owner SET phone = 'another' WHERE id = 9",
                "UPDATE owner SET phone = NULL WHERE id = 10",
                "ALTER TABLE owner ENABLE ALWAYS TRIGGER tegula_adopt_owner_phone_encrypted");

        BackfillReport compared = end();

        assertThat(compared.wrong()).containsExactly("id=9");
        assertThat(compared.missing()).containsExactly("id=10");
        assertThat(release().facts(column()).ended()).isFalse();
        assertThat(fence().filled())
                .as("what is missing is filled by the fence again")
                .isEqualTo(1);
        assertThat(end().wrong()).containsExactly("id=9");
    }

    /** Each pass meets the place that the row just left: to the passes it has no envelope at all. */
    @Test
    void release_besideARowWhoseKeyMoves_doesNotEndBeforeItHasItsValue() {
        update("INSERT INTO owner (id, phone_encrypted) VALUES (1001, ?)", envelope("on the move"));
        AtomicInteger pages = new AtomicInteger();
        ProgressListener mover = progress -> lab.sql(
                pages.getAndIncrement() % 2 == 0
                        ? "UPDATE owner SET id = -5 WHERE id = 1001"
                        : "UPDATE owner SET id = 1001 WHERE id = -5");
        release().fill(column(), Set.of(), new RunControl(), mover);

        BackfillReport fenced = release().fence(column(), Set.of(), new RunControl(), mover);

        assertThat(fenced.missing()).containsExactly("id=1001");
        assertThat(fenced.clean()).isFalse();
        assertThat(release().end(column(), new RunControl(), mover).missing()).containsExactly("id=1001");
        assertThat(release().facts(column()).released()).isTrue();
        assertThat(fence().filled()).isEqualTo(1);
        assertThat(end().clean()).isTrue();
        assertThat(inClear(1001)).isEqualTo("on the move");
    }

    @Test
    void fill_besideATriggerOfTheColumnInClear_isRefusedUntilThatIsAccepted() {
        lab.sql(
                "CREATE OR REPLACE FUNCTION beep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
                "CREATE TRIGGER beep AFTER UPDATE OF phone ON owner FOR EACH ROW EXECUTE FUNCTION beep()");

        assertThat(code(this::give)).isEqualTo("update-triggers");

        assertThat(lab.number("SELECT count(phone) FROM owner")).isZero();
        BackfillReport given = release()
                .fill(column(), Set.of(Finding.Kind.UPDATE_TRIGGERS), new RunControl(), ProgressListener.none());
        assertThat(given.clean()).isTrue();
        assertThat(code(this::fence)).isEqualTo("update-triggers");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ALTER TABLE owner DROP CONSTRAINT owner_pkey, ADD UNIQUE (id), ALTER id SET NOT NULL | UPDATE owner SET phone = id | ALTER TABLE owner ADD PRIMARY KEY (phone) | release-in-the-way
            SELECT 1 | UPDATE owner SET phone = id | ALTER TABLE owner ALTER phone SET NOT NULL | release-in-the-way
            SELECT 1 | SELECT 1 | ALTER TABLE owner ADD UNIQUE (phone) | release-in-the-way
            SELECT 1 | SELECT 1 | CREATE UNIQUE INDEX ON owner (lower(phone)) | release-in-the-way
            SELECT 1 | SELECT 1 | ALTER TABLE owner ALTER phone SET DEFAULT '-' | release-in-the-way
            CREATE TABLE calls (phone text PRIMARY KEY) | SELECT 1 | ALTER TABLE owner ADD FOREIGN KEY (phone) REFERENCES calls | release-in-the-way
            SELECT 1 | ALTER TABLE owner DROP phone | ALTER TABLE owner ADD phone text GENERATED ALWAYS AS (tenant) STORED | release-in-the-way
            SELECT 1 | SELECT 1 | UPDATE owner SET phone = 'of somebody else' WHERE id = 300 | release-not-empty
            """)
    void fill_columnThatCannotTakeValues_isRefusedAndChangesNothing(String one, String two, String three, String code) {
        lab.sql(one, two, three);

        assertThat(code(this::give)).isEqualTo(code);

        assertThat(lab.number("SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'tegula_adopt%'"))
                .isZero();
        assertThat(toldNow()).isEmpty();
    }

    @Test
    void phases_outOfOrder_areRefusedWithTheStepThatIsNext() {
        assertThat(code(this::fence)).isEqualTo("release-not-begun");
        assertThat(code(this::end)).isEqualTo("release-not-begun");
        give();
        assertThat(code(this::end)).isEqualTo("release-not-fenced");
        assertThat(code(this::fill)).isEqualTo("adoption-returning");
        assertThat(code(this::leave)).isEqualTo("adoption-sealed");
        fence();
        assertThat(code(this::give)).isEqualTo("release-fenced");
        assertThat(code(this::seal)).isEqualTo("adoption-not-begun");
        end();
        assertThat(code(this::give)).isEqualTo("release-fenced");
        assertThat(code(this::fence)).isEqualTo("release-ended");
    }

    @Test
    void fill_ofAnotherColumnThanTheOneInWork_isRefused() {
        lab.sql("ALTER TABLE owner ADD mobile text");
        give();
        PlainColumn mobile = PlainColumn.of(lab.tegula, PHONE, "mobile");

        assertThatThrownBy(() -> release().fill(mobile, Set.of(), new RunControl(), ProgressListener.none()))
                .isInstanceOf(TegulaException.class)
                .hasMessageContaining("released to, public.owner.phone already");
        assertThatThrownBy(() -> adoption().fill(mobile, Set.of(), new RunControl(), ProgressListener.none()))
                .hasMessageContaining("released to, public.owner.phone already");
        assertThat(give().clean()).isTrue();
    }

    @Test
    void fill_whileItIsAdopted_isRefused() {
        lab.sql("UPDATE owner SET phone = 'phone-' || id, phone_encrypted = NULL");
        fill();

        assertThat(code(this::give)).isEqualTo("release-adopted");

        seal();
        assertThat(give().filled()).isEqualTo(ROWS);
        assertThat(inClear(ROWS)).isEqualTo("phone-" + ROWS);
    }

    /** From each phase, beside what releases wrote in it. */
    @Test
    void adopt_afterARelease_bringsItBack() {
        give();
        alone(1, "by the release of today");
        assertThat(seal().clean()).isTrue();
        assertThat(lab.number("SELECT count(phone) FROM owner")).isZero();
        assertThat(stored(1)).isEqualTo("by the release of today");

        give();
        fence();
        end();
        lab.sql("UPDATE owner SET phone = 'by the last release' WHERE id = 2");
        assertThat(fill().filled()).isEqualTo(1);
        assertThat(verify()).isEqualTo(sound(ROWS));
        assertThat(stored(2)).isEqualTo("by the last release");
        assertThat(seal().clean()).isTrue();
        assertThat(stored(3)).isEqualTo("phone-3");
    }

    /** Each changes rows in the phase that it began in, and no other. */
    @Test
    void runs_ofTwoOperatorsInTwoPhases_theEarlierStopsAndNothingIsLost() {
        lab.sql("UPDATE owner SET phone = 'phone-' || id, phone_encrypted = NULL");
        fill();
        AtomicBoolean once = new AtomicBoolean(true);

        assertThatThrownBy(() -> adoption().seal(column(), new RunControl(), progress -> {
                    if (lab.number("SELECT count(*) FROM owner WHERE phone IS NULL") > 0 && once.getAndSet(false)) {
                        assertThat(give().clean()).isTrue();
                        assertThat(fence().clean()).isTrue();
                    }
                }))
                .isInstanceOfSatisfying(
                        RefusedException.class, e -> assertThat(e.code()).isEqualTo("adoption-moved"));

        assertThat(once).isFalse();
        assertThat(lab.number("SELECT count(phone) FROM owner")).isEqualTo(ROWS);
        assertThat(end().clean()).isTrue();
    }

    @Test
    void leave_despiteWhatSpeaksAgainstChangingRows_removesTheTrigger() {
        lab.sql("UPDATE owner SET phone = 'phone-' || id, phone_encrypted = NULL");
        fill();
        lab.sql(
                "CREATE OR REPLACE FUNCTION beep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
                "CREATE TRIGGER beep BEFORE UPDATE ON owner FOR EACH ROW EXECUTE FUNCTION beep()");
        update("UPDATE owner SET phone_encrypted = ? WHERE id = 7", (Object) new byte[] {2, 2, 3});
        assertThat(new Preflight(lab.database).look(List.of(PHONE)).findings())
                .extracting(Finding::kind)
                .contains(Finding.Kind.UPDATE_TRIGGERS, Finding.Kind.NOT_ENVELOPES);

        leave();

        assertThat(lab.number("SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'tegula_adopt%'"))
                .isZero();
    }
}
