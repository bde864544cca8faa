package dev.tegula.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The JVM of one way, which does a task when it is told and says when it is done. */
final class WayProcess implements AutoCloseable {

    private static final long END_SECONDS = 30;

    private final String name;
    private final Process process;
    private final BufferedWriter tasks;
    private final BufferedReader answers;

    private WayProcess(String name, Process process) {
        this.name = name;
        this.process = process;
        this.tasks = process.outputWriter(US_ASCII);
        this.answers = process.inputReader(US_ASCII);
    }

    /** Starts it, with the class path of this one. */
    static WayProcess start(String name, String url, int rows) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process = new ProcessBuilder(
                        java,
                        "-Xmx1g",
                        "-cp",
                        System.getProperty("java.class.path"),
                        JpaWay.class.getName(),
                        name,
                        url,
                        Integer.toString(rows))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        return new WayProcess(name, process);
    }

    String name() {
        return name;
    }

    /** Does a task and waits for its end. */
    void run(String task) throws IOException {
        tasks.write(task);
        tasks.newLine();
        tasks.flush();
        String answer;
        do {
            // The log of its libraries may come before.
            answer = answers.readLine();
        } while (answer != null && !answer.equals(JpaWay.DONE));
        if (answer == null) {
            throw new IOException(name + " ended before it had done: " + task);
        }
    }

    /** Tells it that no task comes any more; ends it if it does not end. */
    @Override
    public void close() {
        try {
            tasks.close();
            if (process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                return;
            }
        } catch (IOException e) {
            // It has ended already.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }
}
