package dev.tegula.cli.command;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.cli.output.UsageException;
import dev.tegula.kms.Glob;
import java.util.List;
import java.util.stream.Collectors;

/** Chooses columns of the catalogue by the field ids and globs of a command. */
final class Columns {

    private Columns() {}

    /** The columns whose field matches; all for no glob. */
    static List<EncryptedColumn> matching(List<EncryptedColumn> columns, List<String> globs) {
        return columns.stream()
                .filter(column -> globs.isEmpty()
                        || globs.stream()
                                .anyMatch(glob ->
                                        Glob.matches(glob, column.field().value())))
                .toList();
    }

    /**
     * The same, for a command that needs at least one for each glob.
     *
     * @throws UsageException naming the globs that match nothing
     */
    static List<EncryptedColumn> required(List<EncryptedColumn> columns, List<String> globs) {
        for (String glob : globs) {
            if (columns.stream()
                    .noneMatch(column -> Glob.matches(glob, column.field().value()))) {
                String known = columns.stream()
                        .map(column -> column.field().value())
                        .distinct()
                        .collect(Collectors.joining(", "));
                throw new UsageException("No encrypted column of field `" + glob + "` is in the catalogue; it has "
                        + (known.isEmpty()
                                ? "none. Start the application once, or tegula fields import."
                                : known + "."));
            }
        }
        return matching(columns, globs);
    }
}
