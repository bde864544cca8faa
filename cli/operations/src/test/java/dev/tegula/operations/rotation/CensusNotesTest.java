package dev.tegula.operations.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.jdbc.TableName;
import dev.tegula.jdbc.Transactions;
import dev.tegula.operations.live.LiveLab;
import dev.tegula.operations.reencrypt.TableTally;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class CensusNotesTest {

    private static final TableName TABLE = new TableName("public", "patient");

    private final AtomicBoolean away = new AtomicBoolean();
    private LiveLab lab;
    private CensusNotes notes;

    @BeforeEach
    void start() throws SQLException {
        lab = LiveLab.start();
        lab.patients(1);
        notes = new CensusNotes(
                new Transactions(goesAway(lab.database)),
                lab.tegula.seal(),
                lab.tegula.registry().clock());
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    /** A server that does not answer while it is away. */
    private DataSource goesAway(DataSource source) {
        return (DataSource) Proxy.newProxyInstance(
                DataSource.class.getClassLoader(), new Class<?>[] {DataSource.class}, (self, method, arguments) -> {
                    if (away.get()) {
                        throw new SQLException("nobody answers", "08001");
                    }
                    try {
                        return method.invoke(source, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private static TableTally tally(long rows, boolean complete) {
        return new TableTally(
                List.of("id"), List.of("bigint"), List.of(String.valueOf(rows)), complete, rows, List.of());
    }

    @Test
    void keep_afterTheDatabaseWasAwayForAPage_keepsTheNext() {
        CensusNotes.Note note = notes.note(TABLE);
        away.set(true);
        note.keep(tally(100, false));
        assertThat(note.kept()).isFalse();
        away.set(false);

        note.keep(tally(200, false));

        assertThat(note.kept()).isTrue();
        assertThat(lab.text("SELECT document FROM tegula_census")).contains("\"rows\":200");
        assertThat(notes.remarks()).isEmpty();
    }

    @Test
    void keep_ofTheEndWhileTheDatabaseIsAway_saysThatNoLookCanShowIt() {
        CensusNotes.Note note = notes.note(TABLE);
        away.set(true);

        note.keep(tally(100, true));

        assertThat(note.kept()).isFalse();
        assertThat(notes.remarks()).singleElement().asString().contains("no later look can show it");
    }
}
