package dev.tegula.cli.report;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.config.ConfigurationFile;
import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Changes;
import dev.tegula.envelope.Purpose;
import dev.tegula.operations.document.Json;
import dev.tegula.operations.reencrypt.RunControl;
import dev.tegula.operations.reencrypt.SweepSettings;
import dev.tegula.operations.rotation.Survey;
import dev.tegula.registry.KeyState;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is taken from a database, by a clock that the test turns. */
@Tag("long")
class TakingTest {

    @TempDir
    Path folder;

    private ClinicDatabase clinic;

    private Report take(Instant now, Limits limits) {
        return take(now, limits, Optional.empty());
    }

    private Report take(Instant now, Limits limits, Optional<ScanTaking> scan) {
        try (OpenDatabase open =
                OpenDatabase.open(ConfigurationFile.read(clinic.file(), Map.of()), "", 2, new Changes())) {
            Survey survey = new Survey(open.tegula(), open.dataSource(), SweepSettings.standard());
            return new Taking(
                            open,
                            InstantSource.fixed(now),
                            filter -> survey.look(filter, Survey.Large.LAST_CENSUS),
                            scan,
                            Optional::empty,
                            List.of(),
                            limits,
                            "1.0.0")
                    .take();
        }
    }

    private Instant activated() {
        return Instant.ofEpochSecond(
                clinic.number("SELECT floor(extract(epoch FROM max(activated_at)))::bigint FROM tegula_key"
                        + " WHERE field = 'patient.ssn'"));
    }

    @Test
    void sameDatabaseAndClock_giveTheSamePageAndDocument() {
        clinic = ClinicDatabase.withPatients(folder, 5).withSecrets("app/prod");
        clinic.execute("INSERT INTO patient VALUES (1000, 'in clear'), (1001, NULL)");
        Instant now = activated().plus(Duration.ofDays(3));
        Report first = take(now, Limits.standard());
        Report second = take(now, Limits.standard());
        assertThat(ReportPage.of(second)).isEqualTo(ReportPage.of(first));
        assertThat(Json.line(ReportDocument.of(second))).isEqualTo(Json.line(ReportDocument.of(first)));
        assertThat(first.about().taken()).isEqualTo(now);
    }

    @Test
    void keyAndSecret_beforeAndAfterTheyAreDue_areSaidToBe() {
        clinic = ClinicDatabase.withPatients(folder, 1).withSecrets("app/prod");
        clinic.edit("  keys:\n", "  keys:\n    max-age: 30d\n");
        expect(0, clinic.pipe("canary", "secrets", "put", "app/prod/short", "--expires", "40d"));
        Instant since = activated();
        Report before = take(since.plus(Duration.ofDays(29)), Limits.standard());
        assertThat(before.groups().shown()).allMatch(group -> group.overdue() == 0);
        assertThat(before.attention()).noneMatch(a -> a.level() == Attention.Level.DUE);
        assertThat(before.secrets().orElseThrow().soon()).isEqualTo(1);
        assertThat(before.needsSomebody()).isFalse();

        Report after = take(since.plus(Duration.ofDays(41)), Limits.standard());
        assertThat(after.keys().shown())
                .filteredOn(key -> key.row().scope().field().value().equals("patient.ssn"))
                .singleElement()
                .satisfies(key ->
                        assertThat(key.overdue().orElseThrow()).isBetween(Duration.ofDays(10), Duration.ofDays(11)));
        assertThat(after.secrets().orElseThrow().expired()).isEqualTo(1);
        assertThat(after.attention())
                .extracting(Attention::cure)
                .contains("tegula rotate patient.ssn", "tegula rotate tegula.secret --all-tenants");
        assertThat(after.groups().shown())
                .filteredOn(group -> group.purpose() == Purpose.REGISTRY)
                .allMatch(group -> group.overdue() == 0);
        assertThat(after.attention())
                .filteredOn(a -> a.level() == Attention.Level.DUE)
                .extracting(Attention::text)
                .anyMatch(text -> text.contains("in use for longer than 30d"))
                .anyMatch(text -> text.equals("1 secret expired."));
        assertThat(after.needsSomebody()).isTrue();
        assertThat(new String(ReportPage.of(after), StandardCharsets.UTF_8))
                .contains("since " + Times.day(since.plus(Duration.ofDays(30))));
    }

    /** What is said of all is of all, and not of what is shown. */
    @Test
    void dueKeys_areCountedBeyondWhatIsShown() {
        clinic = ClinicDatabase.withPatients(folder, 1);
        clinic.edit("  keys:\n", "  keys:\n    max-age: 30d\n");
        for (int i = 0; i < 3; i++) {
            expect(0, clinic.run("keys", "create", "patient.tel" + i, "--activate"));
        }
        Report report = take(activated().plus(Duration.ofDays(40)), new Limits(1, 1, 1, 1, 1, 1));
        assertThat(report.groups().shown()).hasSize(1);
        assertThat(report.overdue()).isEqualTo(4);
        assertThat(ReportText.of(report).lines(200)).anyMatch(line -> line.contains("4 in use for longer than 30d"));
        assertThat(Json.line(ReportDocument.of(report))).contains("\"keysDue\":4");
    }

    @Test
    void moreTablesThanAreLookedThrough_areSaidToBeLeft() {
        clinic = ClinicDatabase.withPatients(folder, 1);
        for (String table : List.of("guest", "visitor")) {
            clinic.execute("CREATE TABLE " + table + " (id int4 PRIMARY KEY, email text, phone text)");
        }
        RunControl running = new RunControl();
        ScanFacts some = take(
                        activated(), Limits.standard(), Optional.of(new ScanTaking(10, 1, 1, running, (t, d, n) -> {})))
                .scan()
                .orElseThrow();
        assertThat(some.tables()).isEqualTo(1);
        assertThat(some.all()).isEqualTo(3);
        assertThat(some.listed().leftOut()).isEqualTo(1);
        Report report =
                take(activated(), Limits.standard(), Optional.of(new ScanTaking(10, 3, 1, running, (t, d, n) -> {})));
        assertThat(report.scan().orElseThrow().complete()).isTrue();
        assertThat(report.attention()).anyMatch(a -> a.text().startsWith("4 columns outside the catalogue"));
        running.stop();
        Report stopped =
                take(activated(), Limits.standard(), Optional.of(new ScanTaking(10, 3, 1, running, (t, d, n) -> {})));
        assertThat(stopped.scan().orElseThrow().complete()).isFalse();
        assertThat(stopped.attention())
                .extracting(Attention::text)
                .contains("1 of 3 tables were looked through for undeclared values.");
    }

    @Test
    void longLists_areCutToTheWorst_andSayHowMuchIsLeftOut() {
        clinic = ClinicDatabase.withPatients(folder, 2);
        for (int i = 0; i < 4; i++) {
            expect(0, clinic.run("keys", "create", "patient.tel" + i, "--activate"));
        }
        expect(0, clinic.run("keys", "create", "patient.tel3"));
        Report report = take(activated(), new Limits(1, 2, 2, 1, 3, 1));
        assertThat(report.keys().shown()).hasSize(2).anyMatch(key -> key.row().state() == KeyState.PENDING);
        assertThat(report.keys().all()).isEqualTo(clinic.number("SELECT count(*) FROM tegula_key"));
        assertThat(report.groups().leftOut()).isEqualTo(4);
        assertThat(report.trail().orElseThrow().last()).hasSize(3);
        assertThat(new String(ReportPage.of(report), StandardCharsets.UTF_8))
                .contains("5 of 7 keys are left out", "4 of 6 fields are left out");
    }
}
