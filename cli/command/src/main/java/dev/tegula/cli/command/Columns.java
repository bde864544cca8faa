package dev.tegula.cli.command;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.config.UnknownName;
import dev.tegula.envelope.FieldGlob;
import dev.tegula.failure.ConfigurationException;
import java.util.ArrayList;
import java.util.List;

/** What the field ids and globs of a command mean: fields that have a column in the catalogue, or a key. */
final class Columns {

    private Columns() {}

    /**
     * Refuses field ids and globs that match nothing, by one rule for all commands.
     *
     * @throws ConfigurationException naming the first, what there is, and what was most likely meant
     */
    static void requireKnown(OpenDatabase open, List<String> globs) {
        if (globs.isEmpty()) {
            return;
        }
        List<String> known = new ArrayList<>(open.catalogue().rows().columns().stream()
                .map(column -> column.field().value())
                .toList());
        open.lifecycle().list().forEach(row -> known.add(row.scope().field().value()));
        for (String glob : globs) {
            if (known.stream().noneMatch(field -> FieldGlob.matches(glob, field))) {
                throw UnknownName.of(
                        "field",
                        glob,
                        "the database",
                        known.stream()
                                .filter(field -> !field.startsWith("tegula."))
                                .toList());
            }
        }
    }

    /** The columns whose field matches; all for no glob. */
    static List<EncryptedColumn> matching(List<EncryptedColumn> columns, List<String> globs) {
        return columns.stream()
                .filter(column -> globs.isEmpty()
                        || globs.stream()
                                .anyMatch(glob ->
                                        FieldGlob.matches(glob, column.field().value())))
                .toList();
    }

    /**
     * The same, for a command that needs at least one for each glob.
     *
     * @throws ConfigurationException naming a glob that matches no field, or a field that has only keys
     */
    static List<EncryptedColumn> required(OpenDatabase open, List<String> globs) {
        requireKnown(open, globs);
        List<EncryptedColumn> columns = open.catalogue().columns();
        for (String glob : globs) {
            if (matching(columns, List.of(glob)).isEmpty()) {
                throw new ConfigurationException("`" + glob
                        + "` has a key, but no column of it is in the catalogue, so it is unknown where its values"
                        + " are. An application with JPA publishes its columns with its first value; without:"
                        + " `tegula fields add FIELD SCHEMA.TABLE.COLUMN --type TYPE`.");
            }
        }
        return matching(columns, globs);
    }
}
