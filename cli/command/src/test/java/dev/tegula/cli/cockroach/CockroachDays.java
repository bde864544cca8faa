package dev.tegula.cli.cockroach;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.MovedChart;
import dev.tegula.cli.RootClinic;
import dev.tegula.cli.TenantClinic;
import dev.tegula.cli.Transcript;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Days of a registry, a rotation, an index, secrets and a tenant, through the command line and an application. */
abstract class CockroachDays {

    /** The commands that ran in all of these tests. */
    static final Set<String> RAN = new TreeSet<>();

    @TempDir
    Path folder;

    ClinicDatabase clinic;

    /** An empty database of its own. */
    abstract ClinicDatabase empty(Path at) throws SQLException;

    @BeforeEach
    void initialise() throws SQLException {
        clinic = empty(folder);
        expect(0, clinic.init());
        RAN.add("init");
    }

    private Transcript ends(int exit, String... words) {
        Transcript run = expect(exit, clinic.run(words));
        RAN.add(
                List.of("keys", "jobs", "quarantine", "schema", "fields", "index", "secrets", "audit", "config")
                                .contains(words[0])
                        ? words[0] + " " + words[1]
                        : words[0]);
        return run;
    }

    private Transcript ends(String... words) {
        return ends(0, words);
    }

    private void patients(int count) {
        ends("keys", "create", "patient.ssn", "--activate");
        clinic.execute("CREATE TABLE patient (id int4 PRIMARY KEY, ssn bytea)");
        clinic.publish("patient.ssn");
        clinic.admit(1, count);
    }

    private static List<String> canaries(int count) {
        List<String> canaries = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            canaries.add("canary-" + i);
        }
        return canaries;
    }

    private String at(String file) {
        return folder.resolve(file).toString();
    }

    private void shortLeases() {
        try {
            Files.writeString(
                    clinic.file(),
                    Files.readString(clinic.file()).replaceFirst("(?m)^  keys:.*\\R(?: {4}.*\\R)*", """
                                  keys:
                                    write-lease: 300ms
                                    outage-limit: 300ms
                                    cache-ttl: 1ms
                                    retention: { backups: 0s, changefeeds: 0s }
                                """));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void keys_liveAndEnd() {
        clinic.edit("  keks:\n", "  keks:\n    spare: { kms: local, key: primary }\n");
        patients(20);
        shortLeases();
        ends("keys", "create", "patient.ssn");
        ends("keys", "backup", "--to", at("keys.json"));
        clinic.execute("DELETE FROM tegula_key WHERE state = 'PENDING'");
        ends("keys", "import", at("keys.json"), "--yes");
        ends("keys", "create", "patient.ssn");
        ends("keys", "backup");
        ends("keys", "activate", "patient.ssn", "--version", "3");
        ends("reencrypt", "patient.ssn", "--yes");
        ends("rotate", "patient.ssn", "--yes");
        ends("keys", "reopen", "patient.ssn", "--version", "1");
        ends("keys", "retire", "patient.ssn", "--version", "1");
        ends("keys", "backup");
        ends("keys", "rewrap", "patient.ssn", "--to", "spare", "--yes");
        ends("keys", "backup");
        ends("keys", "rewrap", "patient.ssn", "--to", "main", "--yes");
        ends("keys", "list");
        ends("audit", "verify");
        ends("audit", "list");
        ends("audit", "anchor");
        ends("audit", "export");
        destroyOnceItMay();

        assertThat(clinic.read()).containsExactlyElementsOf(canaries(20));
        assertThat(clinic.number("SELECT count(*) FROM tegula_key WHERE state = 'DESTROYED'"))
                .isEqualTo(1);
    }

    /** A cache may hold the key for as long as an outage may last. */
    private void destroyOnceItMay() {
        RootClinic.await(() ->
                clinic.number("SELECT count(*) FROM tegula_key WHERE retired_at < now() - interval '1 second'") > 0);
        ends("keys", "destroy", "patient.ssn", "--version", "1", "--yes");
    }

    @Test
    void rotation_leavesNothingUnderTheOldKey_andPoisonedRowsAlone() throws SQLException {
        patients(300);
        shortLeases();
        ends("rotate", "patient.ssn", "--dry-run");
        ends("rotate", "patient.ssn", "--workers", "2", "--yes");
        assertThat(under("ACTIVE")).isEqualTo(300);
        poison(7);
        ends(3, "rotate", "patient.ssn", "--yes");
        ends("quarantine", "list");
        ends("quarantine", "show", "public.patient.ssn", "id=7");
        ends(3, "quarantine", "retry", "--yes");
        clinic.execute("DELETE FROM patient WHERE id = 7");
        ends("rotate", "patient.ssn", "--yes");
        ends("status", "patient.ssn");
        ends("status", "patient.ssn", "--exact");
        ends("verify", "patient.ssn");
        ends("jobs", "list");
        ends("scan");
        ends("report");
        ends("doctor");

        List<String> rest = canaries(300);
        rest.remove("canary-7");
        assertThat(clinic.read()).containsExactlyElementsOf(rest);
        assertThat(under("ACTIVE")).isEqualTo(299);
    }

    private long under(String state) {
        return clinic.number("SELECT count(*) FROM patient JOIN tegula_key k ON k.key_id = substring(ssn from 3 for 32)"
                + " WHERE k.state = '" + state + "'");
    }

    private void poison(int id) throws SQLException {
        try (Connection connection = clinic.dataSource().getConnection();
                PreparedStatement select = connection.prepareStatement("SELECT ssn FROM patient WHERE id = ?");
                PreparedStatement update = connection.prepareStatement("UPDATE patient SET ssn = ? WHERE id = ?")) {
            select.setInt(1, id);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                byte[] value = row.getBytes(1);
                value[value.length - 1] ^= 1;
                update.setBytes(1, value);
                update.setInt(2, id);
                update.executeUpdate();
            }
        }
    }

    @Test
    void index_isFilledAndRotated() {
        patients(20);
        clinic.rotatingIndex();
        ends("index", "backfill", "patient.ssn", "--yes");
        ends("index", "verify", "patient.ssn");
        ends("index", "rotate", "patient.ssn", "--yes");
        ends("index", "rotate", "patient.ssn", "--yes");
        ends("index", "verify", "patient.ssn");

        assertThat(clinic.number("SELECT count(*) FROM patient WHERE ssn_index IS NULL"))
                .isZero();
    }

    @Test
    void catalogue_isWrittenByHand() throws IOException {
        patients(3);
        clinic.execute("ALTER TABLE patient ADD tel bytea");
        ends("fields", "add", "patient.tel", "public.patient.tel", "--type", "STRING", "--yes");
        Files.writeString(
                folder.resolve("fields.json"), ends("fields", "list", "--json").out());
        ends("fields", "remove", "public.patient.tel", "--yes");
        ends("fields", "import", at("fields.json"), "--yes");
        ends("rebind", "public.chart", "--moved", MovedChart.in(clinic).toString(), "--yes");
        clinic.execute("DROP INDEX tegula_job_open");
        ends("schema", "apply", "--yes");
        ends("schema", "checks");
        clinic.execute("CREATE TABLE owner (id int PRIMARY KEY, phone text, ssn bytea)");
        clinic.execute("INSERT INTO owner VALUES (1, '1')");
        ends("keys", "create", "owner.phone", "--activate");
        clinic.publish("owner.phone", "owner", "id", "test");
        ends("adopt", "owner.phone", "--from", "phone", "--dry-run");
    }

    @Test
    void secrets_haveVersions() throws IOException {
        clinic.withSecrets("app/prod");
        shortLeases();
        Files.writeString(folder.resolve("secrets.json"), "{\"key\": \"canary\", \"other\": \"canary\"}");
        ends("secrets", "put", "app/prod/made", "--generate", "32");
        ends("secrets", "copy", "app/prod/key", "app/prod/copy");
        ends("secrets", "rollback", "app/prod/key", "--to", "1");
        ends("secrets", "delete", "app/prod/copy", "--yes");
        ends("secrets", "undelete", "app/prod/copy");
        ends("secrets", "destroy", "app/prod/key", "--version", "2", "--yes");
        ends("secrets", "import", "app/prod", "--from", "json", "--file", at("secrets.json"), "--yes");
        ends("secrets", "export", "app/prod", "--to", "json", "--out", at("plain.json"));
        ends("secrets", "snapshot", "app/prod", "--kek", "main", "--max-age", "1h", "--out", at("app.snapshot"));
        ends("secrets", "list");
        ends("secrets", "history", "app/prod/key");
        ends("secrets", "check", "app/prod");
        ends("rotate", "tegula.secret", "--all-tenants", "--yes");

        assertThat(ends("secrets", "get", "app/prod/key").out().strip()).isEqualTo("canary");
    }

    @Test
    void tenant_isShredded() {
        TenantClinic tenants = TenantClinic.of(clinic, 5, "one", "two");
        ends("rotate", "note.text", "--all-tenants", "--yes");
        tenants.runLater(0, "shred", "--tenant", "one", "--receipt", at("receipt.json"), "--yes");
        RAN.add("shred");

        try (var tegula = tenants.engine()) {
            assertThat(tenants.read(tegula, "two")).hasSize(5);
        }
    }
}
