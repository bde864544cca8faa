package dev.tegula.cli.output;

import dev.tegula.failure.TegulaException;
import dev.tegula.operations.document.Json;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A failure as people and programs see it. Messages of Tegula's own failures are shown; a message of anything else might
 * quote data, so only the class of an unexpected exception is, and its stack with {@code TEGULA_DEBUG=1}.
 */
public final class ErrorReport {

    /** The variable that asks for stack traces. */
    public static final String DEBUG = "TEGULA_DEBUG";

    private ErrorReport() {}

    /** Prints a failure: text on stderr, or one document on stdout with {@code --json}. */
    public static Exit print(
            Console console, Throwable failure, Map<String, String> environment, FailureSubject subject) {
        Exit exit = Exit.of(failure);
        String code = failure instanceof TegulaException known ? known.code() : exit.word();
        print(
                console,
                exit,
                code,
                sentences(message(exit, failure), subject.afterFailure()),
                FailureDetail.of(failure, subject));
        if (!environment.getOrDefault(DEBUG, "").isEmpty()) {
            StringWriter trace = new StringWriter();
            failure.printStackTrace(new PrintWriter(trace));
            trace.toString().lines().forEach(line -> console.err().println(ofTrace(line)));
            console.err().flush();
        }
        return exit;
    }

    /** Prints a failure that no exception stands for. */
    public static void print(Console console, Exit exit, String code, String message, FailureDetail detail) {
        if (console.json()) {
            Map<String, Object> document = document(exit, code, message);
            document.putAll(detail.members());
            console.out().println(Json.line(document));
            console.out().flush();
            if (console.ended()) {
                console.note(document);
            }
            return;
        }
        console.tell(exit.word() + ": " + message);
        detail.lines(message).forEach(console::tell);
    }

    /**
     * Ends a run: says so where a stream did not take all that was printed. A reader that went away is no failure.
     *
     * @param code how the command ended
     * @return the same; {@link Exit#PARTIAL} for a command that was done and could not say so. "Try again" would be wrong: a
     *     rotation that is run again is another rotation
     */
    public static int end(Console console, FailureSubject subject, int code) {
        Optional<String> lost = console.lost();
        if (lost.isEmpty()) {
            return code;
        }
        String message = lost.get() + ": what was printed is not whole.";
        if (code != Exit.DONE.code()) {
            console.warn(message);
            return code;
        }
        message += subject.afterLostOutput();
        if (console.json()) {
            console.note(document(Exit.PARTIAL, "output-lost", message));
        } else {
            console.tell(Exit.PARTIAL.word() + ": " + message);
        }
        return Exit.PARTIAL.code();
    }

    private static Map<String, Object> document(Exit exit, String code, String message) {
        return Json.object("schema", "tegula/error/1", "exit", exit.code(), "code", code, "message", message);
    }

    /** A message may end with a command: what comes after it must not look like its arguments. */
    private static String sentences(String message, String after) {
        return after.isEmpty() || message.matches("(?s).*[.!?]") ? message + after : message + "." + after;
    }

    /** What follows a line break in a message is somebody's text, and must not look like a line of Tegula's. */
    private static String ofTrace(String line) {
        return line.startsWith("\t")
                ? "    " + line.strip()
                : line.matches("(Caused by: )?[\\w.$]+(Exception|Error)(: .*)?") ? line : "    | " + line;
    }

    private static String message(Exit exit, Throwable failure) {
        if (exit != Exit.BUG) {
            return String.valueOf(failure.getMessage());
        }
        return String.format(
                Locale.ROOT,
                "%s in Tegula itself (%s). Nothing that was committed is lost. Please report it with the output of the same"
                        + " command and %s=1, after removing your data from it.",
                failure.getClass().getSimpleName(),
                place(failure),
                DEBUG);
    }

    private static String place(Throwable failure) {
        for (StackTraceElement frame : failure.getStackTrace()) {
            if (frame.getClassName().startsWith("dev.tegula")) {
                return frame.getClassName() + ":" + frame.getLineNumber();
            }
        }
        return "no frame of Tegula";
    }
}
