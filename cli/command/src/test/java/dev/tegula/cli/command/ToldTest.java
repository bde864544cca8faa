package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.audit.AuditHead;
import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.MovedChart;
import dev.tegula.cli.RootClinic;
import dev.tegula.cli.Transcript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What each command tells the audit trail. A new command stands in one of the two lists, and docs/audit.md has what it tells. */
@Tag("long")
class ToldTest {

    private static final String JOB = "00000000-0000-4000-8000-000000000001";

    /** Those that tell nothing, and why not. */
    private static final Map<String, String> SILENT = new HashMap<>();

    static {
        for (String command : List.of(
                "status",
                "doctor",
                "verify",
                "scan",
                "report",
                "inspect",
                "audit list",
                "audit verify",
                "audit anchor",
                "audit export",
                "fields list",
                "index plan",
                "index verify",
                "jobs list",
                "jobs show",
                "keys list",
                "quarantine list",
                "quarantine show",
                "secrets list",
                "secrets history",
                "secrets check",
                "secrets diff")) {
            SILENT.put(command, "looks at the database, and gives no value out");
        }
        for (String command :
                List.of("completion", "config show", "help", "schema print", "schema grants", "schema checks")) {
            SILENT.put(command, "prints what it knows");
        }
        SILENT.put("secrets get", "reads; told with audit.reads");
        SILENT.put("run", "reads; told with audit.reads, and a snapshot that it makes again always: RunSnapshotTest");
        SILENT.put("demo", "has a database of its own that is thrown away");
    }

    @TempDir
    Path folder;

    private final Set<String> ran = new TreeSet<>();
    private final Set<String> told = new TreeSet<>();
    private ClinicDatabase clinic;

    @Test
    void eachCommand_thatChangesSomething_tellsIt() throws IOException {
        clinic = ClinicDatabase.withPatients(folder, 3).withSecrets("app/prod");
        clinic.rotatingIndex();
        clinic.edit("  keks:\n", "  keks:\n    spare: { kms: local, key: primary }\n");
        Files.writeString(
                clinic.file(), Files.readString(clinic.file()).replaceFirst("(?m)^  keys:.*\\R(?: {4}.*\\R)*", """
                              keys:
                                write-lease: 500ms
                                outage-limit: 300ms
                                cache-ttl: 1ms
                                retention: { backups: 0s, changefeeds: 0s }
                            """));
        keys();
        rotations();
        fieldsAndJobs();
        secrets();
        schema();
        root();
        clinic.edit("outage-limit: 300ms", "outage-limit: 1ms");
        tells(
                "shred",
                List.of("--tenant", "app/prod", "--secrets", "destroy", "--receipt", at("receipt.json"), "--yes"),
                "shred.begin",
                "key.retire",
                "key.destroy",
                "shred.destroy",
                "shred.receipt");

        Set<String> silent = new TreeSet<>(SILENT.keySet());
        silent.addAll(ran);
        assertThat(leaves(Manual.commands())).containsExactlyInAnyOrderElementsOf(silent);
        assertThat(ran).doesNotContainAnyElementsOf(SILENT.keySet());
        // Those of applications, of what is found, and of ReadsToldTest.
        told.addAll(List.of(AuditHead.CHANGED, AuditHead.NOTED, "tegula.secret.read"));
        assertThat(told).isEqualTo(onThePage());
    }

    /** The rows of its table name an action, and others beside it by their last words. */
    private static Set<String> onThePage() throws IOException {
        Path page = Path.of(System.getProperty("basedir", "."), "..", "..", "docs", "audit.md");
        Set<String> actions = new TreeSet<>();
        for (String line : Files.readAllLines(page)) {
            if (line.startsWith("| `tegula.")) {
                String kind = line.replaceFirst("\\| `(tegula\\.\\w+)\\..*", "$1");
                Pattern.compile("`(?:tegula\\.\\w+)?(\\.[a-z-]+)`")
                        .matcher(line.split("\\|", -1)[1])
                        .results()
                        .forEach(action -> actions.add(kind + action.group(1)));
            }
        }
        return actions;
    }

    private void keys() {
        tells("keys create", List.of("patient.ssn"), "key.create");
        tells("keys backup", List.of("--to", at("backup.json")), "key.backup");
        clinic.execute("DELETE FROM tegula_key WHERE state = 'PENDING'");
        tells("keys import", List.of(at("backup.json"), "--yes"), "key.import");
        expect(0, clinic.run("keys", "create", "patient.ssn"));
        expect(0, clinic.run("keys", "backup"));
        job();
        tells("keys activate", List.of("patient.ssn", "--version", "3"), "key.activate", "job.fence");
        clinic.execute("UPDATE tegula_job SET state = 'CANCELLED', finished_at = now()");
        tells("reencrypt", List.of("patient.ssn", "--plan-only", "--yes"), "job.plan");
        String planned =
                clinic.run("jobs", "list", "--json").json().at("/jobs/0/job").textValue();
        tells("jobs run", List.of(planned, "--index", "0", "--yes"), "job.range");
        tells("jobs finish", List.of(planned), "job.end");
        tells("reencrypt", List.of("patient.ssn", "--yes"), "job.plan", "job.range", "job.end");
        tells("rotate", List.of("patient.ssn", "--yes"), "fence.raise", "rotation.verify", "key.retire");
        tells("keys reopen", List.of("patient.ssn", "--version", "2"), "key.reopen");
        tells("keys retire", List.of("patient.ssn", "--version", "2"), "key.retire");
        RootClinic.await(() -> clinic.run("keys", "destroy", "patient.ssn", "--version", "1", "--dry-run")
                        .exit()
                == 0);
        tells("keys destroy", List.of("patient.ssn", "--version", "1", "--yes"), "key.destroy");
        tells("keys rewrap", List.of("patient.ssn", "--to", "spare", "--yes"), "key.rewrap");
        clinic.execute(
                "INSERT INTO tegula_key SELECT decode(repeat('ab', 32), 'hex'), tenant, 'junk.field', purpose, 1,"
                        + " suite, state, rev + 1000, provider, kek_alias, kek_version, wrapped, created_at,"
                        + " activated_at, retired_at, exported_at, seal FROM tegula_key WHERE state = 'RETIRED'");
        tells("keys drop-unsealed", List.of("--yes"), "key.drop-unsealed");
    }

    private void rotations() {
        clinic.execute("UPDATE patient SET ssn = set_byte(ssn, length(ssn) - 1, 255 - get_byte(ssn, length(ssn) - 1))"
                + " WHERE id = 2");
        ran("rotate", List.of("patient.ssn", "--yes"), 3, "quarantine.add");
        ran("quarantine retry", List.of("--yes"), 3, "quarantine.retry");
        clinic.execute("DELETE FROM patient WHERE id = 2");
        tells("rotate", List.of("patient.ssn", "--yes"), "quarantine.forget");
        tells("rebind", List.of("public.chart", "--moved", MovedChart.in(clinic).toString(), "--yes"), "row.rebind");
        tells("index backfill", List.of("patient.ssn", "--yes"), "index.begin", "index.end");
        tells("index rotate", List.of("patient.ssn", "--yes"), "fence.raise", "fence.validate", "key.activate");
        ran("index rotate", List.of("patient.ssn", "--yes"), 0);
    }

    private void fieldsAndJobs() throws IOException {
        clinic.execute("ALTER TABLE patient ADD tel bytea; CREATE TABLE gone (id int4 PRIMARY KEY, ssn bytea)");
        tells("fields add", List.of("patient.tel", "public.patient.tel", "--type", "STRING", "--yes"), "field.add");
        Files.writeString(
                folder.resolve("fields.json"),
                expect(0, clinic.run("fields", "list", "--json")).out());
        tells("fields remove", List.of("public.patient.tel", "--yes"), "field.remove");
        tells("fields import", List.of(at("fields.json"), "--yes"), "field.add");
        adoption();
        job();
        tells("jobs pause", List.of(JOB), "job.pause");
        tells("jobs resume", List.of(JOB), "job.resume");
        tells("jobs cancel", List.of(JOB, "--yes"), "job.end");
    }

    private void adoption() {
        clinic.execute(
                "CREATE TABLE owner (id int PRIMARY KEY, phone text, ssn bytea); INSERT INTO owner VALUES (1, '1')");
        expect(0, clinic.run("keys", "create", "owner.phone", "--activate"));
        clinic.publish("owner.phone", "owner", "id", "test");
        List<String> adopt = List.of("owner.phone", "--from", "phone", "--yes");
        tells("adopt", adopt, "adoption.guard", "adoption.begin", "adoption.end");
        tells("adopt", with(adopt, "--back"), "adoption.leave");
        tells("adopt", adopt, "adoption.guard");
        tells("adopt", with(adopt, "--seal"), "adoption.empty", "adoption.seal");
        tells("adopt", with(adopt, "--back"), "adoption.return", "adoption.begin", "adoption.end");
        tells("adopt", with(adopt, "--back"), "adoption.returned");
        List<String> release = List.of("owner.phone", "--to", "phone", "--yes");
        tells("release", with(release, "--end"), "adoption.released");
        tells("adopt", adopt, "adoption.guard");
        tells("adopt", with(adopt, "--seal"), "adoption.empty", "adoption.seal");
        tells("release", release, "adoption.return", "adoption.begin", "adoption.end");
        tells("release", with(release, "--fence"), "adoption.returned");
    }

    private static List<String> with(List<String> line, String option) {
        List<String> all = new ArrayList<>(line);
        all.add(option);
        return all;
    }

    private void secrets() throws IOException {
        Files.writeString(folder.resolve("secrets.json"), "{\"key\": \"canary\", \"other\": \"canary\"}");
        tells("secrets put", List.of("app/prod/made", "--generate", "32"), "secret.put");
        tells("secrets copy", List.of("app/prod/key", "app/prod/copy"), "secret.put");
        tells("secrets rollback", List.of("app/prod/key", "--to", "1"), "secret.rollback");
        tells("secrets delete", List.of("app/prod/copy", "--yes"), "secret.delete");
        tells("secrets undelete", List.of("app/prod/copy"), "secret.undelete");
        tells("secrets destroy", List.of("app/prod/key", "--version", "2", "--yes"), "secret.destroy");
        tells(
                "secrets import",
                List.of("app/prod", "--from", "json", "--file", at("secrets.json"), "--yes"),
                "secret.put");
        tells("secrets export", List.of("app/prod", "--to", "json", "--out", at("plain.json")), "secret.export");
        tells(
                "secrets snapshot",
                List.of("app/prod", "--kek", "main", "--max-age", "1h", "--out", at("app.snapshot")),
                "secret.snapshot");
        assertThat(number("SELECT count(*) FROM tegula_audit WHERE detail LIKE '%canary%' OR subject LIKE '%canary%'"))
                .isZero();
    }

    private void schema() {
        clinic.execute("DROP INDEX tegula_job_open");
        tells("schema apply", List.of("--yes"), "schema.apply");
        clinic.execute("DROP INDEX tegula_job_open");
        tells("init", List.of(), "schema.apply");
        expect(0, clinic.run("audit", "verify"));
    }

    private void root() {
        RootClinic roots = RootClinic.on(clinic);
        String before = roots.pins().get(0);
        tells("keys rotate-registry", List.of("--yes"), "key.create", "key.backup");
        roots.pin(before, roots.waiting());
        tells("keys rotate-registry", List.of("--yes"), "audit.root", "key.activate", "key.backup");
        tells("keys rotate-registry", List.of("--finish", "--yes"), "key.retire");
    }

    /** One that touches the key of the patients. */
    private void job() {
        clinic.execute("DELETE FROM tegula_job_key WHERE job = '" + JOB + "'; DELETE FROM tegula_job WHERE id = '" + JOB
                + "'; INSERT INTO tegula_job (id, schema_name, table_name, key_columns, state, total) VALUES ('" + JOB
                + "', 'public', 'patient', '{id}', 'OPEN', 3); INSERT INTO tegula_job_key (job, column_name, field,"
                + " tenant, source, target) VALUES ('" + JOB
                + "', 'ssn', 'patient.ssn', '\\x00', sha256('one'), sha256('other'))");
    }

    private void tells(String command, List<String> rest, String... actions) {
        ran(command, rest, 0, actions);
    }

    private void ran(String command, List<String> rest, int exit, String... actions) {
        Map<String, Long> before = counts();
        List<String> line = new ArrayList<>(List.of(command.split(" ")));
        line.addAll(rest);
        Transcript run = expect(exit, clinic.run(line.toArray(String[]::new)));
        Map<String, Long> fresh = counts();
        before.forEach((action, count) -> fresh.merge(action, -count, Long::sum));
        fresh.values().removeIf(count -> count <= 0);
        for (String action : actions) {
            assertThat(fresh).as(command + "\n" + run.all()).containsKey("tegula." + action);
        }
        told.addAll(fresh.keySet());
        ran.add(command);
    }

    private Map<String, Long> counts() {
        Map<String, Long> counts = new TreeMap<>();
        try (Connection connection = clinic.dataSource().getConnection();
                Statement select = connection.createStatement();
                ResultSet rows =
                        select.executeQuery("SELECT action, count(*) FROM tegula_audit WHERE chain = 0 GROUP BY 1")) {
            while (rows.next()) {
                counts.put(rows.getString(1), rows.getLong(2));
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return counts;
    }

    private long number(String sql) {
        return clinic.number(sql);
    }

    private String at(String file) {
        return folder.resolve(file).toString();
    }

    private static List<String> leaves(CommandLine command) {
        List<String> found = new ArrayList<>();
        command.getSubcommands().forEach((name, inner) -> {
            if (inner.getSubcommands().isEmpty()) {
                found.add(inner.getCommandSpec().qualifiedName().replaceFirst("^tegula ", ""));
            }
            found.addAll(leaves(inner));
        });
        return found;
    }
}
