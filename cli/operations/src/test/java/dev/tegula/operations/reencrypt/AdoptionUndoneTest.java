package dev.tegula.operations.reencrypt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.failure.RefusedException;
import dev.tegula.failure.TegulaException;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Beside a trigger that puts back what is set, nothing counts as done, and no CHECK stays that stops the application. */
final class AdoptionUndoneTest extends AdoptionLab {

    private static final String SEALING =
            "SELECT count(*) FROM pg_constraint WHERE conname = 'tegula_sealed_phone' AND NOT convalidated";

    private static void keeping(String when, String body) {
        lab.sql(
                "CREATE OR REPLACE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN " + body
                        + " RETURN NEW; END $$",
                "CREATE TRIGGER a_keep " + when + " ON owner FOR EACH ROW EXECUTE FUNCTION keep()");
    }

    private static void assertUndone(Runnable work) {
        assertThatThrownBy(work::run).isInstanceOfSatisfying(RefusedException.class, e -> {
            assertThat(e.code()).isEqualTo("adoption-undone");
            assertThat(e).hasMessageContaining("a_keep").hasMessageNotContaining("phone-");
        });
    }

    private void assertWritable() throws SQLException {
        assertThat(lab.number("SELECT count(*) FROM pg_constraint WHERE conname = 'tegula_sealed_phone'"))
                .isZero();
        lab.update("UPDATE owner SET tenant = 'x'");
    }

    private void assertSealed() {
        lab.sql("DROP TRIGGER IF EXISTS a_keep ON owner");
        assertThat(seal().clean()).isTrue();
        assertThat(lab.number("SELECT count(phone) FROM owner")).isZero();
        assertThat(stored(3)).isEqualTo("phone-3");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            BEFORE UPDATE | NEW.phone := coalesce(NEW.phone, OLD.phone);
            BEFORE UPDATE | IF OLD.id = 7 THEN NEW.phone := coalesce(NEW.phone, OLD.phone); END IF;
            AFTER UPDATE | IF NEW.phone IS NULL THEN UPDATE owner SET phone = OLD.phone WHERE id = OLD.id; END IF;
            AFTER UPDATE | IF NEW.phone IS NULL AND OLD.id < 4 THEN UPDATE owner SET phone = OLD.phone WHERE id = OLD.id; END IF;
            """)
    void seal_whereATriggerPutsValuesBack_isRefusedAndLeavesTheTableWritable(String when, String body)
            throws SQLException {
        fill();
        keeping(when, body);

        assertUndone(this::sealAccepting);

        assertThat(lab.number("SELECT count(*) FROM owner WHERE id = 7 OR phone IS NOT NULL"))
                .isPositive();
        assertWritable();
        assertUndone(this::sealAccepting);
        assertWritable();
        assertSealed();
    }

    @Test
    void seal_thatFailsBehindItsCheck_takesItAway() throws SQLException {
        fill();
        assertThatThrownBy(() -> adoption().seal(column(), new RunControl(), progress -> {
                    if (lab.number(SEALING) == 1) {
                        throw new IllegalStateException("failed");
                    }
                }))
                .hasMessage("failed");

        assertWritable();
        assertSealed();
    }

    @Test
    void seal_stoppedBehindItsCheck_takesItAwayAndSaysNoOtherReason() throws SQLException {
        fill();
        RunControl control = new RunControl();
        BackfillReport stopped = adoption().seal(column(), control, progress -> {
            if (lab.number(SEALING) == 1) {
                control.stop();
            }
        });

        assertThat(stopped.complete()).isFalse();
        assertThat(stopped.filled()).isEqualTo(ROWS);
        assertWritable();
        assertSealed();
    }

    /** The database is gone, so the CHECK stays; the message says what it does, and what takes it away. */
    @Test
    void seal_thatLosesTheDatabaseBehindItsCheck_saysThatItStands() {
        fill();
        AtomicBoolean gone = new AtomicBoolean();
        DataSource database = (DataSource) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> {
                    if (gone.get()) {
                        throw new SQLException("denied", "28P01");
                    }
                    return method.invoke(lab.database, arguments);
                });
        Adoption adoption =
                new Adoption(database, lab.tegula, SweepSettings.standard().withBatchRows(20));

        assertThatThrownBy(() -> adoption.seal(column(), new RunControl(), progress -> {
                    if (!gone.get() && lab.number(SEALING) == 1) {
                        gone.set(true);
                        lab.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                                + " WHERE datname = current_database() AND pid <> pg_backend_pid()");
                        throw new IllegalStateException("lost");
                    }
                }))
                .isInstanceOf(TegulaException.class)
                .hasMessageContaining("tegula_sealed_phone")
                .hasMessageContaining("DROP CONSTRAINT")
                .hasStackTraceContaining("lost");

        assertThat(lab.number(SEALING)).isEqualTo(1);
        assertThat(adoption().halted(column())).get().asString().contains("tegula_sealed_phone");
        assertThat(new Preflight(lab.database).haltedSeals())
                .hasEntrySatisfying("public.owner.phone", why -> assertThat(why).contains("DROP CONSTRAINT"));
        assertSealed();
        assertThat(adoption().halted(column())).isEmpty();
    }

    @Test
    void fill_whereATriggerPutsTheEnvelopeBack_isRefused() {
        keeping("BEFORE UPDATE", "NEW.phone_encrypted := OLD.phone_encrypted;");

        assertUndone(() ->
                adoption().fill(column(), Set.of(Finding.Kind.UPDATE_TRIGGERS), new RunControl(), progress -> {}));

        lab.sql("DROP TRIGGER a_keep ON owner");
        assertThat(fill().filled()).isEqualTo(ROWS);
    }

    @Test
    void release_whereATriggerPutsTheValueBack_isRefused() {
        fill();
        seal();
        keeping("BEFORE UPDATE", "NEW.phone := OLD.phone;");
        Release release = new Release(lab.database, lab.tegula, SweepSettings.standard());

        assertUndone(() -> release.fill(
                column(), Set.of(Finding.Kind.UPDATE_TRIGGERS), new RunControl(), ProgressListener.none()));

        assertThat(lab.number("SELECT count(phone) FROM owner")).isZero();
        lab.sql("DROP TRIGGER a_keep ON owner");
        assertThat(release.fill(column(), Set.of(), new RunControl(), ProgressListener.none())
                        .filled())
                .isEqualTo(ROWS);
    }

    /** Each of its columns is as it was set, or the row is none of those that were filled. */
    @Test
    void fill_whereATriggerSetsSomethingElse_countsNoneOfIt() {
        keeping("BEFORE UPDATE", "NEW.phone_encrypted := '\\x01'::bytea;");
        BackfillReport report = adoption()
                .fill(column(), Set.of(Finding.Kind.UPDATE_TRIGGERS), new RunControl(), ProgressListener.none());

        assertThat(report.filled()).isZero();
        assertThat(verify().unreadable()).hasSize(ROWS);
    }
}
