package dev.tegula.operations.rotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.Context;
import dev.tegula.operations.reencrypt.BackfillReport;
import dev.tegula.operations.reencrypt.IndexBackfill;
import dev.tegula.operations.reencrypt.IndexSource;
import dev.tegula.operations.reencrypt.RunControl;
import dev.tegula.operations.reencrypt.SweepSettings;
import dev.tegula.registry.KeyState;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Rows without an index are in no rotation's way: they get theirs, before it, during it and after it, or are named. */
@Tag("long")
final class UnindexedRowsTest extends IndexRotationLab {

    private static final String LATE = "late \u1c89";

    /** What the trigger lets by. */
    private static final String TAKEN = "ssn_index = NULL, ssn_next = ssn_next || '\\x00'::bytea";

    private void changed(String sql, Object... values) {
        try {
            lab.update(sql, values);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private IndexSource source() {
        var plan = rotation().plan(SSN);
        return plan.sources().values().iterator().next();
    }

    private BackfillReport backfill() {
        return new IndexBackfill(lab.database, SweepSettings.standard()).fill(source(), new RunControl());
    }

    private BackfillReport verify() {
        return new IndexBackfill(lab.database, SweepSettings.standard()).verify(source(), new RunControl());
    }

    private void refused() throws SQLException {
        lab.update(
                "INSERT INTO person (ssn) VALUES (?)", lab.field("person.ssn").encrypt(LATE, Context.noTenant()));
    }

    private long settledRows() {
        return lab.number("SELECT count(*) FROM person WHERE ssn_index = substring(ssn_next from 33)");
    }

    @Test
    void rotate_fillsWhatIsMissing_andNamesWhatCanHaveNone_twice() throws Exception {
        refused();
        for (int round = 1; round <= 2; round++) {
            lab.sql("UPDATE person SET ssn_index = NULL, ssn_next = NULL WHERE id IN (5, 6)");
            assertThat(rotation().plan(SSN).missing().values()).containsExactly(3L);

            IndexRotationReport report = rotate(IndexRotationListener.none());

            assertThat(report.outcome()).as(report.toString()).isEqualTo(RotationOutcome.DONE);
            assertThat(report.unindexed())
                    .containsExactly("public.person.ssn_index: row id=" + (ROWS + 1)
                            + " has no index: its normaliser or tokeniser refuses the value");
            assertThat(settledRows()).isEqualTo(ROWS);
            assertThat(keys(KeyState.RETIRED)).hasSize(round);
        }
        assertThat(verify().refused()).containsExactly("id=" + (ROWS + 1));
        assertThat(verify().missing()).isEmpty();
        lab.sql("UPDATE person SET id = DEFAULT WHERE ssn_index IS NULL"); // in all else it may be changed
    }

    @Test
    void backfill_afterARotation_fillsBothColumns() {
        rotate(IndexRotationListener.none());
        lab.sql("UPDATE person SET ssn_index = NULL, ssn_next = NULL WHERE id IN (5, 6)");

        BackfillReport report = backfill();

        assertThat(report.clean()).as(report.toString()).isTrue();
        assertThat(report.filled()).isEqualTo(2);
        assertThat(settledRows()).isEqualTo(ROWS);
        assertThat(verify().sound()).isEqualTo(ROWS);
    }

    /** Whoever empties rows at each step, and fills them at once, ends with each row in both columns. */
    @Test
    void backfill_atEachStepOfARotation_fillsOrLeavesForTheNextRun() {
        int[] id = {10};
        rotate(IndexRotationListener.none());
        IndexRotationReport report = rotate((step, detail) -> {
            id[0]++;
            lab.sql("UPDATE person SET ssn_index = NULL, ssn_next = NULL WHERE id = " + id[0]);
            BackfillReport filled = backfill();
            assertThat(filled.clean()).as("%s: %s", step, filled).isTrue();
        });
        assertThat(report.outcome()).as(report.toString()).isEqualTo(RotationOutcome.DONE);
        assertThat(report.unindexed()).isEmpty();
        assertThat(backfill().clean()).isTrue();
        assertThat(settledRows()).isEqualTo(ROWS);
        assertThat(verify().sound()).isEqualTo(ROWS);
    }

    /** Somebody took the index of rows away, and left what stands beside it under a key of before. */
    @Test
    void rotate_whereANextColumnStandsBesideNoIndex_endsAndForgetsIt() throws Exception {
        rotate(IndexRotationListener.none());
        byte[] late = lab.field("person.ssn").encrypt(LATE, Context.noTenant());
        IndexRotationReport report = rotate((step, detail) -> {
            if (step == IndexStep.WAIT) {
                changed("UPDATE person SET ssn = ?, " + TAKEN + " WHERE id = 7", late);
            }
        });

        assertThat(report.outcome()).as(report.toString()).isEqualTo(RotationOutcome.DONE);
        assertThat(lab.number("SELECT count(*) FROM person WHERE ssn_next IS NULL"))
                .isEqualTo(1);
        assertThat(settledRows()).isEqualTo(ROWS - 1);
    }

    @Test
    void rotate_whereAnIndexIsTakenAwayMeanwhile_ends() {
        rotate(IndexRotationListener.none());
        AtomicInteger next = new AtomicInteger(10);
        IndexRotationReport report = rotate((step, detail) -> {
            if (step != IndexStep.COMPLETE && step != IndexStep.RETIRE) {
                lab.sql("UPDATE person SET " + TAKEN + " WHERE id = " + next.getAndIncrement());
            }
        });
        assertThat(report.outcome()).as(report.toString()).isEqualTo(RotationOutcome.DONE);
        assertThat(backfill().clean()).isTrue();
        assertThat(settledRows()).isEqualTo(ROWS);
    }

    /** What was computed under the key of before is not written over the fence, and does not end the run. */
    @Test
    void fill_ofWhatAFenceRefuses_isLeftForTheNextRun() {
        rotate(IndexRotationListener.none());
        IndexSource late = source().withNext(Optional.empty());
        lab.sql("UPDATE person SET ssn_index = NULL, ssn_next = NULL WHERE id = 5");

        BackfillReport report = new IndexBackfill(lab.database, SweepSettings.standard()).fill(late, new RunControl());

        assertThat(report.complete()).isTrue();
        assertThat(report.left()).isEqualTo(1);
        assertThat(backfill().clean()).isTrue();
    }

    @Test
    void duplicates_ofRowsWithoutAnIndex_areNamedAndInNoWay() {
        lab.sql("UPDATE person SET ssn = (SELECT ssn FROM person WHERE id = 1), ssn_index = NULL WHERE id = 2");

        IndexRotationReport report = rotate(IndexRotationListener.none());

        assertThat(report.outcome()).isEqualTo(RotationOutcome.DONE);
        assertThat(report.unindexed())
                .singleElement()
                .asString()
                .contains("row id=2 has no index: another row has it, in a UNIQUE column");
        assertThatThrownBy(() -> lab.sql("UPDATE person SET ssn_index = (SELECT ssn_index FROM person WHERE id = 1),"
                        + " ssn_next = (SELECT ssn_next FROM person WHERE id = 1) WHERE id = 2"))
                .hasStackTraceContaining("unique");
    }

    /** Look-ups ask for live keys alone, so it is found by nobody; a load by the application lets it pass. */
    @Test
    void verify_ofAnIndexUnderARetiredKey_saysThatItIsWrong() throws Exception {
        lab.sql("CREATE TABLE before AS SELECT id, ssn_index FROM person WHERE id IN (3, 4)");
        rotate(IndexRotationListener.none());
        lab.sql("ALTER TABLE person DROP CONSTRAINT tegula_fence_ssn_index, DROP CONSTRAINT tegula_fence_ssn_next");
        lab.sql("UPDATE person p SET ssn_index = b.ssn_index, ssn_next = NULL FROM before b WHERE b.id = p.id");

        assertThat(verify().wrong()).containsExactly("id=3", "id=4");
        assertThat(verify().sound()).isEqualTo(ROWS - 2);
    }
}
