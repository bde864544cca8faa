package dev.tegula.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Writes down what the commands of one test print, and compares it with the transcript. Tests run one after the other. */
final class Recorder implements BeforeEachCallback, AfterEachCallback {

    private static final Path FOLDER = Path.of(System.getProperty("basedir", "."), "src", "test", "transcripts");
    private static final boolean WRITE = "write".equals(System.getProperty("tegula.transcripts"));

    private static final Pattern INVOCATION = Pattern.compile("test-template-invocation:#(\\d+)");
    /** Where the audit trail ends, which almost every change says: AuditTranscriptsTest has it. */
    private static final Pattern HEAD = Pattern.compile("audit 0:\\d+:|\\{\"schema\":\"tegula/audit-head/1\"");

    /** Whom the audit trail names in every transcript, whoever runs the tests. */
    static final String USER = "alice";

    private static final ObjectMapper JSON = new ObjectMapper();

    private static @Nullable Recorder running;

    private final StringBuilder text = new StringBuilder();
    private final List<ClinicDatabase> databases = new ArrayList<>();
    private final String user = System.getProperty("user.name");

    /** One run of a command. */
    static void note(List<String> arguments, String stdin, Transcript run) {
        if (running != null) {
            running.text
                    .append("$ tegula ")
                    .append(String.join(" ", arguments))
                    .append(stdin.isEmpty() ? "" : "    < " + stdin.strip())
                    .append('\n');
            running.block("", run.out());
            running.block("! ", run.err());
            running.text.append("exit ").append(run.exit()).append("\n\n");
        }
    }

    /** Runs what is no part of the test: the making of what tests copy. */
    static <T> T apart(Supplier<T> work) {
        Recorder paused = running;
        running = null;
        try {
            return work.get();
        } finally {
            running = paused;
        }
    }

    /** A database whose state is told at the end. */
    static void watch(ClinicDatabase database) {
        if (running != null) {
            running.databases.add(database);
        }
    }

    private void block(String mark, String lines) {
        lines.lines()
                .filter(line -> !HEAD.matcher(line).lookingAt())
                .flatMap(line -> line.startsWith("{") ? document(line).lines() : Stream.of(line))
                .forEach(line -> text.append((mark + line).stripTrailing()).append('\n'));
    }

    /** A document over several lines, so that a diff shows what is another in it. */
    private static String document(String line) {
        try {
            return JSON.readTree(line).toPrettyString();
        } catch (JsonProcessingException e) {
            return line;
        }
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        text.setLength(0);
        databases.clear();
        running = this;
        System.setProperty("user.name", USER);
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        running = null;
        System.setProperty("user.name", user);
        if (context.getExecutionException().isPresent()) {
            return;
        }
        for (ClinicDatabase database : databases) {
            text.append("-- ").append(database.folder()).append('\n');
            RecordedState.of(database).forEach(line -> text.append(line).append('\n'));
        }
        String found = RecordedText.constant(text.toString(), databases);
        Path file = FOLDER.resolve(context.getRequiredTestClass().getSimpleName())
                .resolve(context.getRequiredTestMethod().getName() + invocation(context) + ".txt");
        if (WRITE) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, found);
        }
        assertThat(file).as("-Dtegula.transcripts=write writes it").exists();
        assertThat(found).isEqualTo(Files.readString(file));
    }

    /** Which of the arguments of a parameterised test, from 1; nothing for any other test. */
    private static String invocation(ExtensionContext context) {
        Matcher number = INVOCATION.matcher(context.getUniqueId());
        return number.find() ? "-" + number.group(1) : "";
    }
}
