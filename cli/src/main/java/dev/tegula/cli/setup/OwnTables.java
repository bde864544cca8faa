package dev.tegula.cli.setup;

import dev.tegula.jdbc.Schema;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The names of Tegula's own tables: those that the schema makes. */
final class OwnTables {

    private static final Pattern CREATE = Pattern.compile("CREATE TABLE IF NOT EXISTS (\\w+).*", Pattern.DOTALL);

    private OwnTables() {}

    /** The names, in the order of the schema. */
    static List<String> names() {
        return Schema.statements().stream()
                .map(CREATE::matcher)
                .filter(Matcher::matches)
                .map(create -> create.group(1))
                .toList();
    }
}
