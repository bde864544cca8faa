package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.Recorded;
import dev.tegula.cli.Transcript;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of secrets that come in and go out. */
@Recorded
class SecretExchangeTranscriptsTest {

    @TempDir
    Path folder;

    private ClinicDatabase clinic;

    @BeforeEach
    void start() {
        clinic = ClinicDatabase.initialised(folder);
        clinic.declare("app/prod", "app/test");
    }

    private void key() {
        expect(0, clinic.run("keys", "create", "tegula.secret", "--tenant", "app/prod", "--activate"));
    }

    private Transcript load(String text, String... more) {
        String[] line = new String[more.length + 5];
        System.arraycopy(new String[] {"secrets", "import", "app/prod", "--from", "dotenv"}, 0, line, 0, 5);
        System.arraycopy(more, 0, line, 5, more.length);
        return clinic.pipe(text, line);
    }

    @Test
    void import_showsWhatChanges_andWritesItAsOne() {
        assertThat(expect(0, load("A=canary-1", "--dry-run")).out()).contains("has no key yet");
        expect(7, load("A=canary-1", "--yes"));
        key();
        expect(0, load("A=canary-1\nB=canary-2\nC=canary-3\n", "--dry-run"));
        expect(2, load("A=canary-1\nB=canary-2\nC=canary-3\n"));
        expect(0, load("A=canary-1\nB=canary-2\nC=canary-3\n", "--yes"));
        expect(0, load("A=canary-1\nB=canary-2\nC=canary-3\n"));
        String next = "A=canary-1\nB=canary-9\nD=canary-4\n";
        assertThat(expect(0, load(next, "--dry-run", "--prune")).all()).contains("deleted");
        assertThat(expect(0, load(next, "--dry-run", "--prune", "--json")).all())
                .contains("\"updated\"");
        assertThat(clinic.number("SELECT sum(rev) FROM tegula_secret")).isEqualTo(3);
        expect(0, load(next, "--yes", "--prune"));
        expect(0, load(next, "--yes", "--prune", "--json"));
        assertThat(expect(0, clinic.run("secrets", "list")).out()).contains("DELETED");
        assertThat(clinic.number("SELECT count(*) FROM tegula_secret_version")).isEqualTo(5);
        expect(0, load("C=canary-3\n", "--yes"));
        assertThat(expect(0, clinic.run("secrets", "get", "app/prod/c")).out()).isEqualTo("canary-3");
        assertThat(expect(0, clinic.run("secrets", "get", "app/prod/b")).out()).isEqualTo("canary-9");
    }

    @Test
    void import_ofWhatIsWrong_changesNothingAndNamesTheLines() throws IOException {
        key();
        assertThat(expect(8, load("A=canary-1\nno canary\nA=canary-2\nB=can#ary\n", "--yes"))
                        .all())
                .doesNotContain("canary");
        assertThat(expect(8, load("A=canary-1\nno canary\n", "--yes", "--json")).all())
                .doesNotContain("canary");
        expect(8, load("", "--yes", "--prune"));
        expect(2, load("A=canary-1", "--prune", "--only", "a"));
        expect(8, load("A=canary-1", "--only", "b", "--yes"));
        expect(7, clinic.pipe("A=canary-1", "secrets", "import", "other", "--from", "dotenv", "--yes"));
        expect(2, clinic.pipe("A=canary-1", "secrets", "import", "app/prod", "--from", "toml", "--yes"));
        expect(2, clinic.answer("A=canary-1", "secrets", "import", "app/prod", "--from", "dotenv"));
        expect(7, load("", "--file", folder.resolve("absent").toString(), "--yes"));
        Path file = Files.writeString(folder.resolve("secrets.enc.yaml"), """
                key: ENC[AES256_GCM,data:canary,iv:x,tag:y,type:str]
                sops:
                    version: 3.8.1
                """);
        expect(8, clinic.run("secrets", "import", "app/prod", "--from", "yaml", "--file", file.toString(), "--yes"));
        assertThat(clinic.number("SELECT count(*) FROM tegula_secret")).isZero();
    }

    @Test
    void import_onATerminal_asksFirst() throws IOException {
        key();
        Path file = Files.writeString(folder.resolve(".env"), "A=canary-1\n");
        expect(8, clinic.answer("n", "secrets", "import", "app/prod", "--from", "dotenv", "--file", file.toString()));
        assertThat(clinic.number("SELECT count(*) FROM tegula_secret")).isZero();
        expect(0, clinic.answer("y", "secrets", "import", "app/prod", "--from", "dotenv", "--file", file.toString()));
        assertThat(clinic.number("SELECT count(*) FROM tegula_secret")).isEqualTo(1);
    }

    @Test
    void export_writesEachFormat_andRefusesWhatItCannotHold() throws IOException {
        key();
        expect(0, load("A='it is \"canary\"'\nB=\"two\\nlines\"\n", "--yes"));
        expect(0, clinic.run("secrets", "export", "app/prod", "--to", "json"));
        expect(0, clinic.run("secrets", "export", "app/prod", "--to", "json", "--json"));
        expect(0, clinic.run("secrets", "export", "app/prod", "--to", "properties"));
        expect(0, clinic.run("secrets", "export", "app/prod", "--to", "k8s"));
        assertThat(expect(8, clinic.run("secrets", "export", "app/prod", "--to", "dotenv"))
                        .all())
                .contains("app/prod/b holds")
                .doesNotContain("canary");
        expect(0, clinic.run("secrets", "export", "app/prod/a", "--to", "dotenv"));
        Path out = folder.resolve("out.json");
        expect(0, clinic.run("secrets", "export", "app/prod", "--to", "json", "--out", out.toString()));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(out)))
                .isEqualTo("rw-------");
        long told = clinic.number("SELECT count(*) FROM tegula_audit");
        expect(8, clinic.run("secrets", "export", "app/prod", "--to", "json", "--out", out.toString()));
        Path nowhere = folder.resolve("absent").resolve("file");
        expect(7, clinic.run("secrets", "export", "app/prod", "--to", "json", "--out", nowhere.toString()));
        expect(7, clinic.run("secrets", "get", "app/prod/a", "--out", nowhere.toString()));
        String[] snapshot = {
            "secrets", "snapshot", "app/prod", "--kek", "main", "--max-age", "1h", "--out", nowhere.toString()
        };
        expect(7, clinic.run(snapshot));
        assertThat(clinic.number("SELECT count(*) FROM tegula_audit"))
                .as("that values left, which they did not")
                .isEqualTo(told);
        expect(8, clinic.run("secrets", "export", "app/test", "--to", "json"));
        expect(0, clinic.pipe("canary\u001b[2J", "secrets", "put", "app/prod/c", "--expires", "1ms"));
        assertThat(expect(0, clinic.answer("", "secrets", "export", "app/prod/c", "--to", "properties"))
                        .all())
                .contains("expired at")
                .doesNotContain("\u001b");
        clinic.execute("UPDATE tegula_secret SET note = 'x' WHERE name = 'app/prod/a'");
        expect(6, clinic.run("secrets", "export", "app/prod", "--to", "json"));
    }

    @Test
    void snapshot_isAFileOfOneKek_andReplacesSnapshotsOnly() throws IOException {
        key();
        expect(0, load("A=canary-1\nB=canary-2\n", "--yes"));
        Path out = folder.resolve("app.snapshot");
        String[] line = {"secrets", "snapshot", "app/prod", "--kek", "main", "--max-age", "24h", "--out", out.toString()
        };
        expect(0, clinic.run(line));
        byte[] first = Files.readAllBytes(out);
        assertThat(new String(first, StandardCharsets.ISO_8859_1)).doesNotContain("canary");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(out)))
                .isEqualTo("rw-------");
        expect(0, clinic.run(line));
        assertThat(Files.readAllBytes(out)).isNotEqualTo(first);
        line[8] = clinic.file().toString();
        expect(8, clinic.run(line));
        assertThat(Files.readString(clinic.file())).contains("deployment");
        line[8] = folder.resolve("other.snapshot").toString();
        line[2] = "app/test";
        expect(8, clinic.run(line));
        line[4] = "mian";
        expect(7, clinic.run(line));
        line[6] = "0s";
        expect(2, clinic.run(line));
        assertThat(folder.resolve("other.snapshot")).doesNotExist();
    }
}
