package dev.tegula.hibernate.boot;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * SQL that stands in the mapping: a restriction, a filter, a formula. It knows which columns the text names. That is
 * judged word by word, so a word that might be a column is one; what is named with another table's alias is not.
 */
final class SqlFragment {

    private static final String NAME = "(?:\\{[\\w$]+}|\"(?:[^\"]|\"\")+\"|`[^`]+`|[A-Za-z_][\\w$]*)";
    private static final Pattern LITERAL = Pattern.compile("'(?:[^']|'')*'");
    // A parameter, a cast (::text, as text) and a function are no columns.
    private static final Pattern WORD =
            Pattern.compile("(?<![\\w$:.])(?:(" + NAME + ")\\s*\\.\\s*)?(" + NAME + ")(?!\\s*\\(|\\s*\\.|[\\w$])");
    private static final Pattern CAST = Pattern.compile("(?i)::\\s*\\w+|\\bas\\s+\\w+|\\bextract\\s*\\(\\s*\\w+");
    private static final Pattern SOURCE = Pattern.compile(
            "(?i)(?:\\bfrom|\\bjoin|,)\\s+(?:" + NAME + "\\s*\\.\\s*)*(" + NAME + ")\\s+(?:as\\s+)?(" + NAME + ")");

    private final String text;
    private final Map<String, String> tablesByAlias = new HashMap<>();

    SqlFragment(String sql) {
        String bare = LITERAL.matcher(sql).replaceAll("''");
        Matcher sources = SOURCE.matcher(bare);
        while (sources.find()) {
            tablesByAlias.putIfAbsent(bare(sources.group(2)), bare(sources.group(1)));
        }
        this.text = CAST.matcher(bare).replaceAll(" ");
    }

    /** Whether it does more with a column of one of these tables than look at its length or, where it may, for null. */
    boolean names(String column, Set<String> tables, boolean nullsAreSealed) {
        String name = "(?:" + NAME + "\\s*\\.\\s*)?[\"`]?" + Pattern.quote(column) + "[\"`]?";
        String left = text.replaceAll(
                "(?i)\\b(?:octet_length|length|get_byte)\\s*\\(\\s*" + name + "\\s*(?:,\\s*\\d+\\s*)?\\)", " ");
        if (!nullsAreSealed) {
            left = left.replaceAll("(?i)(?<![\\w$\"`.])" + name + "\\s+is\\s+(?:not\\s+)?null\\b", " ");
        }
        Matcher words = WORD.matcher(left);
        while (words.find()) {
            if (bare(words.group(2)).equalsIgnoreCase(column) && ofOneOf(tables, words.group(1))) {
                return true;
            }
        }
        return false;
    }

    private boolean ofOneOf(Set<String> tables, @Nullable String qualifier) {
        String table = qualifier == null ? null : tablesByAlias.get(bare(qualifier));
        return table == null || tables.contains(table);
    }

    /** As tables are named in the set of a caller. */
    static String bare(String name) {
        return name.replaceAll("[\"`]", "").toLowerCase(Locale.ROOT);
    }
}
