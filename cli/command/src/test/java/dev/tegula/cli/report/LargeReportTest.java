package dev.tegula.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.config.ConfigurationFile;
import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Changes;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.operations.document.Json;
import dev.tegula.operations.reencrypt.SweepSettings;
import dev.tegula.operations.rotation.Survey;
import dev.tegula.value.ValueType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A report of many fields with many tenants: of a size that can be read, and with the same numbers as the database. */
@Tag("long")
class LargeReportTest {

    private static final int COLUMNS_OF_A_TABLE = 50;
    private static final int ROWS = 40;

    @TempDir
    Path folder;

    @Test
    void someFieldsAndTenants_areCountedAndCut() {
        look(60, 5, Limits.standard());
    }

    /** 500 fields of 20 tenants each: 10,000 keys. */
    @Tag("long")
    @Test
    void manyFieldsAndTenants_areCountedAndCut() {
        look(500, 20, Limits.standard());
    }

    private void look(int fields, int tenants, Limits limits) {
        ClinicDatabase clinic = ClinicDatabase.initialised(folder);
        try (OpenDatabase open =
                OpenDatabase.open(ConfigurationFile.read(clinic.file(), Map.of()), "", 2, new Changes())) {
            List<Scope> scopes = new ArrayList<>();
            List<EncryptedColumn> columns = new ArrayList<>();
            for (int field = 0; field < fields; field++) {
                FieldId id = FieldId.of("area" + field / COLUMNS_OF_A_TABLE + ".field" + field);
                for (int tenant = 0; tenant < tenants; tenant++) {
                    scopes.add(Scope.data(id, TenantId.of("tenant " + tenant)));
                }
                columns.add(
                        EncryptedColumn.of(id.value(), "public." + table(field) + ".c" + field, ValueType.STRING, "id")
                                .withTenant("tenant"));
            }
            for (int from = 0; from < scopes.size(); from += 500) {
                open.lifecycle()
                        .provideAll(scopes.subList(from, Math.min(scopes.size(), from + 500)), scope -> "main")
                        .forEach(result -> assertThat(result.failure()).isNull());
            }
            tables(clinic, fields, tenants);
            open.catalogue().publish(columns);

            Survey survey = new Survey(open.tegula(), open.dataSource(), SweepSettings.standard());
            Report report = new Taking(
                            open,
                            open.tegula().registry().clock(),
                            filter -> survey.look(filter, Survey.Large.LAST_CENSUS),
                            Optional.empty(),
                            Optional::empty,
                            List.of(),
                            limits,
                            "1.0.0")
                    .take();

            assertThat(report.keys().all()).isEqualTo(clinic.number("SELECT count(*) FROM tegula_key"));
            assertThat(report.keys().shown()).hasSize(limits.keys());
            assertThat(report.columns().orElseThrow().shown()).hasSize(fields);
            long active = report.columns().orElseThrow().shown().stream()
                    .mapToLong(column -> column.counts().orElseThrow().active())
                    .sum();
            assertThat(active).isEqualTo((long) fields * ROWS);
            report.keys().shown().stream().limit(20).forEach(key -> {
                String field = key.row().scope().field().value();
                if (field.startsWith("area")) {
                    int number = Integer.parseInt(field.replaceFirst(".*field", ""));
                    assertThat(key.values())
                            .isEqualTo(clinic.number("SELECT count(*) FROM " + table(number) + " WHERE substring(c"
                                    + number + " from 3 for 32) = decode('"
                                    + key.row().keyId().hex() + "', 'hex')"));
                }
            });
            byte[] page = ReportPage.of(report);
            String document = Json.line(ReportDocument.of(report));
            assertThat(page.length).isLessThan(2 << 20);
            assertThat(document.length()).isLessThan(1 << 20);
            assertThat(new String(page, StandardCharsets.UTF_8)).contains(" keys are left out");
        }
    }

    private static String table(int field) {
        return "t" + field / COLUMNS_OF_A_TABLE;
    }

    /** Rows as applications leave them, as far as a census looks: suite, mode and key id. */
    private static void tables(ClinicDatabase clinic, int fields, int tenants) {
        for (int first = 0; first < fields; first += COLUMNS_OF_A_TABLE) {
            List<Integer> here = IntStream.range(first, Math.min(fields, first + COLUMNS_OF_A_TABLE))
                    .boxed()
                    .toList();
            clinic.execute("CREATE TABLE " + table(first) + " (id int4 PRIMARY KEY, tenant text, "
                    + here.stream().map(field -> "c" + field + " bytea").collect(Collectors.joining(", ")) + ")");
            clinic.execute("INSERT INTO " + table(first) + " SELECT n, 'tenant ' || n % " + tenants + ", "
                    + here.stream()
                            .map(field ->
                                    "(SELECT '\\x0100'::bytea || key_id || decode(repeat('00', 41), 'hex') FROM tegula_key"
                                            + " WHERE field = 'area" + field / COLUMNS_OF_A_TABLE + ".field" + field
                                            + "' AND tenant = '\\x01'::bytea || convert_to('tenant ' || n % " + tenants
                                            + ", 'UTF8'))")
                            .collect(Collectors.joining(", "))
                    + " FROM generate_series(1, " + ROWS + ") n");
        }
    }
}
