package dev.tegula.cli.report;

import dev.tegula.failure.TegulaException;
import dev.tegula.failure.UnavailableException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Looks at one part after the other. A part that cannot be looked at (no right, an older schema, a row that does not verify) does
 * not hide the others: the report says that it is missing, and why. Without the database there is no report.
 */
final class TolerantReader {

    private final List<String> missing = new ArrayList<>();

    <T> Optional<T> at(String what, Supplier<T> work) {
        try {
            return Optional.of(work.get());
        } catch (UnavailableException e) {
            throw e;
        } catch (TegulaException e) {
            missing.add(what + ": " + e.getMessage());
            return Optional.empty();
        }
    }

    /** A part of a part that could not be looked at. */
    void miss(String what) {
        missing.add(what);
    }

    /** What could not be looked at, and why. */
    List<String> missing() {
        return missing;
    }
}
