package dev.tegula.cli;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A day with secrets, from the first value to the report, as one transcript; {@code tegula run} is a real process in it. */
@DisabledOnOs(OS.WINDOWS)
@Recorded
@Tag("long")
class SecretDayTest {

    private static final String KEY = "app/prod/stripe-key";

    @TempDir
    Path folder;

    @TempDir
    Path programs;

    /** Runs {@code printenv STRIPE_KEY} with what is below {@code app/prod}, and writes it into the transcript. */
    private Transcript start(Launcher launcher, Path configuration, String... options) throws Exception {
        List<String> words = new ArrayList<>(List.of(options));
        words.addAll(List.of("app/prod", "--", "printenv", "STRIPE_KEY"));
        Launcher.Ran ran =
                launcher.end(launcher.begin(configuration, Map.of(), launcher.run(words.toArray(String[]::new))));
        Transcript run = new Transcript(ran.code(), ran.out(), ran.err());
        words.add(0, "run");
        Recorder.note(words, "", run);
        return run;
    }

    @Test
    void day_fromTheFirstValueToTheReport() throws Exception {
        ClinicDatabase clinic = ClinicDatabase.initialised(folder);
        clinic.declare("app/prod");
        Launcher launcher = Launcher.install(programs);
        expect(0, clinic.run("keys", "create", "tegula.secret", "--tenant", "app/prod", "--activate"));

        expect(0, clinic.pipe("canary-1\n", "secrets", "put", KEY, "--note", "of the shop"));
        assertThat(expect(0, start(launcher, clinic.file())).out()).isEqualTo("canary-1\n");

        expect(0, clinic.pipe("canary-2\n", "secrets", "put", KEY, "--if-version", "1"));
        expect(0, clinic.run("rotate", "tegula.secret", "--tenant", "app/prod", "--yes"));
        expect(0, clinic.run("secrets", "rollback", KEY, "--to", "1"));
        expect(0, clinic.run("secrets", "history", KEY));

        Path snapshot = folder.resolve("app.snapshot");
        expect(
                0,
                clinic.run(
                        "secrets",
                        "snapshot",
                        "app/prod",
                        "--kek",
                        "main",
                        "--max-age",
                        "24h",
                        "--out",
                        snapshot.toString()));
        Path away = Files.writeString(
                programs.resolve("away.yaml"),
                Files.readString(clinic.file()).replace(":" + ClinicDatabase.port() + "/", ":1/"));
        Files.setPosixFilePermissions(away, PosixFilePermissions.fromString("rw-------"));
        Files.copy(folder.resolve("tegula.keyset"), programs.resolve("tegula.keyset"));
        Files.copy(folder.resolve("tegula.passphrase"), programs.resolve("tegula.passphrase"));
        assertThat(expect(0, start(launcher, away, "--snapshot", snapshot.toString(), "--offline"))
                        .out())
                .isEqualTo("canary-1\n");

        String anchor = expect(0, clinic.run("audit", "anchor")).out().strip();
        expect(0, clinic.run("audit", "verify"));
        clinic.execute("ALTER TABLE tegula_audit DISABLE TRIGGER USER");
        clinic.execute("UPDATE tegula_audit SET actor = 'mallory' WHERE action = 'tegula.secret.rollback'");
        assertThat(expect(6, clinic.run("audit", "verify")).out()).contains("edited");
        assertThat(anchor).contains("0:");

        Path page = folder.resolve("report.html");
        assertThat(expect(3, clinic.run("report", "--out", page.toString())).all())
                .contains("something other than Tegula changed it")
                .doesNotContain("canary");
        assertThat(Files.readString(page)).contains(KEY).doesNotContain("canary", "mallory");
    }
}
