package dev.tegula.operations.reencrypt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.jdbc.TableHeldException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever holds the table for so long that a step gives up is named. */
final class AdoptionHeldTest extends AdoptionLab {

    private interface Work {
        void beside(String holder) throws SQLException;
    }

    private static void holding(String sql, Work work) throws SQLException {
        try (Connection holder = lab.database.getConnection();
                Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("SET LOCAL application_name = 'left-open'");
            statement.execute(sql);
            String pid;
            try (ResultSet row = statement.executeQuery("SELECT pg_backend_pid()")) {
                row.next();
                pid = row.getString(1);
            }
            work.beside(pid);
            holder.rollback();
        }
    }

    /** The pauses are those of a minute. */
    private static RunControl hasty() {
        return new RunControl(millis -> 1);
    }

    private static void assertNamed(String pid, Runnable work) {
        assertThatThrownBy(work::run)
                .isInstanceOf(TableHeldException.class)
                .hasMessageContaining("public.owner")
                .hasMessageContaining("pid " + pid)
                .hasMessageContaining("left-open")
                .hasMessageContaining("pg_terminate_backend");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UPDATE owner SET tenant = 'h' WHERE id = 1", "SELECT 1 FROM owner LIMIT 1"})
    void fill_besideASessionThatIsIdleInATransaction_namesIt(String sql) throws SQLException {
        holding(
                sql,
                pid -> assertNamed(pid, () -> adoption().fill(column(), Set.of(), hasty(), ProgressListener.none())));

        assertThat(fill().filled()).isEqualTo(ROWS);
    }

    @Test
    void seal_besideASessionThatIsIdleInATransaction_namesIt() throws SQLException {
        fill();
        holding(
                "SELECT 1 FROM owner LIMIT 1",
                pid -> assertNamed(pid, () -> adoption().seal(column(), hasty(), ProgressListener.none())));

        assertThat(lab.number("SELECT count(*) FROM pg_constraint WHERE conname = 'tegula_sealed_phone'"))
                .isZero();
        assertThat(seal().clean()).isTrue();
    }

    @Test
    void leave_besideASessionThatIsIdleInATransaction_namesIt() throws SQLException {
        fill();
        holding(
                "SELECT 1 FROM owner LIMIT 1",
                pid -> assertNamed(pid, () -> adoption().leave(column(), hasty(), ProgressListener.none())));
    }

    /** The fence waits for those who write; who only reads stands in nobody's way. */
    @Test
    void fence_besideAReaderAndAWriter_namesTheWriterAlone() throws SQLException {
        fill();
        seal();
        Release release = new Release(lab.database, lab.tegula, SweepSettings.standard());
        release.fill(column(), Set.of(), new RunControl(), ProgressListener.none());
        holding(
                "SELECT 1 FROM owner LIMIT 1",
                reader -> holding("UPDATE owner SET tenant = 'h' WHERE id = 1", writer -> assertThatThrownBy(
                                () -> release.fence(column(), Set.of(), hasty(), ProgressListener.none()))
                        .isInstanceOf(TableHeldException.class)
                        .hasMessageContaining("pid " + writer)
                        .hasMessageNotContaining("pid " + reader)));
    }
}
