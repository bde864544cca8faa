package dev.tegula.cli.exchange;

import dev.tegula.failure.RefusedException;
import java.util.ArrayList;
import java.util.List;

/** All that is wrong with a file, each with its line; no value is quoted, and nothing that may be one. */
final class Problems {

    private static final int SHOWN = 10;

    private final String file;
    private final List<String> found = new ArrayList<>();

    Problems(String file) {
        this.file = file;
    }

    void add(int line, String problem) {
        found.add("line " + line + " " + problem);
    }

    void add(String problem) {
        found.add(problem);
    }

    /** @throws RefusedException code {@code source}, if there are any */
    void requireNone() {
        if (!found.isEmpty()) {
            int more = found.size() - SHOWN;
            throw new RefusedException(
                    "source",
                    file + ": " + String.join("; ", found.subList(0, Math.min(SHOWN, found.size())))
                            + (more > 0 ? "; and " + more + " more" : "") + ".");
        }
    }
}
