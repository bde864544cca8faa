package dev.tegula.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.Transcript;
import dev.tegula.cli.config.ConfigurationFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** In every command of the tree: what can be no name is usage, a name of nothing is configuration and says what was meant. */
@Tag("long")
class UnknownNamesTest {

    /** A new field begins with its first key. */
    private static final Set<String> NEW_FIELDS = Set.of("tegula fields add", "tegula keys create");

    /** They read no configuration, so a database has no meaning for them. */
    private static final Set<String> WITHOUT_CONFIGURATION = Set.of(
            "tegula demo",
            "tegula inspect",
            "tegula completion",
            "tegula schema print",
            "tegula schema grants",
            "tegula help");

    private static final Map<String, String> OTHERS =
            Map.of("JOB", "00000000-0000-0000-0000-000000000000", "COLUMN", "a.b.c");

    @TempDir
    Path folder;

    @Test
    void field_thatIsUnknown_exits7AndSaysWhichWasMeant() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 1);
        Set<String> tried = new TreeSet<>();
        for (CommandSpec spec : commands()) {
            if (takesField(spec) && !NEW_FIELDS.contains(spec.qualifiedName())) {
                tried.add(spec.qualifiedName());
                requireUnknown(clinic, line(spec, "patient.snn"), "field", "patient.ssn");
            }
        }
        assertThat(tried).hasSizeGreaterThanOrEqualTo(13);
    }

    @Test
    void field_oneOfSeveralThatIsUnknown_isNamed() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 1);
        for (CommandSpec spec : commands()) {
            if (spec.positionalParameters().stream()
                    .anyMatch(p -> p.paramLabel().equals("FIELD") && p.arity().max() > 1)) {
                List<String> line = line(spec, "patient.ssn");
                line.add("patient.snn");
                requireUnknown(clinic, line, "field", "patient.ssn");
            }
        }
    }

    @Test
    void field_thatCanBeNone_exits2() {
        ClinicDatabase clinic = ClinicDatabase.initialised(folder);
        for (CommandSpec spec : commands()) {
            if (takesField(spec)) {
                for (String text : List.of("Patient SSN", "", "a/b")) {
                    Transcript run = clinic.run(line(spec, text).toArray(String[]::new));
                    assertThat(run.exit()).as(spec.qualifiedName() + run.all()).isEqualTo(2);
                }
            }
        }
    }

    @Test
    void kek_thatIsUnknown_exits7AndSaysWhichWasMeant() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 1);
        int tried = 0;
        for (CommandSpec spec : commands()) {
            for (OptionSpec option : spec.options()) {
                if (option.paramLabel().equals("ALIAS")) {
                    tried++;
                    List<String> line = line(spec, "patient.ssn");
                    line.removeIf(word -> word.startsWith(option.longestName() + "="));
                    line.add(option.longestName() + "=mian");
                    requireUnknown(clinic, line, "KEK", "main");
                }
            }
        }
        assertThat(tried).isEqualTo(4);
    }

    @Test
    void database_thatIsUnknown_exits7AndSaysWhichWasMeant() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 1);
        String name =
                ConfigurationFile.read(clinic.file(), Map.of()).database("").name();
        for (CommandSpec spec : commands()) {
            // They read their file first; the last looks for its launcher, and there is none here.
            boolean otherFirst = Set.of("tegula fields import", "tegula secrets import", "tegula run")
                    .contains(spec.qualifiedName());
            if (!otherFirst && !WITHOUT_CONFIGURATION.contains(spec.qualifiedName())) {
                List<String> line = line(spec, "patient.ssn");
                line.add("--db=" + name + "x");
                requireUnknown(clinic, line, "database", name);
            }
        }
    }

    @Test
    void job_thatIsUnknown_exits7AndSaysWhichWasMeantBeforeAnythingIsAsked() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 1);
        String open = "00000000-0000-4000-8000-000000000001";
        clinic.execute("INSERT INTO tegula_job (id, schema_name, table_name, key_columns, state, total) VALUES ('"
                + open + "', 'public', 'patient', '{id}', 'OPEN', 3)");
        for (CommandSpec spec : commands()) {
            if (spec.positionalParameters().stream()
                    .anyMatch(parameter -> parameter.paramLabel().equals("JOB"))) {
                for (String end : List.of("", "--dry-run", "--yes")) {
                    List<String> line = line(spec, "patient.ssn");
                    if (spec.findOption(end) != null) {
                        line.add(end);
                    }
                    requireUnknown(clinic, line, "job", open);
                }
            }
        }
        clinic.execute("DELETE FROM tegula_job");
        Transcript none = clinic.run("jobs", "cancel", open, "--yes");
        assertThat(none.exit()).as(none.all()).isEqualTo(7);
        assertThat(none.all()).contains("Unknown job `" + open + "`").doesNotContain("Did you mean");
    }

    @Test
    void keyVersion_thatIsUnknown_exits7InEveryCommand() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 1);
        for (CommandSpec spec : commands()) {
            if (spec.findOption("--version") != null && takesField(spec)) {
                List<String> line = line(spec, "patient.ssn");
                line.add("--version=9");
                line.remove("--version=1");
                Transcript run = clinic.run(line.toArray(String[]::new));
                assertThat(run.exit()).as(spec.qualifiedName() + run.all()).isEqualTo(7);
                assertThat(run.err()).contains("Unknown key version v9").contains("v1");
            }
        }
    }

    @Test
    void text_thatIsEmpty_exits2InEveryCommand() {
        for (CommandSpec spec : commands()) {
            for (OptionSpec option : spec.options()) {
                if (option.type() == String.class || option.type() == Path.class) {
                    List<String> line = line(spec, "patient.ssn");
                    line.removeIf(word -> word.startsWith(option.longestName() + "="));
                    line.add(option.longestName() + "=");
                    Transcript run = Transcript.of(line.toArray(String[]::new));
                    assertThat(run.exit()).as(line + run.all()).isEqualTo(2);
                    assertThat(run.err()).as(line.toString()).contains(option.longestName());
                }
            }
        }
    }

    private static void requireUnknown(ClinicDatabase clinic, List<String> line, String kind, String meant) {
        Transcript run = clinic.run(line.toArray(String[]::new));
        assertThat(run.exit()).as(line + "\n" + run.all()).isEqualTo(7);
        assertThat(run.all())
                .as(line.toString())
                .contains("Unknown " + kind + " `")
                .contains("Did you mean `" + meant);
    }

    private static boolean takesField(CommandSpec spec) {
        return spec.positionalParameters().stream()
                .anyMatch(parameter -> parameter.paramLabel().equals("FIELD"));
    }

    /** The words of a command with everything that it requires. */
    private static List<String> line(CommandSpec spec, String field) {
        List<String> line = new ArrayList<>(List.of(spec.qualifiedName().split(" ", -1)));
        line.remove(0);
        for (PositionalParamSpec parameter : spec.positionalParameters()) {
            line.add(parameter.paramLabel().equals("FIELD") ? field : OTHERS.getOrDefault(parameter.paramLabel(), "x"));
        }
        if (spec.qualifiedName().equals("tegula shred")) {
            line.add("--tenant=1"); // or --verify
        }
        for (OptionSpec option : spec.options()) {
            if (option.required()) {
                line.add(option.longestName() + "="
                        + (option.type().isEnum()
                                ? option.type().getEnumConstants()[0]
                                : option.type() == Duration.class ? "1h" : "1"));
            }
        }
        return line;
    }

    private static List<CommandSpec> commands() {
        return all(Manual.commands());
    }

    private static List<CommandSpec> all(CommandLine command) {
        List<CommandSpec> all = new ArrayList<>();
        command.getSubcommands().values().forEach(inner -> {
            if (inner.getSubcommands().isEmpty()) {
                all.add(inner.getCommandSpec());
            }
            all.addAll(all(inner));
        });
        return all;
    }
}
