package dev.tegula.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tegula.Tegula;
import dev.tegula.registry.InMemoryKeyRegistry;
import dev.tegula.spring.clinic.Clinic;
import dev.tegula.spring.clinic.Patient;
import dev.tegula.spring.clinic.Patients;
import dev.tegula.test.MemoryKms;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.LocalDate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;

/** What a person reads when an application does not start: what is wrong and what to do, the whole of it, and no stack trace. */
@ExtendWith(OutputCaptureExtension.class)
@Tag("long")
class StartFailureTest {

    @TempDir
    Path folder;

    /** Writes a value before the first request. */
    static class Writing {
        @Bean
        ApplicationRunner first(Patients patients) {
            return arguments -> patients.save(new Patient("Ada", "123-45-6789", LocalDate.of(1970, 1, 31)));
        }
    }

    /** An engine whose KMS says no. */
    static class Denied {
        @Bean
        Tegula own() {
            MemoryKms kms = MemoryKms.create();
            kms.deny();
            return Tegula.builder("clinic-test")
                    .kek("main", kms, "primary")
                    .registry(new InMemoryKeyRegistry())
                    .development()
                    .build();
        }
    }

    private static void refused(Lab lab, CapturedOutput output, String description, String action) {
        int before = output.getOut().length();
        assertThat(catchThrowable(() -> lab.run().close()))
                .as("the application started")
                .isNotNull();
        String said = output.getOut().substring(before);
        int begin = said.indexOf("APPLICATION FAILED TO START");
        assertThat(begin).as(said).isNotNegative();
        assertThat(said.substring(begin).lines().skip(2).filter(line -> !line.isBlank()))
                .containsExactlyElementsOf(("Description:\n" + description + "\nAction:\n" + action)
                        .lines()
                        .toList());
    }

    private Lab keyset() throws Exception {
        return Lab.withKeyset(folder);
    }

    /** The registry is there, as after a first start. */
    private Lab started() throws Exception {
        Lab lab = keyset();
        lab.run().close();
        return lab;
    }

    @Test
    void start_withoutKek(CapturedOutput output) throws Exception {
        refused(
                Lab.open(),
                output,
                "tegula.keks is empty in The application's properties; at least one KEK is needed, for example `main: {"
                        + " kms: local, key: primary, default: true }`.",
                "Correct that in the application's properties; `tegula doctor` checks those below tegula.");
    }

    @Test
    void start_withoutSchema(CapturedOutput output) throws Exception {
        refused(
                keyset().with("spring.sql.init.schema-locations", "classpath:clinic.sql"),
                output,
                "The schema of Tegula is missing",
                "Run `tegula schema apply`, or add the output of `tegula schema print` to your migrations, and check the"
                        + " search path of this login (SQLSTATE 42P01): ERROR: relation \"tegula_schema\" does not exist.");
    }

    /** As a sample application comes, that runs on H2 until somebody gives it a database. */
    @Test
    void start_onAnotherDatabase(CapturedOutput output) throws Exception {
        refused(
                keyset().with("spring.datasource.url", "jdbc:h2:mem:other").with("spring.sql.init.mode", "never"),
                output,
                "Tegula works on PostgreSQL and CockroachDB, and this data source leads to H2.",
                "Give it one that leads to one of these; for an application's tests on another database there is"
                        + " tegula-test, which keeps keys in memory.");
    }

    @Test
    void start_withTheSchemaOfAnotherRelease(CapturedOutput output) throws Exception {
        Lab lab = started().with("spring.sql.init.mode", "never");
        Lab.run(lab.database(), "UPDATE tegula_schema SET version = 99");
        refused(
                lab,
                output,
                "Tegula's tables are of version 99, this release knows 1.",
                "They were made by a newer release: use that one. If none was here, somebody wrote to tegula_schema.");
        Lab.run(lab.database(), "DELETE FROM tegula_schema");
        refused(
                lab,
                output,
                "Tegula's tables are of version 0, this release works with 1.",
                "Run `tegula schema apply`.");
    }

    @Test
    void start_withAnotherPinOrNone(CapturedOutput output) throws Exception {
        Lab lab = started();
        refused(
                lab.with("tegula.registry-pin", "ab".repeat(32)),
                output,
                "The registry has no root with the pinned key id abababab.",
                "Either the pin (tegula.registry-pin; in Java registry(source, pin)) belongs to another database, or this"
                        + " database was restored or emptied. Compare both with what `tegula init` wrote; nothing is"
                        + " guessed.");
        refused(
                lab.without("tegula.registry-pin")
                        .with("tegula.profile", "production")
                        .with("tegula.kms.local.allow-production", "true"),
                output,
                "tegula.registry-pin is missing.",
                "It is what `tegula init` printed when the registry was made; take it from there, never from the"
                        + " database. Only tegula.profile: development starts without.");
    }

    @Test
    void start_withAnUnknownProperty(CapturedOutput output) throws Exception {
        refused(
                keyset().with("tegula.deploymnt", "x"),
                output,
                "The application's properties: Unknown setting `tegula.deploymnt` (\"tegula.deploymnt\" from property"
                        + " source \"defaultProperties\").",
                "Did you mean `deployment`? Known under tegula: audit, databases, deployment, destroy, json, keks, keys, kms,"
                        + " missing-check, profile, registry-pin, retry, secrets, secrets-refresh, seed, startup-check, test.");
    }

    @Test
    void start_whileTheKmsDenies(CapturedOutput output) throws Exception {
        refused(
                Lab.open().of(Clinic.class, Denied.class),
                output,
                "The KMS in memory denies: this test told it to.",
                "Let the application's identity use the key or the table that is named (docs/policies has the"
                        + " rights), and check which identity it uses; `tegula doctor` says which right is missing.");
    }

    @Test
    void start_whileTheKmsIsAway(CapturedOutput output) throws Exception {
        Path token = Files.writeString(folder.resolve("token"), "t");
        Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-------"));
        refused(
                Lab.open()
                        .with("tegula.kms.vault.type", "vault")
                        .with("tegula.kms.vault.address", "http://127.0.0.1:1")
                        .with("tegula.kms.vault.timeout", "30s")
                        .with("tegula.kms.vault.auth.method", "token")
                        .with("tegula.kms.vault.auth.token-file", token)
                        .with("tegula.keks.main.kms", "vault")
                        .with("tegula.keks.main.key", "tegula-main"),
                output,
                "Vault at http://127.0.0.1:1 cannot be reached (no connection).",
                "Is it running? Check that the service is up and can be reached from here, then start again; `tegula"
                        + " doctor` checks both ways.");
    }

    @Test
    void write_withoutKey(CapturedOutput output) throws Exception {
        refused(
                started()
                        .with("tegula.startup-check", "off")
                        .with("tegula.keys.create", "never")
                        .of(Clinic.class, Writing.class),
                output,
                "patient.born has no ACTIVE key.",
                "An operator makes one: `tegula keys create patient.born --activate`.");
    }

    @Test
    void start_behindARestore(CapturedOutput output) throws Exception {
        Lab lab = keyset().of(Clinic.class, Writing.class);
        lab.run().close();
        Lab.run(lab.database(), "DELETE FROM tegula_key WHERE field <> 'tegula.registry'");
        refused(
                lab,
                output,
                "Start check: 2 things are wrong.\n" + behind("born") + "\n" + behind("ssn"),
                "Do what each of these lines says. With tegula.startup-check: warn the application starts all the same.");
    }

    private static String behind(String attribute) {
        return " - public.patient." + attribute + " holds a value that does not open: patient." + attribute + ": the"
                + " registry does not have the key that the value names (`tegula inspect` shows its id). Either this is"
                + " another database's registry, or a restore left it older than the data: `tegula keys import FILE` brings"
                + " exported rows back.";
    }

    @Test
    void write_toAWrongColumn(CapturedOutput output) throws Exception {
        Lab lab = started()
                .with("tegula.startup-check", "off")
                .with("spring.sql.init.mode", "never")
                .of(Clinic.class, Writing.class);
        Lab.run(lab.database(), "ALTER TABLE patient ALTER ssn TYPE text USING ssn::text");
        refused(
                lab,
                output,
                "patient.ssn: nothing was encrypted.",
                "The column is text; bytea was expected. In a migration of the application: `ALTER TABLE"
                        + " \"public\".\"patient\" ALTER \"ssn\" TYPE bytea USING CASE WHEN \"ssn\"::text ~"
                        + " '^\\\\(x01|001)' THEN \"ssn\"::text::bytea ELSE convert_to(\"ssn\"::text, 'UTF8') END`. It"
                        + " turns envelopes that were cast (\\x01 and hex digits) back into what they were; clear text"
                        + " stays clear, and is refused when it is read. If the column holds clear text to be encrypted,"
                        + " instead: rename the column, `ALTER TABLE \"public\".\"patient\" ADD \"ssn\" bytea`, and save"
                        + " the values again through the application. Then restart the application.");
    }

    @Test
    void write_withoutEngine(CapturedOutput output) throws Exception {
        refused(
                keyset().with("spring.jpa.properties.tegula.engine", "clinic.Missing")
                        .of(Clinic.class, Writing.class),
                output,
                "The property tegula.engine names clinic.Missing, which cannot be loaded or has no public"
                        + " constructor without parameters.",
                "Correct that in the application's properties; `tegula doctor` checks those below tegula.");
    }
}
