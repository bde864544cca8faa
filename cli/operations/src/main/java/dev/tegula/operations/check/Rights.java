package dev.tegula.operations.check;

import dev.tegula.jdbc.OwnTables;
import dev.tegula.operations.schema.Schema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The rights that the printed grants give, as pairs: what is checked is what {@code tegula schema grants} says. */
final class Rights {

    private static final Pattern GRANT = Pattern.compile("GRANT (.+) ON (.+) TO \"(\\w+)\"");
    private static final List<String> WRITING = List.of("INSERT", "UPDATE", "DELETE", "TRUNCATE");

    private Rights() {}

    /**
     * One right.
     *
     * @param privilege as SQL writes it
     * @param table the table
     */
    record Right(String privilege, String table) {
        @Override
        public String toString() {
            return privilege + " ON " + table;
        }
    }

    /** What the role of the command line needs. */
    static Set<Right> operator() {
        return of(Schema.grants("application", "operator"), "operator");
    }

    /** What the role of an application needs. */
    static Set<Right> application(boolean createsKeys) {
        List<String> grants = new ArrayList<>(Schema.grants("application", "operator"));
        if (createsKeys) {
            grants.addAll(Schema.keyCreationGrants("application"));
        }
        return of(grants, "application");
    }

    /** What the role of an application has besides if it writes secrets. */
    static Set<Right> secretWriting() {
        return of(Schema.secretWritingGrants("application"), "application");
    }

    /** What the role of an application must not have: every writing right that no printed grant names. */
    static Set<Right> forbidden(boolean createsKeys) {
        Set<Right> forbidden = new LinkedHashSet<>();
        for (String table : OwnTables.names()) {
            WRITING.forEach(privilege -> forbidden.add(new Right(privilege, table)));
        }
        forbidden.removeAll(application(createsKeys));
        forbidden.removeAll(secretWriting());
        return forbidden;
    }

    /** The statements that give or take rights, as few as it takes. */
    static String statements(String verb, List<Right> rights, String word, String role) {
        Map<String, List<String>> privileges = new LinkedHashMap<>();
        rights.forEach(right -> privileges
                .computeIfAbsent(right.table(), table -> new ArrayList<>())
                .add(right.privilege()));
        Map<String, List<String>> tables = new LinkedHashMap<>();
        privileges.forEach(
                (table, granted) -> tables.computeIfAbsent(String.join(", ", granted), any -> new ArrayList<>())
                        .add(table));
        List<String> statements = new ArrayList<>();
        tables.forEach((granted, on) -> statements.add(
                verb + " " + granted + " ON " + String.join(", ", on) + " " + word + " \"" + role + "\""));
        return String.join("; ", statements);
    }

    private static Set<Right> of(List<String> grants, String role) {
        Set<Right> rights = new LinkedHashSet<>();
        for (String grant : grants) {
            Matcher parts = GRANT.matcher(grant);
            if (!parts.matches()) {
                throw new IllegalStateException("A grant of an unknown form: " + grant);
            }
            if (parts.group(3).equals(role)) {
                for (String table : parts.group(2).split(", ", -1)) {
                    for (String privilege : parts.group(1).split(", ", -1)) {
                        rights.add(new Right(privilege, table));
                    }
                }
            }
        }
        return rights;
    }
}
