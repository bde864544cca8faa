package dev.tegula.cli.command;

import dev.tegula.catalogue.IndexColumn;
import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Table;
import dev.tegula.config.UnknownName;
import dev.tegula.envelope.FieldGlob;
import dev.tegula.envelope.FieldId;
import dev.tegula.failure.ConfigurationException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;

/** What the names of blind indexes in a command mean, and how an index is shown. */
final class Indexes {

    private static final int PARTS_OF_A_PLACE = 3;
    private static final Pattern FIELD = Pattern.compile("[a-z0-9_.]{1,100}");

    private Indexes() {}

    /** A field id, a glob over them, or schema.table.column. */
    static final class Name implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            return text.split("\\.", -1).length >= PARTS_OF_A_PLACE ? text : new FieldNames.Pattern().convert(text);
        }
    }

    /** Those of the fields that match; all for no glob. */
    static List<IndexColumn> matching(List<IndexColumn> indexes, List<String> globs) {
        return indexes.stream()
                .filter(index -> globs.isEmpty() || globs.stream().anyMatch(glob -> named(index, glob)))
                .toList();
    }

    /**
     * Those that are named: by a field id or glob, or as schema.table.column.
     *
     * @throws ConfigurationException naming the first name that means none, and what there is
     */
    static List<IndexColumn> required(OpenDatabase open, List<String> names) {
        List<IndexColumn> indexes = open.catalogue().indexes().indexes();
        for (String name : names) {
            if (indexes.stream().noneMatch(index -> named(index, name))) {
                throw unknown(indexes, name);
            }
        }
        return matching(indexes, names);
    }

    private static ConfigurationException unknown(List<IndexColumn> indexes, String name) {
        List<String> known = new ArrayList<>();
        indexes.forEach(index -> {
            known.add(index.label());
            index.parts().forEach(part -> known.add(part.field().value()));
        });
        return UnknownName.of("blind index", name, "the catalogue", known);
    }

    /**
     * The fields whose keys the indexes are under that are named, as {@link #required}; each key is that of all indexes of its field.
     *
     * @throws ConfigurationException for a place or glob that means no index, and a field that is not known. A field that has no index is among
     *     them: why it has none, its plan says
     */
    static List<FieldId> keyFields(OpenDatabase open, List<String> names) {
        List<IndexColumn> indexes = open.catalogue().indexes().indexes();
        Set<FieldId> fields = new LinkedHashSet<>();
        for (String name : names) {
            List<FieldId> found = indexes.stream()
                    .filter(index -> index.label().equals(name)
                            || FieldGlob.matches(name, index.field().value()))
                    .map(IndexColumn::field)
                    .toList();
            if (found.isEmpty()) {
                if (name.contains("*") || !FIELD.matcher(name).matches()) {
                    throw unknown(indexes, name);
                }
                Columns.requireKnown(open, List.of(name));
                fields.add(FieldId.of(name));
            }
            fields.addAll(found);
        }
        return List.copyOf(fields);
    }

    private static boolean named(IndexColumn index, String name) {
        return index.label().equals(name)
                || index.parts().stream()
                        .anyMatch(part -> FieldGlob.matches(name, part.field().value()));
    }

    /** The table of indexes, for people. */
    static Table table(List<IndexColumn> indexes) {
        Table table = Table.headed("INDEX", "OF", "NORMALISER", "BITS", "KEY", "UNIQUE", "MAPPED BY");
        indexes.forEach(index -> table.row(
                index.label(),
                of(index),
                index.parts().stream()
                        .map(part -> part.normalizer() + " v" + part.version())
                        .distinct()
                        .collect(Collectors.joining(", ")),
                index.bits(),
                index.perTenant() ? "one a tenant" : "one",
                String.join(", ", index.unique()),
                index.origin()));
        return table;
    }

    /** The fields of an index, for people. */
    static String of(IndexColumn index) {
        return index.parts().stream().map(part -> part.field().value()).collect(Collectors.joining(", "))
                + (index.name().isEmpty() ? "" : " (" + index.name() + ")");
    }

    /** The fields of indexes, each once. */
    static List<String> fields(List<IndexColumn> indexes) {
        return indexes.stream()
                .flatMap(index -> index.parts().stream().map(IndexColumn.Part::field))
                .map(FieldId::value)
                .distinct()
                .toList();
    }

    /** Names that the catalogue has, for what removes rows of it. */
    static Stream<String> labels(List<IndexColumn> indexes) {
        return indexes.stream().map(IndexColumn::label);
    }
}
