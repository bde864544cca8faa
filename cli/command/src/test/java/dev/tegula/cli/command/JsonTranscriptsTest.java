package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.JsonDocuments;
import dev.tegula.cli.MovedChart;
import dev.tegula.cli.Transcript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Every command prints a document that its schema describes; {@link JsonDocuments} compares them. */
@Tag("long")
class JsonTranscriptsTest {

    private static final String JOB = "00000000-0000-4000-8000-000000000001";

    private static final String OPEN_JOB =
            "INSERT INTO tegula_job (id, schema_name, table_name, key_columns, state, total) VALUES ('" + JOB
                    + "', 'public', 'patient', '{id}', 'OPEN', 3); INSERT INTO tegula_job_key (job, column_name, field, tenant, source,"
                    + " target) VALUES ('" + JOB + "', 'ssn', 'patient.ssn', '\\x00', sha256('one'), sha256('other'))";

    private static final String QUARANTINED =
            "INSERT INTO tegula_quarantine (schema_name, table_name, column_name, row_key, job, key_id, reason, sha256)"
                    + " VALUES ('public', 'patient', 'ssn', 'id=1', '" + JOB
                    + "', sha256('one'), 'key-unknown', sha256('other'))";

    /** One run of each command, in an order in which each works, and the schema of what it prints; or SQL before the next. */
    private static final List<Map.Entry<String, String>> RUNS = List.of(
            Map.entry("init --url URL --username postgres", "init"),
            Map.entry("doctor", "doctor"),
            Map.entry("config show", "config"),
            Map.entry("completion", "completion"),
            Map.entry("inspect ENVELOPE", "inspect"),
            Map.entry("schema print", "schema"),
            Map.entry("schema checks patient.ssn", "schema-checks"),
            Map.entry("schema grants --app app --operator operator", "schema-grants"),
            Map.entry("schema apply --yes", "schema-apply"),
            Map.entry("fields list", "fields"),
            Map.entry("fields add patient.ssn public.patient.ssn --type STRING --yes", "fields-add"),
            Map.entry("fields import FIELDS --yes", "fields-import"),
            Map.entry("fields remove --unsealed --yes", "fields-remove"),
            Map.entry("adopt patient.ssn --from ssn_before --back --yes", "adopt"),
            Map.entry("release patient.ssn --to ssn_clear --yes", "release"),
            Map.entry("rebind public.chart --moved MOVED --yes", "rebind"),
            Map.entry("index plan patient.ssn", "index-plan"),
            Map.entry("index backfill patient.ssn --yes", "index-backfill"),
            Map.entry("index verify public.patient.ssn_index", "index-verify"),
            Map.entry("index rotate patient.ssn --yes", "index-rotate"),
            Map.entry(OPEN_JOB, "sql"),
            Map.entry("secrets put app/prod/key", "secrets-change"),
            Map.entry("secrets get app/prod/key", "secret-value"),
            Map.entry("secrets history app/prod/key", "secret-history"),
            Map.entry("secrets list", "secrets"),
            Map.entry("secrets copy app/prod/key app/prod/copy", "secrets-change"),
            Map.entry("secrets diff app/prod app/none", "secrets-diff"),
            Map.entry("secrets check", "secrets-check"),
            Map.entry("secrets import app/prod --from json --file SECRETS --yes", "secrets-import"),
            Map.entry("secrets export app/prod --to json", "secrets-export"),
            Map.entry("secrets snapshot app/prod --kek main --max-age 24h --out SNAPSHOT", "secrets-snapshot"),
            Map.entry("secrets rollback app/prod/key --to 1", "secrets-change"),
            Map.entry("secrets destroy app/prod/key --version 1 --yes", "secrets-change"),
            Map.entry("secrets delete app/prod/key --yes", "secrets-change"),
            Map.entry("secrets undelete app/prod/key", "secrets-change"),
            Map.entry("jobs list", "jobs"),
            Map.entry("jobs show " + JOB, "job"),
            Map.entry("jobs pause " + JOB, "job-pause"),
            Map.entry("jobs resume " + JOB, "job-resume"),
            Map.entry("jobs cancel " + JOB + " --yes", "job-cancel"),
            Map.entry(QUARANTINED, "sql"),
            Map.entry("quarantine list", "quarantine"),
            Map.entry("quarantine show public.patient.ssn id=1", "quarantine-value"),
            Map.entry("quarantine retry --yes", "quarantine-retry"),
            Map.entry("keys create patient.ssn", "keys-create"),
            Map.entry("keys backup --to BACKUP", "keys-backup"),
            Map.entry("keys import BACKUP --yes", "keys-import"),
            Map.entry("keys activate patient.ssn --version 2", "keys-activate"),
            Map.entry("reencrypt patient.ssn --plan-only --yes", "reencrypt-plan"),
            Map.entry("jobs run PLANNED --index 0 --yes", "job-run"),
            Map.entry("jobs finish PLANNED", "job-finish"),
            Map.entry("reencrypt patient.ssn --yes", "reencrypt"),
            Map.entry("rotate patient.ssn --yes", "rotate"),
            Map.entry("keys reopen patient.ssn --version 1", "keys-reopen"),
            Map.entry("keys retire patient.ssn --version 1", "keys-retire"),
            Map.entry("keys destroy patient.ssn --version 3 --yes", "error"),
            Map.entry("keys destroy patient.ssn --version 1 --yes", "keys-destroy"),
            Map.entry("keys rewrap --all --yes", "keys-rewrap"),
            Map.entry(
                    "INSERT INTO tegula_key SELECT decode(repeat('ab', 32), 'hex'), tenant, 'junk.field', purpose, 1,"
                            + " suite, state, 9223372036854775807, provider, kek_alias, kek_version, wrapped, created_at,"
                            + " activated_at, retired_at, exported_at, seal FROM tegula_key"
                            + " WHERE version = 2 AND purpose = 'DATA'",
                    "sql"),
            Map.entry("keys list", "keys"),
            Map.entry("keys drop-unsealed --yes", "keys-drop-unsealed"),
            Map.entry("keys rotate-registry --yes", "keys-rotate-registry"),
            Map.entry("status", "status"),
            Map.entry("verify patient.ssn", "verify"),
            Map.entry("scan", "scan"),
            Map.entry("report --out REPORT", "report"),
            Map.entry("shred --tenant app/prod --secrets destroy --receipt RECEIPT --yes", "shred"),
            Map.entry("shred --verify RECEIPT", "shred-verify"),
            Map.entry("audit list", "audit"),
            Map.entry("audit verify", "audit-verify"),
            Map.entry("audit anchor", "audit-anchor"),
            Map.entry("audit export --subject junk.field", "audit-entry"));

    /** What {@link DemoCommandTest}, SearchFilesTest and {@link ShredTest} validate. */
    private static final Set<String> ELSEWHERE =
            Set.of("demo-1.schema.json", "destroy-search-1.schema.json", "shred-receipt-1.schema.json");

    @TempDir
    Path folder;

    @Test
    void everyCommand_json_printsADocumentOfItsSchemaAndNoSchemaIsLeftOver() throws IOException {
        ClinicDatabase clinic = clinic();
        Set<String> commands = new TreeSet<>(commands().keySet());
        commands.remove("demo");
        commands.remove("run"); // prints what its command prints; RunTest has its errors
        Set<String> seen = new TreeSet<>(ELSEWHERE);
        for (var run : RUNS) {
            commands.removeIf(command -> (run.getKey() + " ").startsWith(command + " "));
            switch (run.getValue()) {
                case "sql" -> {
                    clinic.execute(run.getKey());
                    continue;
                }
                case "keys-reopen" -> letDestroyAtOnce(clinic);
                default -> {}
            }
            Transcript transcript = run(clinic, run.getKey());
            JsonNode document = transcript.json();
            assertThat(JsonDocuments.schema(document))
                    .as(run.getKey() + "\n" + document)
                    .isEqualTo("tegula/" + run.getValue() + "/1");
            Stream.concat(transcript.out().lines(), transcript.err().lines())
                    .map(JsonDocuments::requireDocument)
                    .forEach(each -> seen.add(JsonDocuments.fileName(JsonDocuments.schema(each))));
        }
        seen.add(JsonDocuments.fileName(
                JsonDocuments.schema(run(clinic, "rotate patient.ssn --dry-run").json())));
        assertThat(commands).as("commands that were not run").isEmpty();
        assertThat(seen).as("documents").containsExactlyInAnyOrderElementsOf(JsonSchemaFilesTest.files());
        assertDryRunsOrErrors(clinic);
    }

    @Test
    void everyDryRun_beforeAndAfterThereIsSomethingToDo_isADryRunAndChangesNothing() throws IOException {
        ClinicDatabase clinic = clinic();
        expect(0, clinic.run("keys", "create", "patient.ssn"));
        expect(0, clinic.run("keys", "backup", "--to", folder.resolve("b.json").toString()));
        clinic.execute(OPEN_JOB);
        assertDryRuns(clinic);
        expect(0, clinic.run("jobs", "cancel", JOB, "--yes"));
        clinic.execute("DROP INDEX tegula_job_open");
        assertThat(run(clinic, "schema apply --dry-run").json().at("/plan/statements"))
                .isNotEmpty();
        expect(0, clinic.run("schema", "apply", "--yes"));
        expect(0, clinic.run("keys", "activate", "patient.ssn", "--version", "2"));
        assertDryRuns(clinic);
    }

    /** In a state in which each of them works or is done already. */
    private void assertDryRuns(ClinicDatabase clinic) {
        assertThat(assertDryRunsOrErrors(clinic))
                .allSatisfy((line, document) -> assertThat(JsonDocuments.schema(document))
                        .as(line + "\n" + document)
                        .isEqualTo(line.contains("--version 3") ? "tegula/error/1" : "tegula/dry-run/1"));
    }

    private Map<String, JsonNode> assertDryRunsOrErrors(ClinicDatabase clinic) {
        Map<String, CommandLine> rest = commands();
        rest.values().removeIf(command -> command.getCommandSpec().findOption("--dry-run") == null);
        assertThat(rest).hasSizeGreaterThan(10);
        Map<String, JsonNode> documents = new TreeMap<>();
        String before = state(clinic);
        for (var run : RUNS) {
            if (!run.getKey().contains("--verify")
                    && rest.keySet().stream().anyMatch(command -> (run.getKey() + " ").startsWith(command + " "))) {
                String line = run.getKey().replace(" --yes", "") + " --dry-run";
                documents.put(line, run(clinic, line).json());
            }
        }
        rest.keySet().removeIf(command -> documents.keySet().stream().anyMatch(line -> line.startsWith(command + " ")));
        assertThat(rest).as("commands that were not run").isEmpty();
        assertThat(state(clinic)).isEqualTo(before);
        return documents;
    }

    private ClinicDatabase clinic() throws IOException {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 2).withSecrets("app/prod");
        clinic.rotatingIndex();
        MovedChart.in(clinic);
        clinic.execute("ALTER TABLE patient ADD ssn_clear text, ADD ssn_before text DEFAULT 'before'");
        expect(0, clinic.run("index", "backfill", "patient.ssn", "--yes"));
        Files.writeString(
                folder.resolve("fields.json"),
                expect(0, clinic.run("fields", "list", "--json")).out());
        Files.writeString(folder.resolve("secrets.json"), "{\"new\": \"canary-3\", \"key\": \"canary-2\"}");
        return clinic;
    }

    private static void letDestroyAtOnce(ClinicDatabase clinic) {
        clinic.edit("backups: 30d", "backups: 0s");
        clinic.edit("  keys:\n", "  keys:\n    cache-ttl: 1ms\n    outage-limit: 1ms\n");
    }

    private Transcript run(ClinicDatabase clinic, String line) {
        boolean dry = line.endsWith("--dry-run");
        List<String> words = new ArrayList<>();
        for (String word : line.split(" ", -1)) {
            words.add(
                    switch (word) {
                        case "URL" -> clinic.url();
                        case "PLANNED" -> planned(clinic);
                        case "ENVELOPE" -> "0100" + "00".repeat(120);
                        case "FIELDS" -> folder.resolve("fields.json").toString();
                        case "RECEIPT" -> folder.resolve("receipt.json").toString();
                        case "MOVED" -> folder.resolve("moved.csv").toString();
                        case "REPORT" -> folder.resolve("report.html").toString();
                        case "SNAPSHOT" -> folder.resolve("app.snapshot").toString();
                        case "SECRETS" -> folder.resolve("secrets.json").toString();
                        case "BACKUP" ->
                            folder.resolve(dry ? "b.json" : "backup.json").toString();
                        default -> word;
                    });
        }
        words.add("--json");
        if (line.startsWith("completion") || line.startsWith("inspect") || line.startsWith("schema print")) {
            return Transcript.of(words.toArray(String[]::new));
        }
        return clinic.run(words.toArray(String[]::new));
    }

    /** The open job, or the one that a test made. */
    private static String planned(ClinicDatabase clinic) {
        return clinic.run("jobs", "list", "--json").json().at("/jobs/0/job").asText(JOB);
    }

    private static String state(ClinicDatabase clinic) {
        return clinic.number("SELECT count(*) FROM tegula_key") + " "
                + clinic.number("SELECT max(rev) FROM tegula_key") + " "
                + clinic.number("SELECT count(*) FROM tegula_field") + " "
                + clinic.number("SELECT count(*) FROM tegula_index") + " "
                + clinic.number("SELECT count(ssn_index) FROM patient") + " "
                + clinic.number("SELECT count(*) FROM tegula_job") + " "
                + clinic.number("SELECT sum(rev) FROM tegula_secret");
    }

    /** All commands that do something, by their names without the first word. */
    private static Map<String, CommandLine> commands() {
        Map<String, CommandLine> found = new TreeMap<>();
        collect(Manual.commands(), found);
        return found;
    }

    private static void collect(CommandLine command, Map<String, CommandLine> found) {
        if (command.getCommand() instanceof TegulaCommand) {
            found.put(command.getCommandSpec().qualifiedName().replaceFirst("^tegula ", ""), command);
        }
        command.getSubcommands().values().forEach(sub -> collect(sub, found));
    }
}
