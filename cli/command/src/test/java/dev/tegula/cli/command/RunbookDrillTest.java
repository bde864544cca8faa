package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.RootClinic;
import dev.tegula.cli.SpareKek;
import dev.tegula.cli.Transcript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands at the head of each runbook, as they stand there, in the state that the page is for. */
@Tag("long")
class RunbookDrillTest {

    private static final int PATIENTS = 5;
    private static final String UNDER =
            "SELECT count(*) FROM patient JOIN tegula_key k ON k.key_id = substring(ssn from 3 for 32)";

    @TempDir
    Path folder;

    private final List<Transcript> ran = new ArrayList<>();

    private ClinicDatabase clinic() throws IOException {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, PATIENTS);
        SpareKek.addTo(clinic);
        clinic.edit("  keys:\n", "  keys:\n    write-lease: 500ms\n");
        return clinic;
    }

    /** Runs them; those of a dry run must leave the registry as it was. */
    private void follow(ClinicDatabase clinic, String page) throws IOException {
        follow(clinic, page, run -> {});
    }

    /** The same where people do something between two of them. */
    private void follow(ClinicDatabase clinic, String page, Consumer<Transcript> between) throws IOException {
        for (String command : Runbook.commands(page, 0)) {
            String[] words = command.replace("'", "")
                    .replace(
                            "tegula-keys.json",
                            folder.resolve("tegula-keys.json").toString())
                    .split(" ");
            String before = registry(clinic);
            Transcript run = expect(0, clinic.run(words));
            ran.add(run);
            between.accept(run);
            if (command.contains("--dry-run")) {
                assertThat(registry(clinic)).as(command).isEqualTo(before);
            }
        }
    }

    private static String registry(ClinicDatabase clinic) {
        return String.valueOf(clinic.number("SELECT coalesce(sum(hashtext(k::text)), 0) FROM tegula_key k"));
    }

    /** As the command does that opens each value; {@code verify} exits with 3 if one does not. */
    private static void assertAllRead(ClinicDatabase clinic) {
        assertThat(expect(0, clinic.run("verify", "patient.ssn")).out()).contains("5 values");
    }

    @Test
    void rotation_commandsOfThePage_moveEveryValueAndEndTheOldKey() throws IOException {
        ClinicDatabase clinic = clinic();
        String[] destroy = {"keys", "destroy", "patient.ssn", "--version", "1", "--yes"};
        expect(8, clinic.run(destroy));

        follow(clinic, "runbook-rotation.md", run -> {
            if (run.out().contains("All values are under ACTIVE keys.")) {
                assertThat(clinic.number(UNDER + " WHERE k.version = 2")).isEqualTo(PATIENTS);
                assertThat(expect(8, clinic.run(destroy)).all()).contains("can be destroyed from ");
                clinic.edit("backups: 30d", "backups: 0s");
                clinic.edit("write-lease: 500ms\n", "write-lease: 500ms\n    cache-ttl: 1ms\n    outage-limit: 1ms\n");
            }
        });

        assertThat(ran).hasSize(6);
        assertThat(clinic.number("SELECT count(*) FROM tegula_key WHERE version = 1 AND state = 'DESTROYED'"))
                .isEqualTo(1);
        assertAllRead(clinic);
    }

    @Test
    void leak_commandsOfThePage_leaveNothingUnderTheOldKeys() throws IOException {
        ClinicDatabase clinic = clinic();

        follow(clinic, "runbook-leak.md");

        assertThat(clinic.number(UNDER + " WHERE k.version = 2")).isEqualTo(PATIENTS);
        assertThat(
                        clinic.number(
                                "SELECT count(*) FROM tegula_key WHERE kek_alias = 'main' AND version = 1 AND purpose = 'DATA'"))
                .as("old keys under the KEK that leaked")
                .isZero();
        assertAllRead(clinic);
    }

    @Test
    void kms_commandsOfThePage_letTheOldOneGo() throws IOException {
        ClinicDatabase clinic = clinic();

        follow(clinic, "runbook-kms.md");

        clinic.edit("    main:\n      kms: \"local\"\n", "    main:\n      fields: \"none.*\"\n      kms: \"spare\"\n");
        Files.delete(folder.resolve("tegula.keyset"));
        assertAllRead(clinic);
    }

    @Test
    void registry_commandsOfThePage_putAnotherRootInThePlaceOfTheOneBefore() throws IOException {
        ClinicDatabase clinic = clinic();
        RootClinic roots = RootClinic.on(clinic);
        String before = roots.pins().get(0);

        follow(clinic, "runbook-registry.md", run -> {
            if (run.out().contains("registry-pin: [")) {
                roots.pin(before, roots.waiting());
            }
        });

        String next = roots.pins().get(1);
        roots.pin(next);
        expect(0, clinic.run("doctor"));
        expect(0, clinic.run("audit", "verify"));
        assertAllRead(clinic);
        roots.pin(before);
        assertThat(expect(7, clinic.run("doctor")).all())
                .contains(before.substring(0, 8), "is RETIRED", "Pin that one");
    }

    /** The registry is from before the rotation, the rows are from after it. */
    @Test
    void restore_commandsOfThePage_bringTheKeyBack() throws IOException {
        ClinicDatabase clinic = clinic();
        clinic.execute("CREATE TABLE older AS SELECT * FROM tegula_key");
        expect(0, clinic.run("rotate", "patient.ssn", "--yes"));
        expect(
                0,
                clinic.run(
                        "keys",
                        "backup",
                        "--to",
                        folder.resolve("tegula-keys.json").toString()));
        clinic.execute("DELETE FROM tegula_key; INSERT INTO tegula_key SELECT * FROM older; DROP TABLE older");
        assertThat(clinic.run("verify", "patient.ssn").exit()).isNotZero();

        follow(clinic, "runbook-restore.md");

        assertThat(ran.get(0).all()).contains("patient.ssn");
        assertThat(clinic.number(UNDER + " WHERE k.version = 3"))
                .as("the fence of the rotation refuses values under v1, which is ACTIVE again")
                .isEqualTo(PATIENTS);
        assertAllRead(clinic);
    }
}
