package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.MovedChart;
import dev.tegula.cli.Transcript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which commands ask before they change something, where nobody can answer. A new command stands in one of the two lists. */
@Tag("long")
class AskedTest {

    private static final String JOB = "00000000-0000-4000-8000-000000000001";

    /** Each where it has something to do, in an order in which that works. */
    private static final Map<String, List<String>> ASKED = ordered(
            List.of("rotate", "patient.ssn"),
            List.of("reencrypt", "patient.ssn"),
            List.of("keys destroy", "patient.ssn", "--version", "1"),
            List.of("keys rewrap", "patient.ssn", "--to", "spare"),
            List.of("keys import", "backup.json"),
            List.of("fields add", "patient.tel", "public.patient.tel", "--type", "STRING"),
            List.of("fields import", "fields.json"),
            List.of("fields remove", "public.gone.ssn"),
            List.of("adopt", "patient.ssn", "--from", "public.patient.ssn_clear"),
            List.of("release", "patient.ssn", "--to", "public.patient.ssn_clear"),
            List.of("rebind", "public.chart", "--moved", "moved.csv"),
            List.of("index backfill", "patient.ssn"),
            List.of("index rotate", "patient.ssn"),
            List.of("jobs run", JOB, "--index", "0"),
            List.of("jobs cancel", JOB),
            List.of("quarantine retry"),
            List.of("keys drop-unsealed"),
            List.of("keys rotate-registry"),
            List.of("secrets import", "app/prod", "--from", "json", "--file", "secrets.json"),
            List.of("secrets delete", "app/prod/key"),
            List.of("secrets destroy", "app/prod/key", "--version", "1"),
            List.of("shred", "--tenant", "app/prod", "--secrets", "destroy", "--receipt", "receipt.json"),
            List.of("schema apply"));

    private static final Map<String, List<String>> UNASKED = ordered(
            List.of("init"),
            List.of("jobs pause", JOB),
            List.of("jobs resume", JOB),
            List.of("jobs finish", JOB),
            List.of("keys create", "patient.tel", "--activate"),
            List.of("keys backup"),
            List.of("keys activate", "patient.ssn", "--version", "2"),
            List.of("keys reopen", "patient.ssn", "--version", "1"),
            List.of("keys retire", "patient.ssn", "--version", "1"),
            List.of("secrets put", "app/prod/key"),
            List.of("secrets copy", "app/prod/key", "app/prod/copy"),
            List.of("secrets rollback", "app/prod/key", "--to", "1"),
            List.of("secrets undelete", "app/prod/key"));

    @TempDir
    Path folder;

    @Test
    void commands_thatChange_areInOneOfTheLists() {
        assertThat(Manual.changing(AskedChange.class)).containsExactlyInAnyOrderElementsOf(named(ASKED));
        assertThat(Manual.changing(UnaskedChange.class)).containsExactlyInAnyOrderElementsOf(named(UNASKED));
    }

    @Test
    void asked_whereNobodyAnswers_changesNothingAndNamesYes() throws IOException {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 2).withSecrets("app/prod");
        clinic.rotatingIndex();
        MovedChart.in(clinic);
        clinic.edit("  keks:\n", "  keks:\n    spare: { kms: local, key: primary }\n");
        expect(0, clinic.run("keys", "create", "patient.ssn"));
        expect(0, clinic.run("keys", "backup", "--to", at("backup.json")));
        expect(0, clinic.run("keys", "activate", "patient.ssn", "--version", "2"));
        Files.writeString(
                folder.resolve("fields.json"),
                expect(0, clinic.run("fields", "list", "--json")).out());
        Files.writeString(folder.resolve("secrets.json"), "{\"key\": \"canary\"}");
        clinic.execute(
                "ALTER TABLE patient ADD tel bytea, ADD ssn_clear text; CREATE TABLE gone (id int4 PRIMARY KEY, ssn bytea)");
        clinic.publish("patient.ssn", "gone", "id", "test");
        clinic.execute("INSERT INTO tegula_job (id, schema_name, table_name, key_columns, state, total) VALUES ('" + JOB
                + "', 'public', 'patient', '{id}', 'OPEN', 3)");
        clinic.execute(
                "INSERT INTO tegula_quarantine (schema_name, table_name, column_name, row_key, job, key_id, reason,"
                        + " sha256) VALUES ('public', 'patient', 'ssn', 'id=1', '" + JOB
                        + "', sha256('one'), 'cannot-open', sha256('other'))");
        clinic.execute(
                "INSERT INTO tegula_key SELECT decode(repeat('ab', 32), 'hex'), tenant, 'junk.field', purpose, 1,"
                        + " suite, state, rev + 1000, provider, kek_alias, kek_version, wrapped, created_at,"
                        + " activated_at, retired_at, exported_at, seal FROM tegula_key WHERE version = 2");
        clinic.execute("DROP INDEX tegula_job_open");
        String before = state(clinic);
        ASKED.forEach((command, rest) -> {
            assertThat(expect(2, run(clinic, command, rest)).err())
                    .as(command)
                    .contains("Add --yes to go ahead, or --dry-run to look.")
                    .contains("Nothing was changed.");
        });
        assertThat(state(clinic)).isEqualTo(before);
    }

    @Test
    void unasked_whereNobodyAnswers_goesOn() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 2).withSecrets("app/prod");
        expect(0, clinic.run("keys", "create", "patient.ssn"));
        clinic.execute("INSERT INTO tegula_job (id, schema_name, table_name, key_columns, state, total) VALUES ('" + JOB
                + "', 'public', 'patient', '{id}', 'OPEN', 3); INSERT INTO tegula_job_key (job, column_name, field, tenant, source,"
                + " target) VALUES ('" + JOB + "', 'ssn', 'patient.ssn', '\\x00', sha256('one'), sha256('other'))");
        UNASKED.forEach((command, rest) -> {
            if (command.equals("keys reopen")) {
                expect(0, clinic.run("rotate", "patient.ssn", "--yes"));
            }
            expect(0, run(clinic, command, rest));
        });
        assertThat(clinic.read()).containsExactly("canary-1", "canary-2");
    }

    private Transcript run(ClinicDatabase clinic, String command, List<String> rest) {
        List<String> line = new ArrayList<>(List.of(command.split(" ")));
        rest.forEach(word -> line.add(word.matches(".*[.](json|csv)") ? at(word) : word));
        return clinic.run(line.toArray(String[]::new));
    }

    private String at(String file) {
        return folder.resolve(file).toString();
    }

    private static String state(ClinicDatabase clinic) {
        return String.join(
                " ",
                List.of(
                                "SELECT count(*) FROM tegula_key",
                                "SELECT max(rev) FROM tegula_key",
                                "SELECT count(*) FROM tegula_field",
                                "SELECT sum(rev) FROM tegula_secret",
                                "SELECT count(*) FROM tegula_job WHERE state = 'OPEN'",
                                "SELECT count(*) FROM tegula_quarantine",
                                "SELECT count(*) FROM pg_class WHERE relname = 'tegula_job_open'")
                        .stream()
                        .map(sql -> String.valueOf(clinic.number(sql)))
                        .toList());
    }

    private static List<String> named(Map<String, List<String>> commands) {
        return commands.keySet().stream().map(name -> "tegula " + name).toList();
    }

    @SafeVarargs
    private static Map<String, List<String>> ordered(List<String>... lines) {
        Map<String, List<String>> all = new LinkedHashMap<>();
        for (List<String> line : lines) {
            all.put(line.get(0), line.subList(1, line.size()));
        }
        return all;
    }
}
