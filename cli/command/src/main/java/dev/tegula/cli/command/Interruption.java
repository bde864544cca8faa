package dev.tegula.cli.command;

import dev.tegula.operations.reencrypt.RunControl;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Lets Ctrl-C stop a long command in good order: the control is told, and the process waits until the batch in flight is
 * through and the outcome is printed. The JVM then ends by itself with the code of
 * the signal: 129, 130 or 143.
 */
final class Interruption {

    private static final long PATIENCE_SECONDS = 60;

    private final CountDownLatch finished = new CountDownLatch(1);
    private @Nullable RunControl control;
    private @Nullable Thread hook;

    /** The control that an interrupt stops. */
    RunControl control() {
        if (control == null) {
            RunControl made = new RunControl();
            Thread waiting = new Thread(() -> stop(made), "tegula-interrupt");
            Runtime.getRuntime().addShutdownHook(waiting);
            control = made;
            hook = waiting;
        }
        return control;
    }

    private void stop(RunControl made) {
        made.stop();
        try {
            if (!finished.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("tegula: a step did not end within a minute; what was committed is kept.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Everything is said: the process may end. */
    void close() {
        finished.countDown();
        if (hook != null) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException shuttingDown) {
                // It runs already and has just been told that it may end.
            }
        }
    }
}
