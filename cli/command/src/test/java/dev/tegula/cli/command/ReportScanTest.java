package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tegula.cli.ClinicDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a report says of values outside of the catalogue. */
class ReportScanTest {

    @TempDir
    Path folder;

    private ClinicDatabase clinic() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 3);
        clinic.execute("CREATE TABLE guest (id int4 PRIMARY KEY, mail text, copy bytea)");
        return clinic;
    }

    @Test
    void undeclaredEnvelopes_areWrong_andCleartextIsANote_withoutAnyValue() throws Exception {
        ClinicDatabase clinic = clinic();
        clinic.execute(
                "INSERT INTO guest SELECT n, 'canary' || n || '@example.org', NULL FROM generate_series(1, 4) n");
        JsonNode guessed = expect(0, clinic.run("report", "--json")).json();
        assertThat(guessed.at("/scan/findings/list")).singleElement().satisfies(finding -> {
            assertThat(finding.path("kind").asText()).isEqualTo("personal-data");
            assertThat(finding.path("hits").asLong()).isEqualTo(4);
        });
        assertThat(guessed.path("attention").findValuesAsText("message"))
                .anyMatch(
                        text -> text.contains("1 column outside the catalogue") && text.contains("public.guest.mail"));

        clinic.execute("UPDATE guest SET copy = ssn FROM patient WHERE patient.id = guest.id");
        Path page = folder.resolve("report.html");
        JsonNode found = expect(3, clinic.run("report", "--json", "--out", page.toString()))
                .json();
        assertThat(found.at("/attention/0/level").asText()).isEqualTo("wrong");
        assertThat(found.at("/attention/0/message").asText())
                .isEqualTo("1 column with envelopes that no catalogue has, so that no rotation moves them:"
                        + " public.guest.copy.");
        expect(3, clinic.run(found.at("/attention/0/cure").asText().replace("tegula ", "")));
        assertThat(Files.readString(page))
                .contains(
                        "Outside the catalogue",
                        "public.guest.copy",
                        "e-mail address",
                        "Not looked for: names in other languages")
                .doesNotContain("canary");
        assertThat(found.toString()).doesNotContain("canary");
        assertThat(found.path("complete").asBoolean()).isTrue();
    }

    /** Values in clear in a declared column are counted by the census, and told once. */
    @Test
    void whatTheCensusCounts_isNotToldAgain() {
        ClinicDatabase clinic = clinic();
        clinic.execute("INSERT INTO patient VALUES (1001, 'in clear')");
        clinic.execute(
                "INSERT INTO patient SELECT 1004, overlay(ssn PLACING sha256('x') FROM 3 FOR 32) FROM patient WHERE id = 1");
        JsonNode report = expect(3, clinic.run("report", "--json")).json();
        assertThat(report.at("/scan/findings/all").asInt()).isZero();
        assertThat(report.at("/columns/list/0/notEncrypted").asInt()).isEqualTo(1);
        assertThat(report.at("/checks/checks").findValuesAsText("cure"))
                .contains("tegula verify patient.ssn")
                .noneMatch(cure -> cure.contains("FIELD"));
    }

    @Test
    void table_thatCannotBeRead_isSaidToBeMissing_andCanBeLeftOut() {
        ClinicDatabase clinic = clinic();
        String login = clinic.name() + "_auditor";
        clinic.execute("CREATE ROLE " + login + " LOGIN");
        clinic.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO " + login);
        clinic.execute("REVOKE SELECT ON guest FROM " + login);
        clinic.edit("username: \"postgres\"", "username: \"" + login + "\"");
        JsonNode report =
                expect(3, clinic.run("report", "--json", "--no-checks")).json();
        assertThat(report.path("complete").asBoolean()).isFalse();
        assertThat(report.at("/scan/unreadable/0/table").asText()).isEqualTo("public.guest");
        assertThat(report.path("unknown").toString())
                .contains("Not looked at. Undeclared values in public.guest (no right to read");
        JsonNode without = expect(0, clinic.run("report", "--json", "--no-checks", "--no-scan"))
                .json();
        assertThat(without.has("scan")).isFalse();
        assertThat(without.path("unknown").toString()).contains("they were left out. `tegula scan` looks");
    }
}
