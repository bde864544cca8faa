package dev.tegula.operations.reencrypt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.Context;
import dev.tegula.FieldCipher;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.failure.RefusedException;
import dev.tegula.jdbc.AdoptionTrigger;
import dev.tegula.operations.live.LiveLab;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a mapping writes that knows the column in clear and the encrypted one goes into both, while there are both. */
final class AdoptionPairTest {

    private static final int ROWS = 100;
    private static final EncryptedColumn PHONE = LiveLab.column("owner.phone", "owner", "phone_encrypted", "id");

    private static LiveLab lab;
    private static FieldCipher<String> phone;

    @BeforeAll
    static void start() {
        lab = LiveLab.start();
        phone = lab.field("owner.phone");
    }

    @BeforeEach
    void table() {
        lab.sql(
                "DROP TABLE IF EXISTS owner CASCADE",
                "DROP FUNCTION IF EXISTS tegula_adopt_owner_phone_encrypted",
                "CREATE TABLE owner (id bigint PRIMARY KEY, phone text, phone_encrypted bytea)",
                "INSERT INTO owner SELECT i, 'phone-' || i, NULL FROM generate_series(1, " + ROWS + ") i");
        envelope("the first key is there");
    }

    @AfterAll
    static void stop() {
        lab.close();
    }

    private static byte[] envelope(String value) {
        byte[] envelope = phone.encrypt(value, Context.noTenant());
        assertThat(envelope).isNotNull();
        return envelope;
    }

    private @Nullable String stored(long id) {
        return phone.decrypt(lab.bytes("SELECT phone_encrypted FROM owner WHERE id = " + id), Context.noTenant());
    }

    private Adoption adoption() {
        return new Adoption(lab.database, lab.tegula, SweepSettings.standard().withBatchRows(20));
    }

    private PlainColumn column() {
        return PlainColumn.of(lab.tegula, PHONE, "phone");
    }

    private void fill() {
        adoption().fill(column(), Set.of(), new RunControl(), ProgressListener.none());
    }

    private BackfillReport verify() {
        return adoption().verify(column(), new RunControl(), ProgressListener.none());
    }

    private static BackfillReport sound(int rows) {
        return new BackfillReport(0, rows, List.of(), List.of(), List.of(), List.of(), 0, true);
    }

    private static byte[] pair(String value) {
        return AdoptionTrigger.pair(envelope(value), value.getBytes(UTF_8));
    }

    private @Nullable String inClear(long id) {
        return lab.text("SELECT phone FROM owner WHERE id = " + id);
    }

    /** What a mapping that knows both columns writes is taken apart in the statement that brings it, in every phase. */
    @Test
    void guard_pairThatIsWritten_isPutIntoBothColumnsUntilRowsAreEmptied() throws Exception {
        fill();
        lab.update("INSERT INTO owner (id, phone_encrypted) VALUES (1001, ?)", pair("new"));
        lab.update("UPDATE owner SET phone_encrypted = ? WHERE id = 5", pair("Zürich"));
        lab.update("UPDATE owner SET phone_encrypted = ? WHERE id = 6", (Object) AdoptionTrigger.emptyPair());

        assertThat(inClear(1001)).isEqualTo("new");
        assertThat(stored(1001)).isEqualTo("new");
        assertThat(inClear(5)).isEqualTo("Zürich");
        assertThat(stored(5)).isEqualTo("Zürich");
        assertThat(lab.number("SELECT count(*) FROM owner WHERE id = 6 AND phone IS NULL AND phone_encrypted IS NULL"))
                .isEqualTo(1);
        assertThat(verify()).isEqualTo(sound(ROWS));

        AtomicBoolean once = new AtomicBoolean(true);
        BackfillReport sealed = adoption().seal(column(), new RunControl(), progress -> {
            if (lab.number("SELECT count(phone) FROM owner") == 0 && once.getAndSet(false)) {
                written("UPDATE owner SET phone_encrypted = ? WHERE id = 7", "while it is emptied");
                written("INSERT INTO owner (id, phone_encrypted) VALUES (1002, ?)", "while it is emptied");
            }
        });

        assertThat(sealed.clean()).isTrue();
        assertThat(once).isFalse();
        written("UPDATE owner SET phone_encrypted = ? WHERE id = 8", "after the seal");
        lab.sql("ALTER TABLE owner DROP COLUMN phone");
        written("UPDATE owner SET phone_encrypted = ? WHERE id = 9", "without the column");
        assertThat(stored(7)).isEqualTo("while it is emptied");
        assertThat(stored(1002)).isEqualTo("while it is emptied");
        assertThat(stored(8)).isEqualTo("after the seal");
        assertThat(stored(9)).isEqualTo("without the column");
    }

    private static void written(String sql, String value) {
        try {
            lab.update(sql, (Object) pair(value));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Without its trigger a pair would put the value in clear into the encrypted column. */
    @Test
    void guard_takenAway_leavesTheCheckThatRefusesPairs() {
        fill();
        lab.sql("ALTER TABLE owner DISABLE TRIGGER USER");
        assertThat(adoption().facts(column()).guarded()).isFalse();
        assertThatThrownBy(() -> lab.update("UPDATE owner SET phone_encrypted = ? WHERE id = 1", (Object) pair("x")))
                .hasMessageContaining("tegula_pair_phone_encrypted");

        lab.sql(
                "ALTER TABLE owner ENABLE TRIGGER USER",
                "ALTER TABLE owner DROP CONSTRAINT tegula_pair_phone_encrypted");
        assertThat(adoption().facts(column()).guarded()).isFalse();
        fill();
        assertThat(adoption().facts(column()).guarded()).isTrue();

        leave();
        assertThatThrownBy(() -> lab.update("UPDATE owner SET phone_encrypted = ? WHERE id = 1", (Object) pair("x")))
                .hasMessageContaining("tegula_pair_phone_encrypted");
    }

    private BackfillReport giveBack() {
        return adoption().giveBack(column(), new RunControl(), ProgressListener.none());
    }

    /** Releases that know both, the encrypted column alone, and the one in clear alone, in the order in which they may follow. */
    @Test
    void giveBack_behindTheSeal_losesNothingThatIsWrittenMeanwhile() throws Exception {
        fill();
        adoption().seal(column(), new RunControl(), ProgressListener.none());
        lab.update("UPDATE owner SET phone_encrypted = ? WHERE id = 1", (Object) envelope("after the seal"));
        AtomicBoolean once = new AtomicBoolean(true);
        BackfillReport returned = adoption().giveBack(column(), new RunControl(), progress -> {
            if (lab.number("SELECT count(phone) FROM owner") > ROWS / 2 && once.getAndSet(false)) {
                written("UPDATE owner SET phone_encrypted = ? WHERE id = 2", "by a mapping of both");
                lab.sql("UPDATE owner SET phone_encrypted = NULL WHERE id = 3");
                alone(4, "by the release that knows the encrypted column");
            }
        });

        assertThat(once).isFalse();
        assertThat(returned.wrong()).isEmpty();
        assertThat(adoption().facts(column()).returning()).isTrue();
        assertThat(inClear(1)).isEqualTo("after the seal");
        assertThat(inClear(2)).isEqualTo("by a mapping of both");
        assertThat(lab.number("SELECT count(phone) FROM owner WHERE id = 3")).isZero();
        assertThatThrownBy(this::leave).isInstanceOf(RefusedException.class);

        alone(5, "at last");
        assertThat(lab.number("SELECT count(phone) FROM owner WHERE id = 5")).isZero();
        assertThat(verify().missing()).contains("id=5");
        assertThat(giveBack().filled()).isPositive();
        assertThat(adoption().facts(column()).returning())
                .as("who resumes a run says nothing of releases")
                .isTrue();
        BackfillReport done = giveBack();

        assertThat(done.clean()).isTrue();
        assertThat(inClear(4)).isEqualTo("by the release that knows the encrypted column");
        assertThat(inClear(5)).isEqualTo("at last");
        assertThat(inClear(ROWS)).isEqualTo("phone-" + ROWS);
        assertThat(verify()).isEqualTo(sound(ROWS - 1));
        assertThat(adoption().facts(column()).returning()).isFalse();
        assertThat(adoption().facts(column()).released()).isTrue();
        assertThatThrownBy(() -> alone(5, "by a release that was forgotten"))
                .hasRootCauseInstanceOf(SQLException.class)
                .hasStackTraceContaining("was released to \"phone\"");
        lab.sql("UPDATE owner SET phone = 'by an earlier release' WHERE id = 6");
        assertThat(lab.bytes("SELECT phone_encrypted FROM owner WHERE id = 6")).isNull();
        assertThatThrownBy(this::giveBack).isInstanceOfSatisfying(RefusedException.class, e -> assertThat(e.code())
                .isEqualTo("adoption-not-sealed"));
        leave();
        assertThat(lab.text("SELECT string_agg(action, ' ' ORDER BY seq) FROM tegula_audit"
                        + " WHERE action IN ('tegula.adoption.return', 'tegula.adoption.returned')"))
                .endsWith("tegula.adoption.return tegula.adoption.returned");
    }

    private static void alone(long id, String value) {
        try {
            lab.update("UPDATE owner SET phone_encrypted = ? WHERE id = ?", envelope(value), id);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What a release wrote just before the fence has no value in clear when the run is stopped behind it; without the trigger it is lost. */
    @Test
    void leave_afterARunThatWasStoppedBehindTheFence_givesRowsTheirValueAndKeepsTheTrigger() {
        fill();
        adoption().seal(column(), new RunControl(), ProgressListener.none());
        giveBack();
        RunControl control = new RunControl();
        AtomicBoolean once = new AtomicBoolean(true);
        Adoption slow =
                new Adoption(lab.database, lab.tegula, SweepSettings.standard().withBatchRows(1));
        BackfillReport stopped = slow.giveBack(column(), control, progress -> {
            // The pass over values and the comparison are behind it then.
            if (progress.done() == 2 * ROWS && once.getAndSet(false)) {
                alone(ROWS, "the newest");
            }
            if (adoption().facts(column()).released()) {
                control.stop();
            }
        });
        assertThat(stopped.complete()).isFalse();
        assertThat(lab.number("SELECT count(phone) FROM owner")).isEqualTo(ROWS - 1);

        BackfillReport rest = leave();

        assertThat(rest.filled()).isEqualTo(1);
        assertThat(rest.clean()).isTrue();
        assertThat(inClear(ROWS)).isEqualTo("the newest");
        assertThat(adoption().facts(column()).released())
                .as("who resumes a run says nothing of releases")
                .isTrue();
        assertThat(leave()).isEqualTo(BackfillReport.nothing());
        assertThat(adoption().facts(column()).guarded()).isFalse();
    }

    private BackfillReport leave() {
        return adoption().leave(column(), new RunControl(), ProgressListener.none());
    }

    /** Killed between its last row and its last word: nobody has read that the next run fences. */
    @Test
    void giveBack_resumedAfterItsLastRow_doesNotFence() {
        fill();
        adoption().seal(column(), new RunControl(), ProgressListener.none());
        RunControl control = new RunControl();
        BackfillReport stopped = adoption().giveBack(column(), control, progress -> {
            if (lab.number("SELECT count(phone) FROM owner") == ROWS) {
                control.stop();
            }
        });
        assertThat(stopped.complete()).isFalse();

        BackfillReport resumed = giveBack();

        assertThat(resumed.clean()).isTrue();
        assertThat(resumed.filled()).isZero();
        assertThat(adoption().facts(column()).returning()).isTrue();
        alone(1, "by a release that is still there");
        assertThat(giveBack().filled()).isEqualTo(1);
        assertThat(giveBack().clean()).isTrue();
        assertThat(adoption().facts(column()).released()).isTrue();
    }

    /** A way back from the middle of the seal, where half of the rows are empty. */
    @Test
    void giveBack_whileRowsAreEmptied_fillsTheEmptyOnes() {
        fill();
        RunControl control = new RunControl();
        Adoption slow =
                new Adoption(lab.database, lab.tegula, SweepSettings.standard().withBatchRows(1));
        slow.seal(column(), control, progress -> {
            if (lab.number("SELECT count(phone) FROM owner") < ROWS) {
                control.stop();
            }
        });
        assertThat(lab.number("SELECT count(phone) FROM owner")).isBetween(1L, ROWS - 1L);

        assertThat(giveBack().clean()).isTrue();
        assertThat(lab.number("SELECT count(phone) FROM owner")).isEqualTo(ROWS);
        assertThat(giveBack().clean()).isTrue();
        assertThat(verify()).isEqualTo(sound(ROWS));
    }

    /** It was written when nobody minded; nothing is cut off, and the rest gets its value. */
    @Test
    void giveBack_ofAValueThatTheColumnHasNoPlaceFor_saysWhich() throws Exception {
        fill();
        adoption().seal(column(), new RunControl(), ProgressListener.none());
        alone(7, "with \0 inside");

        BackfillReport returned = giveBack();

        assertThat(returned.left()).isPositive();
        assertThat(returned.missing()).containsExactly("id=7");
        assertThat(lab.number("SELECT count(phone) FROM owner")).isEqualTo(ROWS - 1);
        assertThat(giveBack().clean()).isFalse();
        assertThat(adoption().facts(column()).returning()).isTrue();
    }
}
