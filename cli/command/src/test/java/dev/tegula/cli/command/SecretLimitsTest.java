package dev.tegula.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.Transcript;
import dev.tegula.cli.config.ConfigurationFile;
import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.exchange.ImportPlan;
import dev.tegula.cli.output.Changes;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.RefusedException;
import dev.tegula.secret.Secret;
import dev.tegula.secret.SecretBatch;
import dev.tegula.secret.SecretChange;
import dev.tegula.secret.SecretName;
import dev.tegula.secret.SecretStore;
import dev.tegula.secret.SnapshotTerms;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Imports and snapshots at the edge of what is taken, and beside others who change the same. */
final class SecretLimitsTest {

    private static final SecretName PROD = new SecretName("app/prod");
    private static final SecretName KEY = new SecretName("app/prod/key");
    private static final SecretChange BY = SecretChange.by("alice");

    @TempDir
    Path folder;

    private ClinicDatabase clinic;
    private OpenDatabase open;
    private SecretStore secrets;

    @BeforeEach
    void start() throws Exception {
        clinic = ClinicDatabase.initialised(folder);
        clinic.declare("app/prod");
        ClinicDatabase.expect(0, clinic.run("keys", "create", "tegula.secret", "--tenant", "app/prod", "--activate"));
        open = OpenDatabase.open(ConfigurationFile.read(clinic.file(), Map.of()), "", 2, new Changes());
        secrets = open.tegula().secrets();
    }

    @AfterEach
    void stop() {
        open.close();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void putMany(int count) {
        for (int from = 0; from < count; from += SecretBatch.MOST) {
            try (SecretBatch batch = new SecretBatch()) {
                for (int i = from; i < Math.min(count, from + SecretBatch.MOST); i++) {
                    batch.put(new SecretName("app/prod/n" + i), bytes("x"), BY);
                }
                secrets.change(batch);
            }
        }
    }

    @Test
    void import_doesNotUndoADeletionMadeMeanwhile() {
        secrets.put(KEY, bytes("one"), BY);
        Map<SecretName, byte[]> wanted = new TreeMap<>(Map.of(KEY, bytes("two")));
        ImportPlan plan = ImportPlan.of(secrets, PROD, wanted, false, read -> {});
        secrets.delete(KEY, BY);

        assertThatThrownBy(() -> plan.write(secrets, wanted, BY))
                .isInstanceOfSatisfying(
                        RefusedException.class, e -> assertThat(e.code()).isEqualTo("secret-conflict"));
        assertThat(secrets.describe(KEY).state()).isEqualTo(Secret.State.DELETED);

        ImportPlan again = ImportPlan.of(secrets, PROD, wanted, false, read -> {});
        assertThat(again.fresh()).containsExactly(KEY);
        again.write(secrets, wanted, BY);
        assertThat(secrets.describe(KEY).state()).isEqualTo(Secret.State.LIVE);
    }

    @Test
    void pruneOfMoreThanOneTransactionTakes_isRefusedBeforeTheQuestion() throws Exception {
        putMany(SecretBatch.MOST);
        Path file = folder.resolve("app.env");
        Files.writeString(file, "KEY=x\n");

        Transcript ran = clinic.run(
                "secrets", "import", "app/prod", "--from", "dotenv", "--file", file.toString(), "--prune", "--yes");
        ClinicDatabase.expect(8, ran);
        assertThat(ran.err()).contains("would change 1001 secrets", "--prune").doesNotContain("bug");
        assertThat(secrets.list(Optional.of(PROD)).secrets())
                .hasSize(SecretBatch.MOST)
                .allMatch(secret -> secret.state() == Secret.State.LIVE);
    }

    @Test
    void snapshot_thatCouldNotBeRead_isNotWritten() throws Exception {
        secrets.put(KEY, bytes("x".repeat(5_000)), BY);
        Path file = folder.resolve("app.snapshot");
        SnapshotTerms terms = new SnapshotTerms(
                open.configuration().deployment(),
                List.of(PROD),
                SecretText.micros(Instant.now()),
                Duration.ofHours(1),
                "main");
        assertThatThrownBy(() -> new SnapshotUse(open.configuration(), file, 5_000)
                        .write(open.tegula(), terms, (values, kek) -> {}))
                .isInstanceOfSatisfying(
                        RefusedException.class, e -> assertThat(e.code()).isEqualTo("snapshot"))
                .hasMessageContaining("at most 5000");
        assertThat(file).doesNotExist();

        SnapshotUse enough = new SnapshotUse(open.configuration(), file, 6_000);
        assertThat(enough.write(open.tegula(), terms, (values, kek) -> {})).isEqualTo(1);
        enough.open().close();
    }

    /** The gate of a pipeline must not take a broken configuration for a reference to nothing. */
    @Test
    void check_ofReferences_tellsMissingOnesFromADatabaseThatIsWrong() {
        SecretCheck check = new SecretCheck(secrets, Instant.now(), null, null);
        check.reference("A", "other/namespace");
        check.reference("B", "app/prod/none");
        check.reference("C", "NO NAME");
        assertThat(check.findings()).extracting(SecretFinding::kind).containsOnly(SecretFinding.Kind.MISSING);

        clinic.execute("ALTER TABLE tegula_secret RENAME TO elsewhere");
        assertThatThrownBy(() -> check.reference("D", "app/prod/none")).isInstanceOf(ConfigurationException.class);
    }
}
