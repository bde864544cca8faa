package dev.tegula.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.Transcript;
import dev.tegula.cli.output.Terminal;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names with escape sequences and line breaks, everywhere where the database, a file or the environment can have one. */
@Tag("long")
class HostileNamesTest {

    private static final String HOSTILE = "x\u001b[2J\u009b31m\u202e\nall is well\r";
    /** What a rotation says when it begins to wait for an instance. */
    private static final Pattern WAIT = Pattern.compile("at\\s+most,\\s+for\\s");

    private static final String[][] COMMANDS = {
        {"doctor"},
        {"status"},
        {"rotate", "patient.ssn", "--dry-run"},
        {"rotate", "patient.ssn", "--yes"},
        {"verify", "patient.ssn"},
        {"reencrypt", "patient.ssn", "--yes"},
        {"keys", "list"},
        {"keys", "list", HOSTILE},
        {"keys", "list", "--kek=" + HOSTILE},
        {"keys", "retire", "patient.ssn", "--version=1", "--tenant=" + HOSTILE},
        {"keys", "destroy", "patient.ssn", "--version=1", "--yes"},
        {"keys", "import", HOSTILE, "--yes"},
        {"fields", "list"},
        {"schema", "checks"},
        {"schema", "grants", "--app=" + HOSTILE, "--operator=b"},
        {"config", "show"},
        {"status", "--db=" + HOSTILE},
        {HOSTILE}
    };

    @TempDir
    Path folder;

    private int waits;

    @Test
    void everyCommand_printsThemEscaped() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 3);
        clinic.execute("INSERT INTO tegula_instance VALUES (gen_random_uuid(), " + sql(HOSTILE) + ", 1, now())");
        String odd = sql(HOSTILE).replace("U&'", "U&\"").replace("'", "\"");
        clinic.execute("CREATE TABLE " + odd + " (" + odd + " int4 PRIMARY KEY, ssn bytea)");
        clinic.publish("patient.ssn", HOSTILE, HOSTILE, HOSTILE);
        clinic.edit("username: \"postgres\"", "username: \"${WHO:postgres}\"");
        Terminal narrow = new Terminal(false, true, false, false, 40);
        for (int i = 0; i < COMMANDS.length; i++) {
            boolean json = i % 2 == 1;
            check(run(clinic, Map.of(), Terminal.none(), !json, COMMANDS[i]), COMMANDS[i]);
            check(run(clinic, Map.of(), narrow, json, COMMANDS[i]), COMMANDS[i]);
        }
        assertThat(waits).as("rotations that waited for the instance").isEqualTo(2);
        clinic.execute("UPDATE tegula_field SET origin = origin || " + sql(HOSTILE));
        check(run(clinic, Map.of(), Terminal.none(), false, "doctor"), "unsealed");
        check(run(clinic, Map.of(), Terminal.none(), false, "rotate", "patient.ssn", "--yes"), "unsealed");
        check(run(clinic, Map.of("WHO", HOSTILE), Terminal.none(), false, "config", "show"), "WHO");
        check(run(clinic, Map.of("WHO", HOSTILE, "TEGULA_DEBUG", "1"), Terminal.none(), false, "status"), "WHO");
    }

    private static void check(Transcript run, String... command) {
        String label = String.join(" ", command);
        assertThat(run.exit()).as(label + run.all()).isNotEqualTo(1);
        assertThat(run.all().codePoints().filter(HostileNamesTest::writesOnTheTerminal))
                .as(label + run.all())
                .isEmpty();
        assertThat(run.all().lines()).as(label).noneMatch(line -> line.startsWith("all is well"));
    }

    private static boolean writesOnTheTerminal(int character) {
        int type = Character.getType(character);
        return character != '\n' && (type == Character.CONTROL || type == Character.FORMAT);
    }

    /**
     * With an instance that is behind and lives. A rotation waits for it; as soon as that was said it was never seen lately, so
     * that no test lives by the three minutes after which it would be given up.
     */
    private Transcript run(
            ClinicDatabase clinic,
            Map<String, String> environment,
            Terminal terminal,
            boolean json,
            String... command) {
        String[] line = java.util.Arrays.copyOf(command, command.length + (json ? 2 : 1));
        line[command.length] = "--config=" + clinic.file();
        if (json) {
            line[command.length + 1] = "--json";
        }
        clinic.execute("UPDATE tegula_instance SET epoch = 1, seen_at = now()");
        boolean[] waiting = {false};
        return Transcript.hearing(
                said -> {
                    if (!waiting[0] && WAIT.matcher(said).find()) {
                        waiting[0] = true;
                        waits++;
                        clinic.execute("UPDATE tegula_instance SET seen_at = now() - interval '1 day'");
                    }
                },
                environment,
                terminal,
                "",
                line);
    }

    /** As a literal that no client can spoil. */
    private static String sql(String text) {
        StringBuilder out = new StringBuilder("U&'");
        text.codePoints().forEach(c -> out.append(String.format("\\%04X", c)));
        return out.append("'").toString();
    }
}
