package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.ClinicDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code init}, killed at any of its steps, is run again with the same words. */
@Tag("long")
class InitAgainTest {

    @TempDir
    Path folder;

    @Test
    void init_againWithTheSameOptions_findsEverything() throws IOException {
        ClinicDatabase clinic = ClinicDatabase.initialised(folder);
        byte[] file = Files.readAllBytes(clinic.file());
        assertThat(expect(0, clinic.init()).out()).doesNotContain("made ");
        assertThat(Files.readAllBytes(clinic.file())).isEqualTo(file);
    }

    @Test
    void init_againWithOtherValues_namesTheOptionsThatDiffer() {
        ClinicDatabase clinic = ClinicDatabase.initialised(folder);
        assertThat(expect(
                                2,
                                clinic.run(
                                        "init",
                                        "--url",
                                        clinic.url(),
                                        "--username",
                                        "somebody",
                                        "--deployment",
                                        "another",
                                        "--keyset",
                                        "tegula.keyset"))
                        .err())
                .contains("options do: --username, --deployment. Edit");
        expect(2, clinic.run("init", "--url", clinic.url() + "2"));
    }

    @Test
    void init_killedAfterThePassphraseWasBegun_startsThoseFilesOver() throws IOException {
        ClinicDatabase clinic = ClinicDatabase.empty(folder);
        privateFile("tegula.passphrase.new", "half a passp");
        privateFile("tegula.keyset.new", "half a keyset");
        expect(0, clinic.init());
        assertThat(left()).noneMatch(name -> name.endsWith(".new") || name.endsWith(".tmp"));
        assertThat(folder.resolve("tegula.passphrase")).content().doesNotContain("half");
        expect(0, clinic.run("doctor"));
    }

    @Test
    void init_killedBetweenItsTwoFiles_givesThePassphraseItsName() throws IOException {
        ClinicDatabase clinic = ClinicDatabase.initialised(folder);
        Files.move(folder.resolve("tegula.passphrase"), folder.resolve("tegula.passphrase.new"));
        expect(0, clinic.init());
        assertThat(folder.resolve("tegula.passphrase.new")).doesNotExist();
        expect(0, clinic.run("doctor"));
    }

    @Test
    void init_passphraseOfTheOperatorsAndNoKeyset_makesTheKeysetUnderIt() throws IOException {
        ClinicDatabase clinic = ClinicDatabase.empty(folder);
        privateFile("tegula.passphrase", "a passphrase of the operator's own");
        expect(0, clinic.init());
        assertThat(folder.resolve("tegula.passphrase")).hasContent("a passphrase of the operator's own");
        expect(0, clinic.run("doctor"));
    }

    @Test
    void init_keysetLostAfterSetUp_isNotReplaced() throws IOException {
        ClinicDatabase clinic = ClinicDatabase.initialised(folder);
        Files.delete(folder.resolve("tegula.keyset"));
        assertThat(expect(7, clinic.init()).err()).contains("belong together");
        assertThat(folder.resolve("tegula.keyset")).doesNotExist();
    }

    @Test
    void init_cutOffBeforeTheRootWasBackedUp_backsItUpNow() throws IOException {
        ClinicDatabase clinic = ClinicDatabase.empty(folder);
        Path inTheWay = Files.writeString(folder.resolve("tegula-backup"), "not a folder");
        expect(4, clinic.init());
        assertThat(clinic.number("SELECT count(*) FROM tegula_key WHERE exported_at IS NULL"))
                .isEqualTo(1);
        Files.delete(inTheWay);
        assertThat(expect(0, clinic.init()).out())
                .containsPattern("there +registry root")
                .containsPattern("made +backup of the root");
        assertThat(left()).anyMatch(name -> name.contains("registry-root"));
        expect(0, clinic.run("doctor"));
    }

    @Test
    void init_fresh_backsTheRootUpSoThatItCanBeRewrappedAtOnce() {
        ClinicDatabase clinic = ClinicDatabase.empty(folder);
        assertThat(expect(0, clinic.init()).out()).containsPattern("made +backup of the root +\\S+registry-root");
        assertThat(expect(0, clinic.run("doctor")).out()).doesNotContain("not backed up");
        clinic.edit("default: true\n", "default: true\n    spare: { kms: local, key: primary }\n");
        expect(0, clinic.run("keys", "rewrap", "--all", "--to", "spare", "--yes"));
    }

    private List<String> left() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private void privateFile(String name, String content) throws IOException {
        Path file = Files.writeString(folder.resolve(name), content + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }
}
