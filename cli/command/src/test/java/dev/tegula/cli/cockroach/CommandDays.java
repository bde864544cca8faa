package dev.tegula.cli.cockroach;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.TenantClinic;
import dev.tegula.cli.Transcript;
import dev.tegula.cli.command.CommandTree;
import dev.tegula.cli.output.Console;
import dev.tegula.cli.output.Terminal;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.Writer;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A database of its own for each test, and the account of which commands ran in them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
abstract class CommandDays {

    /** Commands that send nothing, with what they are given here, where that is looked at. */
    private static final Map<String, List<String>> SEND_NOTHING = new LinkedHashMap<>();

    static {
        SEND_NOTHING.put("schema print", List.of());
        SEND_NOTHING.put("schema grants", List.of("--app", "app", "--operator", "operator"));
        SEND_NOTHING.put("config show", List.of());
        SEND_NOTHING.put("completion", List.of());
    }

    /** Commands that do not run here, and why. */
    private static final Map<String, String> ELSEWHERE =
            Map.of("demo", "it starts a PostgreSQL of its own, and takes no other database");

    private static final Set<String> ALL = commands();

    private final Set<String> ran = new TreeSet<>();
    private final Set<String> tests = new HashSet<>();

    @TempDir
    Path folder;

    ClinicDatabase clinic;

    /** An empty database of its own. */
    abstract ClinicDatabase empty(Path at) throws SQLException;

    /** Whether the database is a CockroachDB, or says that it is one. */
    abstract boolean cockroach();

    /** How many statements were seen in this test; where nobody looks, always the same. */
    int sent() {
        return 0;
    }

    @BeforeEach
    void initialise() throws SQLException {
        clinic = empty(folder);
        expect(0, clinic.init());
        ran.add("init");
    }

    @AfterEach
    void ended(TestInfo test) {
        tests.add(test.getTestMethod().orElseThrow().getName());
    }

    private static Set<String> commands() {
        Console nobody = new Console(
                new StringReader(""),
                new PrintWriter(Writer.nullWriter()),
                new PrintWriter(Writer.nullWriter()),
                Terminal.none());
        Set<String> names = new TreeSet<>();
        leaves(CommandTree.of(nobody, Map.of()), names);
        return names;
    }

    private static void leaves(CommandLine command, Set<String> names) {
        if (command.getSubcommands().isEmpty()) {
            names.add(command.getCommandSpec().qualifiedName().replaceFirst("^tegula ", ""));
        }
        command.getSubcommands().values().forEach(inner -> leaves(inner, names));
    }

    private static String command(String... words) {
        for (int length = 1; length <= Math.min(2, words.length); length++) {
            String name = String.join(" ", Arrays.copyOf(words, length));
            if (ALL.contains(name)) {
                return name;
            }
        }
        throw new AssertionError("no command: " + String.join(" ", words));
    }

    /** Runs a command that must end so. */
    final Transcript ends(int exit, String... words) {
        ran.add(command(words));
        return expect(exit, clinic.run(words));
    }

    final Transcript ends(String... words) {
        return ends(0, words);
    }

    /** Says that a test runs these in another way. */
    final void runs(String... words) {
        ran.add(command(words));
    }

    final String at(String file) {
        return folder.resolve(file).toString();
    }

    /** Leases that nobody waits for, and nothing that has to be outlived. */
    final void shortLeases() {
        TenantClinic.keys(clinic, TenantClinic.BRIEF);
    }

    /** A table of encrypted values, {@code canary-<number>}. */
    final void patients(int count) {
        ends("keys", "create", "patient.ssn", "--activate");
        clinic.execute("CREATE TABLE patient (id int4 PRIMARY KEY, ssn bytea)");
        clinic.publish("patient.ssn");
        clinic.admit(1, count);
    }

    /** A new command stands in one of the tests or in one of the lists. */
    @Test
    @Order(Integer.MAX_VALUE)
    void commands_allRanOrSendNothing() {
        Set<String> others = new HashSet<>();
        for (Class<?> type = getClass(); type != null; type = type.getSuperclass()) {
            Arrays.stream(type.getDeclaredMethods())
                    .filter(method ->
                            method.isAnnotationPresent(Test.class) && !method.isAnnotationPresent(Order.class))
                    .forEach(method -> others.add(method.getName()));
        }
        assumeTrue(tests.containsAll(others), "only some of the tests ran");
        int before = sent();
        expect(0, Transcript.of("help"));
        runs("help");
        SEND_NOTHING.forEach((command, rest) -> {
            String[] words = (command + " " + String.join(" ", rest)).strip().split(" ");
            ends(words);
            assertThat(sent()).as(command).isEqualTo(before);
        });
        Set<String> accounted = new TreeSet<>(ran);
        accounted.addAll(ELSEWHERE.keySet());

        assertThat(accounted).isEqualTo(ALL);
        assertThat(ran).doesNotContainAnyElementsOf(ELSEWHERE.keySet());
    }
}
