package dev.tegula.operations.reencrypt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.failure.RefusedException;
import dev.tegula.jdbc.AdoptionTrigger;
import dev.tegula.operations.live.LiveLab;
import dev.tegula.value.ValueType;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A trigger that is there and does not see every write, as a bulk load or a restore leaves it, says how far the adoption is still. */
final class AdoptionHolesTest extends AdoptionLab {

    private static final String NAME = "tegula_adopt_owner_phone_encrypted";
    private static final String ALONE =
            "SELECT count(*) FROM owner WHERE phone IS NULL AND phone_encrypted IS NOT NULL";

    @BeforeEach
    void partitions() {
        lab.sql(
                "DROP TABLE owner CASCADE",
                "CREATE TABLE owner (id bigint PRIMARY KEY, phone text, phone_encrypted bytea) PARTITION BY RANGE (id)",
                "CREATE TABLE owner_1 PARTITION OF owner FOR VALUES FROM (0) TO (100)",
                "CREATE TABLE owner_2 PARTITION OF owner FOR VALUES FROM (100) TO (200)",
                "INSERT INTO owner SELECT i, 'phone-' || i, NULL FROM generate_series(1, 150) i",
                "CREATE OR REPLACE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'");
    }

    private static void whole() {
        lab.sql(
                "DROP TABLE owner CASCADE",
                "CREATE TABLE owner (id bigint PRIMARY KEY, phone text, phone_encrypted bytea)",
                "INSERT INTO owner SELECT i, 'phone-' || i, NULL FROM generate_series(1, 150) i");
    }

    /** Row 5 is left where it is. */
    private static BackfillReport cutOff(Supplier<BackfillReport> run) {
        lab.sql("CREATE TRIGGER a_swallow BEFORE UPDATE ON owner FOR EACH ROW WHEN (OLD.id = 5)"
                + " EXECUTE FUNCTION swallow()");
        BackfillReport report = run.get();
        lab.sql("DROP TRIGGER a_swallow ON owner");
        assertThat(report.left()).isEqualTo(1);
        return report;
    }

    private BackfillReport giveBack() {
        return adoption().giveBack(column(), new RunControl(), ProgressListener.none());
    }

    private BackfillReport leave() {
        return adoption().leave(column(), new RunControl(), ProgressListener.none());
    }

    private Release release() {
        return new Release(lab.database, lab.tegula, SweepSettings.standard());
    }

    private static RefusedException refused(ThrowingCallable call) {
        RefusedException refused = catchThrowableOfType(RefusedException.class, call);
        assertThat(refused).isNotNull();
        return refused;
    }

    /** What a message tells to do. */
    private static void mend(RefusedException refused) {
        String message = String.valueOf(refused.getMessage());
        int from = message.indexOf('`') + 1;
        lab.sql(message.substring(from, message.indexOf('`', from)));
    }

    private void allRefused(String named) {
        List<ThrowingCallable> all = List.of(this::seal, this::giveBack, this::fill, () -> release()
                .fill(column(), Set.of(), new RunControl(), ProgressListener.none()));
        for (ThrowingCallable each : all) {
            RefusedException refused = refused(each);
            assertThat(refused.code()).isEqualTo("adoption-in-the-way");
            assertThat(refused).hasMessageContaining(named).hasMessageNotContaining("set them to NULL");
        }
        assertThat(refused(this::leave).code()).isEqualTo("adoption-sealed");
        assertThat(lab.number("SELECT count(*) FROM pg_trigger WHERE tgname = '" + NAME
                        + "' AND tgrelid = 'owner'::regclass"))
                .isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ALTER TABLE owner_1 DISABLE TRIGGER USER",
                "ALTER TABLE owner DISABLE TRIGGER ALL",
                "ALTER TABLE owner_2 ENABLE REPLICA TRIGGER " + NAME,
                "ALTER TABLE owner DROP CONSTRAINT tegula_pair_phone_encrypted"
            })
    void leave_inTheMiddleOfASealWhereTheTriggerHasAHole_isRefusedWithWhatMendsIt(String hole) {
        fill();
        cutOff(this::sealAccepting);
        assertThat(lab.number(ALONE)).isEqualTo(149);
        lab.sql(hole);

        assertThat(adoption().facts(column()).sealing()).isTrue();
        allRefused("ALTER TABLE \"public\".\"owner");

        mend(refused(this::giveBack));
        assertThat(giveBack().clean()).isTrue();
        assertThat(lab.number("SELECT count(phone) FROM owner")).isEqualTo(150);
    }

    @Test
    void leave_inTheMiddleOfASealOfATableWithAnHeir_isRefusedWithWhatMendsIt() {
        whole();
        fill();
        cutOff(this::sealAccepting);
        lab.sql("DROP TABLE IF EXISTS heir", "CREATE TABLE heir (PRIMARY KEY (id)) INHERITS (owner)");

        assertThat(adoption().facts(column()).sealing()).isTrue();
        allRefused("NO INHERIT");

        mend(refused(this::seal));
        assertThat(seal().filled()).isEqualTo(1);
        lab.sql("DROP TABLE heir");
    }

    @Test
    void leave_inTheMiddleOfAReturnWhereTheTriggerIsDisabled_isRefusedWithWhatMendsIt() {
        fill();
        seal();
        cutOff(this::giveBack);
        lab.sql("ALTER TABLE owner_1 DISABLE TRIGGER USER");

        assertThat(adoption().facts(column()).returning()).isTrue();
        allRefused("ENABLE ALWAYS TRIGGER");

        mend(refused(this::giveBack));
        assertThat(giveBack().clean()).isTrue();
        assertThat(lab.number(ALONE)).isZero();
    }

    /** What was compared before it was disabled says nothing of what was written since. */
    @Test
    void leave_behindTheFenceWhereTheTriggerWasDisabled_comparesAgain() {
        fill();
        seal();
        giveBack();
        assertThat(giveBack().clean()).isTrue();
        assertThat(adoption().facts(column()).settled()).isTrue();
        lab.sql("ALTER TABLE owner_1 DISABLE TRIGGER USER");
        update("UPDATE owner SET phone_encrypted = ? WHERE id = 7", envelope("by a release of before"));

        RefusedException refused = refused(this::leave);
        assertThat(refused.code()).isEqualTo("adoption-in-the-way");
        mend(refused);

        assertThat(leave().wrong()).containsExactly("id=7");
        assertThat(adoption().facts(column()).released()).isTrue();
    }

    private static void update(String sql, Object value) {
        try {
            lab.update(sql, value);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** Also where nothing says that the adoption is further than its beginning, or that there is one. */
    @Test
    void leave_withARowThatHasAnEnvelopeAlone_isRefused() {
        fill();
        update("INSERT INTO owner VALUES (151, NULL, ?)", envelope("alone"));

        assertThat(refused(this::leave).code()).isEqualTo("adoption-sealed");
        assertThat(adoption().facts(column()).guarded()).isTrue();

        lab.sql("DROP TRIGGER " + NAME + " ON owner");
        assertThat(refused(this::leave).code()).isEqualTo("adoption-sealed");

        lab.sql("UPDATE owner SET phone_encrypted = NULL WHERE id = 151");
        assertThat(leave().clean()).isTrue();
    }

    /** Nobody looks at rows before their values are the truth. */
    @Test
    void leave_whereTheFunctionIsUnknown_looksAtTheRows() {
        fill();
        cutOff(this::sealAccepting);
        lab.sql("CREATE OR REPLACE FUNCTION " + NAME
                + "() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'");

        assertThat(refused(this::leave).code()).isEqualTo("adoption-sealed");
        assertThat(refused(this::seal)).hasMessageContaining("does not know");
        assertThat(fill().wrong()).hasSize(149);
    }

    private PlainColumn two() {
        return PlainColumn.of(lab.tegula, LiveLab.column("owner.phone", "owner", "phone_two", "id"), "phone");
    }

    private BackfillReport fillTwo() {
        return adoption().fill(two(), Set.of(), new RunControl(), ProgressListener.none());
    }

    /** A value that is written as a pair of one leaves an old one in the other. */
    @Test
    void fill_ofAColumnThatAnotherEncryptedOneGetsItsValuesFrom_isRefused() {
        lab.sql("ALTER TABLE owner ADD phone_two bytea");
        fill();

        assertThat(refused(this::fillTwo)).hasMessageContaining("phone_encrypted");
        assertThat(adoption().obstacle(two())).isPresent();
        assertThat(lab.number("SELECT count(*) FROM pg_trigger WHERE tgname = 'tegula_adopt_owner_phone_two'"))
                .isZero();

        leave();
        assertThat(fillTwo().filled()).isEqualTo(150);
    }

    /** As releases of before let it be. */
    @Test
    void seal_besideAnotherAdoptionOfTheColumn_isRefused() {
        lab.sql("ALTER TABLE owner ADD phone_two bytea");
        fill();
        List<String> second =
                new AdoptionTrigger(two().table(), "phone", "phone_two").script(AdoptionTrigger.Form.BOTH);
        lab.sql(second.toArray(String[]::new));
        assertThat(refused(this::seal)).hasMessageContaining("phone_two");

        lab.sql("DROP TRIGGER tegula_adopt_owner_phone_two ON owner");
        seal();
        lab.sql(second.toArray(String[]::new));
        update("UPDATE owner SET phone_two = ? WHERE id = 3", envelope("an old value"));

        assertThat(refused(() -> adoption().seal(two(), new RunControl(), ProgressListener.none())))
                .hasMessageContaining("phone_two");
        assertThat(seal().clean()).isTrue();
    }

    /** The name of the trigger is made of the table's. */
    @Test
    void adoption_ofATableThatWasRenamed_isRefusedWithWhatMendsIt() {
        fill();
        lab.sql("DROP TABLE IF EXISTS keeper CASCADE", "ALTER TABLE owner RENAME TO keeper");
        try {
            PlainColumn renamed = PlainColumn.of(
                    lab.tegula, LiveLab.column("owner.phone", "keeper", "phone_encrypted", "id"), "phone");
            RefusedException refused =
                    refused(() -> adoption().fill(renamed, Set.of(), new RunControl(), ProgressListener.none()));
            assertThat(refused.code()).isEqualTo("adoption-in-the-way");
            assertThatThrownBy(() -> adoption().seal(renamed, new RunControl(), ProgressListener.none()))
                    .isInstanceOf(RefusedException.class);
            assertThatThrownBy(() -> adoption().leave(renamed, new RunControl(), ProgressListener.none()))
                    .isInstanceOf(RefusedException.class);
            assertThat(lab.number("SELECT count(*) FROM pg_trigger WHERE tgrelid = 'keeper'::regclass"))
                    .isEqualTo(1);

            mend(refused);
            assertThat(adoption()
                            .seal(renamed, new RunControl(), ProgressListener.none())
                            .filled())
                    .isEqualTo(150);
            update(
                    "UPDATE keeper SET phone_encrypted = ? WHERE id = 3",
                    AdoptionTrigger.pair(envelope("new"), "new".getBytes(StandardCharsets.UTF_8)));
            assertThat(lab.number("SELECT count(phone) FROM keeper")).isZero();
        } finally {
            lab.sql("DROP TABLE keeper CASCADE", "DROP FUNCTION IF EXISTS tegula_adopt_keeper_phone_encrypted");
        }
    }

    /** The function stays where it was, and the next step would change one that no trigger runs. */
    @Test
    void seal_ofATableThatWasMovedToAnotherSchema_isRefusedWithWhatMendsIt() {
        whole();
        fill();
        lab.sql("DROP SCHEMA IF EXISTS other CASCADE", "CREATE SCHEMA other", "ALTER TABLE owner SET SCHEMA other");
        try {
            PlainColumn moved = PlainColumn.of(
                    lab.tegula,
                    EncryptedColumn.of("owner.phone", "other.owner.phone_encrypted", ValueType.STRING, "id"),
                    "phone");
            mend(refused(() -> adoption().seal(moved, new RunControl(), ProgressListener.none())));

            assertThat(adoption()
                            .seal(moved, new RunControl(), ProgressListener.none())
                            .filled())
                    .isEqualTo(150);
            update(
                    "UPDATE other.owner SET phone_encrypted = ? WHERE id = 3",
                    AdoptionTrigger.pair(envelope("new"), "new".getBytes(StandardCharsets.UTF_8)));
        } finally {
            lab.sql("DROP SCHEMA other CASCADE", "CREATE TABLE owner ()");
        }
    }
}
