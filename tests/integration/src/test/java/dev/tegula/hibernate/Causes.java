package dev.tegula.hibernate;

import java.io.PrintWriter;
import java.io.StringWriter;

/** A failure as a log would print it: messages, causes, suppressed ones. */
final class Causes {

    private Causes() {}

    static String text(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
