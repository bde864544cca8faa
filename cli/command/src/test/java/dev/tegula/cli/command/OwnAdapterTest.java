package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import com.example.kms.MasterKeyProvider;
import dev.tegula.cli.ChildJvm;
import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.OwnAdapters;
import dev.tegula.cli.Transcript;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line on a KMS whose adapter somebody else wrote, in another package, in a jar of their own. */
@Tag("long")
class OwnAdapterTest {

    private static final String MASTER = "5d9e41c07a93b1f2e8d6a4c5b3f7e9d1025d9e41c07a93b1f2e8d6a4c5b3f7e9";

    @TempDir
    Path folder;

    private ClinicDatabase clinic;
    private Path jar;

    @BeforeEach
    void files() throws IOException {
        clinic = ClinicDatabase.empty(folder);
        jar = OwnAdapters.jar(folder, MasterKeyProvider.class.getName());
        Path master = Files.writeString(folder.resolve("master-key"), MASTER + "\n");
        Files.setPosixFilePermissions(master, PosixFilePermissions.fromString("rw-------"));
    }

    private Transcript run(String... arguments) {
        Transcript run = OwnAdapters.with(jar, () -> clinic.run(arguments));
        assertThat(run.all()).doesNotContain(MASTER);
        return run;
    }

    private Transcript init(String... more) {
        return run(java.util.stream.Stream.concat(
                        java.util.stream.Stream.of(
                                "init",
                                "--url=" + clinic.url(),
                                "--username=postgres",
                                "--kms-type=master-key",
                                "--kms-setting=master-key-file=master-key",
                                "--key=primary"),
                        java.util.stream.Stream.of(more))
                .toArray(String[]::new));
    }

    @Test
    void commands_fromInitToRotate_workOnIt() {
        assertThat(expect(0, init("--kms-setting=keys=primary")).out()).contains("KEK main", "master-key, primary");
        expect(0, init("--kms-setting=keys=primary"));
        assertThat(expect(2, init("--kms-setting=keys=other")).err())
                .contains("options do: --kms-type, --kms-setting.");
        assertThat(expect(0, run("doctor")).out())
                .contains("derived from the master key of this host, binds context")
                .contains("1 key unwrapped to the key id")
                .doesNotContain("FAILED");
        assertThat(expect(0, run("config", "show")).out())
                .contains("tegula.kms.master-key.master-key-file")
                .contains("tegula.kms.master-key.type");
        expect(0, run("keys", "create", "patient.ssn", "--activate"));
        clinic.execute("CREATE TABLE patient (id int4 PRIMARY KEY, ssn bytea)");
        OwnAdapters.with(jar, () -> {
            clinic.publish("patient.ssn");
            clinic.admit(1, 20);
            return "";
        });
        expect(0, run("rotate", "patient.ssn", "--yes"));
        assertThat(OwnAdapters.with(jar, clinic::read)).hasSize(20).contains("canary-7");
        assertThat(clinic.number("SELECT count(*) FROM tegula_key WHERE field = 'patient.ssn'"))
                .isEqualTo(2);
        assertThat(clinic.number("SELECT count(*) FROM tegula_key WHERE provider <> 'master-key'"))
                .isZero();
    }

    @Test
    void process_withTheJarBesideOurs_findsIt() throws Exception {
        expect(0, init("--kms-setting=keys=primary"));
        Process doctor = new ProcessBuilder(ChildJvm.tegulaBeside(List.of(jar), "doctor", "--config=" + clinic.file()))
                .redirectErrorStream(true)
                .start();
        String said = new String(doctor.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(doctor.waitFor()).as(said).isZero();
        assertThat(said).contains("derived from the master key of this host");
    }

    @Test
    void init_withAnUnknownSetting_namesTheNearestAndMakesNothing() {
        assertThat(expect(7, init("--kms-setting=key=primary")).err())
                .contains("Unknown setting `tegula.kms.master-key.key` in line ")
                .contains("Did you mean `keys`?");
        assertThat(expect(7, init()).err()).contains("tegula.kms.master-key.keys: at least one name");
        assertThat(clinic.file()).doesNotExist();
    }

    @Test
    void init_typeOfNoAdapter_namesThoseThereAre() {
        Transcript run = expect(
                7,
                run("init", "--url=" + clinic.url(), "--username=postgres", "--kms-type=master-kye", "--key=primary"));
        assertThat(run.err())
                .contains("no KMS adapter has the type `master-kye`; the class path has aws, master-key, tink, vault.")
                .contains("Did you mean `master-key`?");
    }

    @Test
    void init_ofAnotherKms_needsTypeAndKey() {
        String url = "--url=" + clinic.url();
        assertThat(expect(2, run("init", url, "--kms-setting=a=b")).err()).contains("--kms-setting needs --kms-type");
        assertThat(expect(2, run("init", url, "--kms-type=master-key")).err()).contains("--key NAME is missing");
        assertThat(expect(2, run("init", url, "--kms-type=master-key", "--vault=https://v"))
                        .err())
                .contains("begins with one KMS");
    }

    @Test
    void doctor_secretOpenToOthers_isConfiguration() throws IOException {
        expect(0, init("--kms-setting=keys=primary"));
        Files.setPosixFilePermissions(folder.resolve("master-key"), PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(expect(7, run("doctor")).out())
                .contains("tegula.kms.master-key.master-key-file: ")
                .contains("chmod 600");
    }

    @Test
    void status_withoutTheJar_saysThatItStandsOnTheClassPath() {
        expect(0, init("--kms-setting=keys=primary"));
        assertThat(expect(7, clinic.run("status")).err())
                .contains("no KMS adapter has the type `master-key`")
                .contains("class path beside tegula.jar");
    }
}
