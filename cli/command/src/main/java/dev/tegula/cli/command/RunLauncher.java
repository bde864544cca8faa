package dev.tegula.cli.command;

import dev.tegula.cli.exchange.VariableName;
import dev.tegula.failure.ConfigurationException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The script that started this process and becomes the command. It takes assignments from a pipe, and holds files that have no
 * name any more, in memory; anything else at those descriptors is not written to, no matter who started this.
 */
final class RunLauncher {

    /** What the script says: {@code run}, the descriptors of the files, and whether its shell hands on whatever it was given. */
    private static final Pattern SAID = Pattern.compile("run([4-8]*)(b?)");

    private static final Path PIPE = Path.of("/dev/fd/3");
    private static final int TYPE = 0170000;
    private static final int TYPE_PIPE = 0010000;
    private static final int TYPE_REGULAR = 0100000;

    private final Deque<Integer> files = new ArrayDeque<>();

    private final boolean handsOnAll;

    private RunLauncher(String descriptors, boolean handsOnAll) {
        this.handsOnAll = handsOnAll;
        descriptors.chars().forEach(each -> files.add(Character.digit(each, 10)));
    }

    /**
     * The launcher of this process.
     *
     * @throws ConfigurationException if there is none, or not with a pipe
     */
    static RunLauncher require() {
        Matcher said = SAID.matcher(System.getProperty("tegula.launcher", ""));
        if (!said.matches() || !is(PIPE, TYPE_PIPE)) {
            throw new ConfigurationException(
                    "`run` ends in the command itself, which takes the launcher: start it as `tegula run"
                            + " … -- COMMAND` (the script `tegula`, run before every other word), not by `java -jar`, and leave"
                            + " TEGULA_RUN unset.");
        }
        return new RunLauncher(said.group(1), !said.group(2).isEmpty());
    }

    /**
     * Names that the launcher was given and its shell does not hand on, since it cannot set them: this process was started by the
     * same shell, and has what the command would have. Empty where nothing tells what the launcher was given.
     */
    SortedSet<String> lost() {
        SortedSet<String> lost = new TreeSet<>();
        if (handsOnAll) {
            return lost;
        }
        long launcher = ProcessHandle.current().parent().map(ProcessHandle::pid).orElse(0L);
        try {
            String given = Files.readString(Path.of("/proc/" + launcher + "/environ"), StandardCharsets.ISO_8859_1);
            for (String each : given.split("\0", -1)) {
                int equals = each.indexOf('=');
                // Functions that Bash exported are of no use where the shell is another one.
                if (equals > 0 && !each.startsWith("BASH_FUNC_")) {
                    lost.add(each.substring(0, equals));
                }
            }
        } catch (IOException notTold) {
            return lost;
        }
        lost.removeAll(System.getenv().keySet());
        lost.removeIf(VariableName::valid);
        return lost;
    }

    /**
     * Hands the bytes over in a file of the launcher's, and tells its path for the command.
     *
     * @throws ConfigurationException if the launcher holds no more
     */
    String file(byte[] content) throws IOException {
        Integer descriptor = files.poll();
        Path path = Path.of("/dev/fd/" + descriptor);
        if (descriptor == null
                || !is(path, TYPE_REGULAR)
                || !Files.getAttribute(path, "unix:nlink").equals(0)) {
            throw new ConfigurationException(
                    "The launcher holds no file for NAME=@SECRET. Say it as --env NAME=@SECRET, once for"
                            + " each file.");
        }
        try (OutputStream out = new FileOutputStream(path.toFile())) {
            out.write(content);
        }
        return path.toString();
    }

    /** Hands the variables over, after which the command is started. */
    void start(Map<String, String> variables) throws IOException {
        List<String> lines = new ArrayList<>();
        variables.forEach((name, value) -> {
            lines.add("tegula_word='" + value.replace("'", "'\\''") + "'");
            lines.add("export " + name + "=\"$tegula_word\"");
            // A shell does not say so where a variable is its own, such as GROUPS of Bash.
            lines.add("[ \"$" + name + "\" = \"$tegula_word\" ] || tegula_lost=\"$tegula_lost " + name + "\"");
        });
        lines.add("tegula_start=yes");
        try (OutputStream out = new FileOutputStream(PIPE.toFile())) {
            out.write(String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
        }
    }

    private static boolean is(Path path, int type) {
        try {
            return ((Integer) Files.getAttribute(path, "unix:mode") & TYPE) == type;
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException notThere) {
            return false;
        }
    }
}
