package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tegula.cli.ClinicDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The report as a command: its figures, its file, what it refuses, and what is never in it. */
@Tag("long")
class ReportTest {

    private static final String ENVELOPE = "length(ssn) >= 75 AND get_byte(ssn, 0) = 1";

    @TempDir
    Path folder;

    /** Two keys in use at once, values in clear, NULLs, an unknown key: everything that a column can hold. */
    private ClinicDatabase clinic() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 25).withSecrets("app/prod");
        expect(0, clinic.run("keys", "create", "patient.ssn"));
        expect(0, clinic.run("keys", "backup"));
        expect(0, clinic.run("keys", "activate", "patient.ssn", "--version", "2"));
        clinic.admit(26, 36);
        clinic.execute(
                "INSERT INTO patient VALUES (1001, 'sentinel in clear'), (1002, 'sentinel in clear'), (1003, NULL)");
        clinic.execute(
                "INSERT INTO patient SELECT 1004, overlay(ssn PLACING sha256('x') FROM 3 FOR 32) FROM patient WHERE id = 1");
        return clinic;
    }

    @Test
    void numbers_areThoseThatTheDatabaseCounts() {
        ClinicDatabase clinic = clinic();
        JsonNode report = expect(3, clinic.run("report", "--json")).json();
        Map<String, Long> told = new TreeMap<>();
        report.at("/keys/list").forEach(key -> {
            if (key.path("field").asText().equals("patient.ssn")) {
                assertThat(key.path("exact").asBoolean()).isTrue();
                told.put(key.path("keyId").asText(), key.path("values").asLong());
            }
        });
        Map<String, Long> counted = counts(
                clinic,
                "SELECT encode(substring(ssn from 3 for 32), 'hex'), count(*) FROM patient WHERE " + ENVELOPE
                        + " GROUP BY 1");
        assertThat(counted).containsAllEntriesOf(told).hasSize(3);
        assertThat(told).hasSize(2).containsValues(25L, 11L);

        JsonNode column = report.at("/columns/list/0");
        assertThat(column.path("active").asLong()).isEqualTo(11);
        assertThat(column.path("older").asLong()).isEqualTo(25);
        assertThat(column.path("unknownKeys").asLong()).isEqualTo(1);
        assertThat(column.path("notEncrypted").asLong())
                .isEqualTo(clinic.number("SELECT count(*) FROM patient WHERE NOT (" + ENVELOPE + ")"))
                .isEqualTo(2);
        assertThat(column.path("nulls").asLong())
                .isEqualTo(clinic.number("SELECT count(*) FROM patient WHERE ssn IS NULL"))
                .isEqualTo(1);
        assertThat(column.path("basis").asText()).isEqualTo("snapshot");
        assertThat(report.at("/keys/all").asLong()).isEqualTo(clinic.number("SELECT count(*) FROM tegula_key"));
        assertThat(report.at("/audit/entries").asLong()).isEqualTo(clinic.number("SELECT count(*) FROM tegula_audit"));
        Map<String, Long> actions = new TreeMap<>();
        report.at("/audit/actions")
                .forEach(action -> actions.put(
                        action.path("action").asText(), action.path("entries").asLong()));
        assertThat(actions).isEqualTo(counts(clinic, "SELECT action, count(*) FROM tegula_audit GROUP BY 1"));
        assertThat(report.at("/secrets/secrets/all").asLong())
                .isEqualTo(clinic.number("SELECT count(*) FROM tegula_secret"));
        assertThat(report.path("attention").findValuesAsText("level"))
                .startsWith("wrong", "wrong")
                .contains("due");
    }

    private static Map<String, Long> counts(ClinicDatabase clinic, String sql) {
        Map<String, Long> counts = new TreeMap<>();
        try (Connection connection = clinic.dataSource().getConnection();
                Statement select = connection.createStatement();
                ResultSet rows = select.executeQuery(sql)) {
            while (rows.next()) {
                counts.put(rows.getString(1), rows.getLong(2));
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return counts;
    }

    /** Of everything secret there is: values, secrets, wrapped keys, seals, the passphrase, primary keys, notes. */
    @Test
    void page_documentAndText_holdNothingSecret() throws Exception {
        ClinicDatabase clinic = clinic();
        clinic.execute("UPDATE patient SET id = 987654321 WHERE id = 1001");
        expect(0, clinic.pipe("canary-3", "secrets", "put", "app/prod/key", "--note", "sentinel-note"));
        Path file = folder.resolve("report.html");
        String all = expect(3, clinic.run("report", "--json", "--out", file.toString()))
                        .all()
                + Files.readString(file)
                + expect(3, clinic.run("report")).all();
        List<String> secrets = new ArrayList<>(List.of("canary", "sentinel", "987654321"));
        secrets.add(Files.readString(folder.resolve("tegula.passphrase")).strip());
        try (Connection connection = clinic.dataSource().getConnection();
                Statement select = connection.createStatement();
                ResultSet rows = select.executeQuery(
                        "SELECT wrapped FROM tegula_key UNION SELECT seal FROM tegula_key UNION SELECT"
                                + " value FROM tegula_secret_version UNION SELECT ssn FROM patient WHERE ssn IS NOT NULL")) {
            while (rows.next()) {
                byte[] bytes = rows.getBytes(1);
                secrets.add(HexFormat.of().formatHex(bytes));
                secrets.add(Base64.getEncoder().withoutPadding().encodeToString(bytes));
            }
        }
        assertThat(secrets).hasSizeGreaterThan(80);
        for (String secret : secrets) {
            assertThat(all).doesNotContain(secret);
        }
    }

    @Test
    void page_needsNothingElse_andAllowsOnlyItsOwnStyle() throws Exception {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 3);
        Path file = folder.resolve("report.html");
        expect(0, clinic.run("report", "--out", file.toString()));
        String page = Files.readString(file);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(page).startsWith("<!DOCTYPE html><html lang=\"en\">");
        assertThat(page.toLowerCase(Locale.ROOT))
                .doesNotContain("<script", "src=", "href=", "url(", "@import", "http:", "https:", " style=");
        assertThat(page).doesNotContainPattern("\\son[a-z]+=");
        Matcher style = Pattern.compile("<style>(.*)</style>", Pattern.DOTALL).matcher(page);
        assertThat(style.find()).isTrue();
        String hash = Base64.getEncoder()
                .encodeToString(MessageDigest.getInstance("SHA-256")
                        .digest(style.group(1).getBytes(StandardCharsets.UTF_8)));
        assertThat(page)
                .contains(
                        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-"
                                + hash + "'; base-uri 'none'; form-action 'none'\"");
    }

    @Test
    void out_thatIsThereOrHasNoFolder_isRefusedBeforeAnythingIsCounted() throws IOException {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 1);
        Path there = Files.writeString(folder.resolve("there.html"), "of somebody");
        Path link = Files.createSymbolicLink(folder.resolve("link.html"), folder.resolve("nowhere.html"));
        for (Path file : List.of(there, link)) {
            assertThat(expect(8, clinic.run("report", "--out", file.toString())).err())
                    .contains("exists already and is not overwritten")
                    .doesNotContain("Checking");
        }
        assertThat(there).hasContent("of somebody");
        assertThat(folder.resolve("nowhere.html")).doesNotExist();
        assertThat(expect(
                                7,
                                clinic.run(
                                        "report",
                                        "--out",
                                        folder.resolve("no/report.html").toString()))
                        .err())
                .contains("There is no folder");
        assertThat(expect(8, clinic.run("report", "--out", folder.toString())).err())
                .contains("exists already");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.filter(file -> file.toString().endsWith(".tmp"))).isEmpty();
        }
    }

    /** A part that cannot be looked at does not hide the others, and is no success. */
    @Test
    void databaseOfAnEarlierBuild_saysWhatIsMissingAndTellsTheRest() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 3).withSecrets("app/prod");
        clinic.execute(
                "DROP TABLE tegula_audit, tegula_audit_head, tegula_census, tegula_secret, tegula_secret_version");
        JsonNode report = expect(3, clinic.run("report", "--json")).json();
        assertThat(report.path("complete").asBoolean()).isFalse();
        assertThat(report.has("audit")).isFalse();
        assertThat(report.has("secrets")).isFalse();
        assertThat(report.path("unknown").toString())
                .contains("Not looked at. The audit trail: ", "Not looked at. Secrets: ", "tegula schema apply");
        assertThat(report.at("/columns/list/0/active").asLong()).isEqualTo(3);
        assertThat(report.at("/keys/list/0/exact").asBoolean()).isFalse();
    }

    @Test
    void table_thatIsGone_hidesNoOther() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 3);
        clinic.execute("CREATE TABLE visitor (id int4 PRIMARY KEY, ssn bytea)");
        clinic.publish("visitor.ssn", "visitor", "id", "test");
        clinic.execute("DROP TABLE visitor");
        JsonNode report = expect(3, clinic.run("report", "--json")).json();
        assertThat(report.path("complete").asBoolean()).isFalse();
        assertThat(report.path("unknown").toString()).contains("Values of public.visitor");
        assertThat(report.at("/columns/all").asLong()).isEqualTo(2);
        assertThat(report.at("/columns/list").findValuesAsText("active")).contains("3");
    }

    @Test
    void login_withoutARight_saysWhich_andOneWithoutAnyGetsNoReport() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 3);
        String login = clinic.name() + "_auditor";
        clinic.execute("CREATE ROLE " + login + " LOGIN");
        clinic.edit("username: \"postgres\"", "username: \"" + login + "\"");
        assertThat(expect(5, clinic.run("report")).out()).isEmpty();
        clinic.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO " + login);
        clinic.execute("REVOKE SELECT ON patient FROM " + login);
        JsonNode report =
                expect(3, clinic.run("report", "--json", "--no-checks")).json();
        assertThat(report.path("unknown").toString()).contains("Values of public.patient", "permission denied");
        assertThat(report.at("/audit/verified").asBoolean()).isTrue();
        clinic.execute("GRANT SELECT ON patient TO " + login);
        assertThat(expect(0, clinic.run("report", "--json", "--no-checks"))
                        .json()
                        .at("/columns/list/0/active")
                        .asLong())
                .isEqualTo(3);
    }

    @Test
    void database_thatDoesNotAnswer_isNoReport() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 1);
        clinic.edit("localhost:" + ClinicDatabase.port(), "localhost:1");
        Path file = folder.resolve("report.html");
        expect(4, clinic.run("report", "--out", file.toString()));
        assertThat(file).doesNotExist();
    }

    @Test
    void auditTrail_thatSomebodyChanged_isSaidToBe_andAnAnchorIsTaken() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 1);
        String head = expect(0, clinic.run("report", "--json"))
                .json()
                .at("/audit/heads/0")
                .asText();
        JsonNode anchored =
                expect(0, clinic.run("report", "--json", "--anchor", head)).json();
        // Those of applications, which wrote nothing: all that they had may be gone.
        assertThat(anchored.at("/audit/withoutAnchor")).hasSize(16);
        assertThat(anchored.at("/audit/withoutAnchor/0").asInt()).isEqualTo(1);
        clinic.execute("ALTER TABLE tegula_audit DISABLE TRIGGER USER");
        clinic.execute("UPDATE tegula_audit SET actor = 'mallory' WHERE seq = 2");
        JsonNode report = expect(3, clinic.run("report", "--json")).json();
        assertThat(report.at("/audit/findings/0/kind").asText()).isEqualTo("edited");
        assertThat(report.toString()).doesNotContain("mallory");
        expect(2, clinic.run("report", "--anchor", "0:1:abc"));
    }
}
