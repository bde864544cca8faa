package dev.tegula.cli;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts names in the place of what is another in every run: times, ports, folders, ids of keys and jobs, durations. Lines of
 * progress, which come every so many seconds, are left out.
 */
final class RecordedText {

    private static final Pattern KEY = Pattern.compile("(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])");
    private static final Pattern SHORT =
            Pattern.compile("(?<![0-9a-zA-Z-])([0-9a-f]{8}|[1-9]\\d{6,9}|(?<=versions \\[)\\d+)(?![0-9a-zA-Z-])");
    private static final Pattern UUID = Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

    private RecordedText() {}

    static String constant(String text, List<ClinicDatabase> databases) {
        String out = text;
        for (ClinicDatabase database : databases) {
            out = out.replace(database.folder().toString(), "<folder>");
        }
        out = out.replaceAll("\\b(\\d+:\\d+):[0-9a-f]{64}\\b", "$1:<mac>");
        out = out.replaceAll("(\"host\" : )\"[^\"]*\"", "$1\"<host>\"");
        out = named(out, UUID, "job");
        out = keys(out);
        return out.replaceAll("\\bclinic\\d+", "clinic")
                .replaceAll("(127\\.0\\.0\\.1|localhost):\\d+", "$1:<port>")
                .replaceAll("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z", "<time>")
                .replaceAll("\\d{8}T\\d{6}\\.\\d{3}Z", "<stamp>")
                .replaceAll("\\d{4}-\\d\\d-\\d\\d( \\d\\d:\\d\\d(:\\d\\d)?)?", "<date>")
                .replaceAll("\\b\\d\\d:\\d\\d:\\d\\dZ", "<clock>")
                .replaceAll("(?m)^! <clock> \\w+ .*\\n", "")
                .replaceAll("\\b\\d+(\\.\\d+)?( ?)ms\\b", "<n>$2ms")
                .replaceAll("\\b\\d+(\\.\\d+)?( ?)(s|min)\\b", "<n>$2s")
                .replaceAll("(?<=…)[0-9a-f]{12}\\b", "<version>")
                .replaceAll("\\bcli\\d+-\\d+\\b", "<mount>")
                .replaceAll("(/[\\w.-]+)+/tegula-vault-\\d+", "<vault>")
                .replaceAll("PT[\\d.]+S", "PT<n>S")
                .replaceAll("ms (ahead of|behind) this host", "ms from this host")
                .replaceAll("(?<=(Seconds|Millis)\":)[\\d.]+", "<n>")
                .replaceAll("(?<=\\S) {2,}", "  ");
    }

    /** A key keeps one name through a transcript, in full and short. */
    private static String keys(String text) {
        Map<String, String> names = new TreeMap<>();
        Matcher full = KEY.matcher(text);
        while (full.find()) {
            names.putIfAbsent(full.group(), "<key " + (names.size() + 1) + ">");
        }
        String out = text;
        for (Map.Entry<String, String> name : names.entrySet()) {
            out = out.replace(name.getKey(), name.getValue())
                    .replace(name.getKey().substring(0, 8), name.getValue());
        }
        return named(out, SHORT, "id");
    }

    private static String named(String text, Pattern pattern, String kind) {
        Map<String, String> names = new TreeMap<>();
        return pattern.matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(
                        names.computeIfAbsent(found.group(), id -> "<" + kind + " " + (names.size() + 1) + ">")));
    }
}
