package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.Transcript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Page, table and document of one run, and what stands in the table. */
class ReportOutputsTest {

    @TempDir
    Path folder;

    /** Reads RFC 4180, with the first row for names. */
    private static List<Map<String, String>> rows(String csv) {
        List<List<String>> rows = new ArrayList<>();
        List<String> row = new ArrayList<>();
        StringBuilder cell = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < csv.length(); i++) {
            char c = csv.charAt(i);
            if (quoted) {
                boolean doubled = c == '"' && i + 1 < csv.length() && csv.charAt(i + 1) == '"';
                if (c == '"' && !doubled) {
                    quoted = false;
                } else {
                    cell.append(c);
                    i += doubled ? 1 : 0;
                }
            } else if (c == '"') {
                assertThat(cell).isEmpty();
                quoted = true;
            } else if (c == ',' || c == '\r') {
                row.add(cell.toString());
                cell.setLength(0);
                if (c == '\r') {
                    assertThat(csv.charAt(++i)).isEqualTo('\n');
                    rows.add(row);
                    row = new ArrayList<>();
                }
            } else {
                cell.append(c);
            }
        }
        assertThat(row).isEmpty();
        List<String> header = rows.get(0);
        return rows.stream()
                .skip(1)
                .map(cells -> {
                    assertThat(cells).hasSameSizeAs(header);
                    Map<String, String> named = new HashMap<>();
                    for (int i = 0; i < header.size(); i++) {
                        named.put(header.get(i), cells.get(i));
                    }
                    return named;
                })
                .toList();
    }

    private static List<Map<String, String>> of(List<Map<String, String>> rows, String part) {
        return rows.stream().filter(row -> row.get("part").equals(part)).toList();
    }

    private static Stream<JsonNode> list(JsonNode nodes) {
        return StreamSupport.stream(nodes.spliterator(), false);
    }

    private ClinicDatabase clinic() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 3).withSecrets("app/prod");
        clinic.edit("  keys:\n", "  keys:\n    max-age: 365d\n");
        expect(0, clinic.pipe("canary", "secrets", "put", "app/prod/key", "--expires", "10d"));
        expect(0, clinic.run("keys", "create", "guest.name", "--tenant", "=HYPERLINK(1)"));
        clinic.execute("INSERT INTO patient VALUES (1001, 'in clear'), (1002, NULL)");
        clinic.execute("CREATE TABLE guest (id int4 PRIMARY KEY, email text)");
        return clinic;
    }

    @Test
    void pageTableAndDocument_areOfOneRun_andTellTheSame() throws IOException {
        ClinicDatabase clinic = clinic();
        Path page = folder.resolve("report.html");
        Path table = folder.resolve("report.csv");
        JsonNode report = expect(3, clinic.run("report", "--json", "--out", page.toString(), "--csv", table.toString()))
                .json();
        assertThat(report.path("file").asText()).isEqualTo(page.toString());
        assertThat(report.path("table").asText()).isEqualTo(table.toString());
        assertThat(Files.readString(page))
                .startsWith("<!DOCTYPE html>")
                .contains(report.path("taken").asText());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(table)))
                .isEqualTo("rw-------");
        List<Map<String, String>> rows = rows(Files.readString(table));
        assertThat(rows).allSatisfy(row -> {
            assertThat(row.get("taken")).isEqualTo(report.path("taken").asText());
            assertThat(row.get("deployment"))
                    .isEqualTo(report.path("deployment").asText());
        });
        Map<String, String> column = of(rows, "column").get(0);
        assertThat(column)
                .containsEntry("name", "public.patient.ssn")
                .containsEntry("values", "4")
                .containsEntry("active", "3")
                .containsEntry("not_encrypted", "1")
                .containsEntry("nulls", "1")
                .containsEntry("state", "no-check")
                .containsEntry("counted", "snapshot");
        assertThat(of(rows, "key"))
                .extracting(row -> row.get("name"))
                .containsExactlyElementsOf(list(report.at("/keys/list"))
                        .map(key -> key.path("keyId").asText())
                        .toList());
        assertThat(of(rows, "field")).hasSize(report.at("/keysByField/all").asInt());
        assertThat(of(rows, "attention")).hasSize(report.path("attention").size());
        assertThat(of(rows, "check")).hasSize(report.at("/checks/checks").size());
        assertThat(of(rows, "entry")).hasSize(report.at("/audit/last").size());
        assertThat(of(rows, "unknown")).hasSize(report.path("unknown").size());
        assertThat(of(rows, "secret")).singleElement().satisfies(row -> assertThat(row)
                .containsEntry("name", "app/prod/key")
                .containsEntry(
                        "due", report.at("/secrets/secrets/list/0/expires").asText()));
        assertThat(of(rows, "scan")).singleElement().satisfies(row -> assertThat(row)
                .containsEntry("name", "public.guest.email")
                .containsEntry("state", "personal-data"));
        assertThat(of(rows, "kek")).hasSize(1);
        assertThat(of(rows, "chain")).hasSize(1);
        assertThat(of(rows, "left-out")).isEmpty();
    }

    @Test
    void tableOnStdout_isNothingElse_andNamesThatLookLikeFormulasAreText() {
        ClinicDatabase clinic = clinic();
        Transcript run = expect(3, clinic.run("report", "--csv", "--no-checks"));
        assertThat(run.out()).startsWith("taken,deployment,database,part,name,").endsWith("\r\n");
        assertThat(of(rows(run.out()), "key"))
                .extracting(row -> row.get("tenant"))
                .contains("'=HYPERLINK(1)");
        assertThat(run.out()).doesNotContain("canary", ",=", "\r\n=");
    }

    @Test
    void outputs_thatCannotBeMade_areRefusedBeforeAnythingIsCounted() throws IOException {
        ClinicDatabase clinic = clinic();
        Path page = folder.resolve("report.html");
        assertThat(expect(2, clinic.run("report", "--json", "--csv")).all()).contains("both write to stdout");
        assertThat(expect(2, clinic.run("report", "--out", page.toString(), "--csv", page.toString()))
                        .err())
                .contains("the same file");
        for (String option : List.of("--out", "--csv")) {
            Path longest = folder.resolve("r".repeat(240));
            assertThat(expect(7, clinic.run("report", option, longest.toString()))
                            .err())
                    .contains("File name too long", "Name another one")
                    .doesNotContain("Checking");
            assertThat(expect(8, clinic.run("report", option, clinic.file().toString()))
                            .err())
                    .contains("exists already")
                    .doesNotContain("Checking");
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .noneMatch(name -> name.contains("report") || name.contains("rrr") || name.endsWith(".tmp"));
        }
    }
}
