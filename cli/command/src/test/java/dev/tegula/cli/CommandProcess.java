package dev.tegula.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A command in a process of its own, to be killed with {@code kill -9} somewhere on its way. */
public final class CommandProcess {

    /** What a process that was killed so ends with. */
    private static final int KILLED = 128 + 9;

    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final Process process;
    private final Path log;

    private CommandProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** Starts it with the configuration of the clinic; what it prints is in a new file beside that. */
    public static CommandProcess start(ClinicDatabase clinic, List<String> words) {
        List<String> command = new ArrayList<>(words);
        command.add("--config=" + clinic.file());
        try {
            Path log = Files.createTempFile(clinic.file().toAbsolutePath().getParent(), "killed", ".log");
            return new CommandProcess(
                    new ProcessBuilder(ChildJvm.tegula(command.toArray(String[]::new)))
                            .redirectErrorStream(true)
                            .redirectOutput(log.toFile())
                            .start(),
                    log);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** {@link #start(ClinicDatabase, List)}. */
    public static CommandProcess start(ClinicDatabase clinic, String... words) {
        return start(clinic, List.of(words));
    }

    /** Waits until it is where the condition says, or has ended. */
    public CommandProcess until(BooleanSupplier there) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!there.getAsBoolean() && process.isAlive()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(2);
        }
        return this;
    }

    /** Waits so long, or until it has ended. */
    public CommandProcess then(int millis) throws InterruptedException {
        process.waitFor(millis, TimeUnit.MILLISECONDS);
        return this;
    }

    /** Kills it; whether that was its end, and not one of these exits before. */
    public boolean kill(Integer... exits) throws InterruptedException {
        process.destroyForcibly();
        int exit = exit();
        Integer[] expected = Arrays.copyOf(exits, exits.length + 1);
        expected[exits.length] = KILLED;
        assertThat(exit).as(this::printed).isIn((Object[]) expected);
        return exit == KILLED;
    }

    /** Waits for its end. */
    public int exit() throws InterruptedException {
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    /** Sends a signal: {@code STOP}, {@code CONT}. */
    public void signal(String signal) {
        try {
            int exit = new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
            assertThat(exit).isBetween(0, process.isAlive() ? 0 : 1);
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What it has printed. */
    public String printed() {
        try {
            return Files.readString(log, UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
