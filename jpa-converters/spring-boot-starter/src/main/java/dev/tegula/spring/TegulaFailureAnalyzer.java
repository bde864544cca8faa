package dev.tegula.spring;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.DeniedException;
import dev.tegula.failure.IntegrityException;
import dev.tegula.failure.TegulaException;
import dev.tegula.failure.UnavailableException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Says why the application did not start, and what to do, in place of the exception of a bean that waits for a bean. What is
 * wrong is the first sentence of our message (or a list, line by line), what to do the rest of it; where it says no more, the kind of failure does.
 */
final class TegulaFailureAnalyzer extends AbstractFailureAnalyzer<TegulaException> {

    /** A full stop and a sentence after it, or a colon and what to run. */
    private static final Pattern END = Pattern.compile("(?<=[^.]\\.)\\s+(?=[A-Z`])|:\\s+(?=run )");

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, TegulaException cause) {
        TegulaException failure = deepest(cause);
        String message = String.valueOf(failure.getMessage());
        int last = message.lastIndexOf('\n');
        if (last > 0) {
            return new FailureAnalysis(
                    message.substring(0, last),
                    "Do what each of these lines says. " + message.substring(last + 1),
                    rootFailure);
        }
        Matcher end = END.matcher(message);
        return end.find()
                ? new FailureAnalysis(
                        message.substring(0, end.start()),
                        sentence(message.substring(end.end())) + (away(failure) ? " " + action(failure) : ""),
                        rootFailure)
                : new FailureAnalysis(message, action(failure), rootFailure);
    }

    /** A KMS or database that does not answer says nothing of what to do. */
    private static boolean away(TegulaException failure) {
        return failure instanceof UnavailableException;
    }

    private static String sentence(String text) {
        return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }

    /** The outer ones say where; the last says what. */
    private static TegulaException deepest(TegulaException outer) {
        TegulaException last = outer;
        for (Throwable cause = outer.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof TegulaException inner
                    && !String.valueOf(last.getMessage()).contains(String.valueOf(inner.getMessage()))) {
                last = inner;
            }
        }
        return last;
    }

    private static String action(TegulaException failure) {
        if (failure instanceof DeniedException) {
            return "Let the application's identity use the key or the table that is named (docs/policies has the rights), and"
                    + " check which identity it uses; `tegula doctor` says which right is missing.";
        }
        if (failure instanceof UnavailableException) {
            return "Check that the service is up and can be reached from here, then start again; `tegula doctor` checks both"
                    + " ways.";
        }
        if (failure instanceof IntegrityException) {
            return "Nothing in this registry is used until that is explained; `tegula doctor` looks at every row.";
        }
        return failure instanceof ConfigurationException
                ? "Correct that in the application's properties; `tegula doctor` checks those below tegula."
                : "`tegula doctor` checks everything and says what to do.";
    }
}
