package dev.tegula.kek;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tegula.Tegula;
import dev.tegula.registry.KeyLifecycle;
import dev.tegula.registry.KeyRegistry;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyUses;
import dev.tegula.registry.KeyWrapping;
import dev.tegula.test.servers.NeedsAwsKms;
import dev.tegula.test.servers.NeedsVault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A move that ends between wrap and compare-and-set has lost nothing, and the next run finishes it. */
@NeedsVault
@NeedsAwsKms
@Tag("long")
final class KekMoveKilledTest {

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final String WAITING =
            "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()";
    private static final String OTHERS =
            "select count(*) from pg_stat_activity where datname = current_database() and query ilike '%tegula_key%'"
                    + " and state <> 'idle' and pid <> pg_backend_pid()";

    private static final KeyUses NOT_ASKED = row -> {
        throw new IllegalStateException("nothing is retired here");
    };

    @TempDir
    Path folder;

    private final AwsLogin login = AwsLogin.begin();
    private MoveLab lab;

    @BeforeEach
    void start() throws Exception {
        lab = MoveLab.start(folder);
    }

    @AfterEach
    void stop() throws Exception {
        login.close();
    }

    @Test
    void rewrap_processKilledInItsSecondBatch_losesNothingAndIsFinishedByTheNext() throws Exception {
        Map<String, String> data = lab.data().picture();
        List<KeyRow> before = lab.keys();
        Path output = folder.resolve("killed.log");
        Process process;
        try (Connection lock = lock(before.get(2))) {
            process = lab.spawn(output, "keys", "rewrap", "--all", "--to", MoveLab.VAULT, "--yes");
            await(WAITING, 1, process, output);
            process.destroyForcibly();
            assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            lock.rollback();
        }
        await(OTHERS, 0, process, output);

        assertThat(process.exitValue()).as("killed, not ended").isEqualTo(128 + 9);
        // The first batch is one key, and on a slow machine the second is too; the one that waited was one
        // transaction, which ended with the process.
        List<KeyRow> after = lab.keys();
        int moved = after.get(1).kekAlias().equals(MoveLab.VAULT) ? 2 : 1;
        assertThat(after.subList(0, moved)).allMatch(row -> row.kekAlias().equals(MoveLab.VAULT));
        assertThat(after.subList(moved, after.size())).isEqualTo(before.subList(moved, before.size()));
        readable(data);

        JsonNode second = MoveLab.json(lab.run(0, "keys", "rewrap", "--all", "--to", MoveLab.VAULT, "--yes", "--json"));
        assertThat(second.get("keys")).hasSize(before.size() - moved);
        assertThat(second.get("current").asInt()).isEqualTo(moved);
        assertThat(lab.keys()).allMatch(row -> row.kekAlias().equals(MoveLab.VAULT));
        readable(data);
    }

    @Test
    void rewrap_endsAtTheCompareAndSetOfEachMove_leavesTheOldRowOrTheNewOne() throws Exception {
        Map<String, String> data = lab.data().picture();
        for (String to : List.of(MoveLab.VAULT, MoveLab.AWS, MoveLab.TINK)) {
            List<KeyRow> rows = lab.keys();
            try (Tegula tegula = lab.engine(MoveLab.TINK, MoveLab.VAULT, MoveLab.AWS)) {
                KeyRegistry registry = tegula.registry();
                for (KeyRow row : rows) {
                    assertThatThrownBy(() -> lifecycle(tegula, EndingRegistry.before(registry))
                                    .rewrap(row.keyId(), to))
                            .isInstanceOf(EndingRegistry.Ended.class);
                    assertThat(registry.find(row.keyId())).contains(row);
                }
                readable(data);
                for (KeyRow row : rows) {
                    assertThatThrownBy(() -> lifecycle(tegula, EndingRegistry.after(registry))
                                    .rewrap(row.keyId(), to))
                            .isInstanceOf(EndingRegistry.Ended.class);
                    assertThat(registry.find(row.keyId())).hasValueSatisfying(moved -> assertThat(moved.kekAlias())
                            .isEqualTo(to));
                }
                readable(data);
            }
            lab.run(0, "keys", "backup", "--yes");
        }
    }

    private static KeyLifecycle lifecycle(Tegula tegula, KeyRegistry registry) {
        KeyWrapping wrapping = new KeyWrapping(tegula.deployment(), tegula.keks());
        return new KeyLifecycle(registry, tegula.seal(), wrapping, NOT_ASKED, InstantSource.system());
    }

    /** All values open for a process that starts now, and the data is what it was. */
    private void readable(Map<String, String> data) throws SQLException {
        try (Tegula tegula = lab.engine(MoveLab.TINK, MoveLab.VAULT, MoveLab.AWS)) {
            lab.data().readAll(tegula);
        }
        assertThat(lab.data().picture()).isEqualTo(data);
    }

    /** Holds the row, so that its compare-and-set waits. */
    private Connection lock(KeyRow row) throws SQLException {
        Connection connection = lab.dataSource().getConnection();
        connection.setAutoCommit(false);
        try (PreparedStatement select =
                connection.prepareStatement("select 1 from tegula_key where key_id = ? for update")) {
            select.setBytes(1, row.keyId().bytes());
            assertThat(select.executeQuery().next()).isTrue();
        }
        return connection;
    }

    private void await(String count, long wanted, Process process, Path output) throws Exception {
        Instant end = Instant.now().plus(PATIENCE);
        long seen = -1;
        while (seen != wanted) {
            assertThat(Instant.now()).as(() -> text(output)).isBefore(end);
            if (wanted > 0) {
                assertThat(process.isAlive()).as(() -> text(output)).isTrue();
            }
            TimeUnit.MILLISECONDS.sleep(50);
            try (Connection connection = lab.dataSource().getConnection();
                    Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(count)) {
                row.next();
                seen = row.getLong(1);
            }
        }
    }

    private static String text(Path output) {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
