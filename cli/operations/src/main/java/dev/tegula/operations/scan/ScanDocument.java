package dev.tegula.operations.scan;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.operations.document.Json;
import dev.tegula.operations.document.JsonFile;
import dev.tegula.operations.scan.ScanFinding.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A scan as a document, which a later scan takes for its baseline. */
public final class ScanDocument {

    private static final String SCHEMA = "tegula/scan/1";

    private ScanDocument() {}

    /**
     * The document.
     *
     * @param accepted findings of the baseline; none without one
     * @param registry whether the database has a registry
     */
    public static Map<String, Object> of(ScanReport report, List<ScanFinding> accepted, boolean registry) {
        return Json.object(
                "schema",
                SCHEMA,
                "complete",
                report.complete(),
                "registry",
                registry,
                "tables",
                report.tables(),
                "columns",
                report.columns(),
                "values",
                report.values(),
                "new",
                report.newer(accepted).size(),
                "findings",
                report.findings().stream()
                        .map(finding -> Json.object(
                                "place",
                                finding.place(),
                                "kind",
                                word(finding.kind()),
                                "what",
                                finding.what().isEmpty() ? null : finding.what(),
                                "hits",
                                finding.hits(),
                                "values",
                                finding.values(),
                                "new",
                                finding.isNew(accepted)))
                        .toList());
    }

    /**
     * The findings of a document.
     *
     * @throws ConfigurationException if it is none, naming the entry and its member
     */
    public static List<ScanFinding> read(Path file) {
        JsonNode findings = JsonFile.read(file, SCHEMA).path("findings");
        if (!findings.isArray()) {
            throw new ConfigurationException("`findings` of " + file + " is no list.");
        }
        List<ScanFinding> read = new ArrayList<>();
        for (JsonNode finding : findings) {
            String entry = "Entry " + (read.size() + 1) + " of `findings` in " + file;
            String what = finding.has("what") ? text(finding, "what", entry) : "";
            read.add(new ScanFinding(
                    text(finding, "place", entry), kind(text(finding, "kind", entry), entry), what, 0, 0));
        }
        return List.copyOf(read);
    }

    private static String text(JsonNode finding, String member, String entry) {
        String text = finding.path(member).textValue();
        if (text == null || text.isEmpty()) {
            throw new ConfigurationException(entry + ": `" + member + "` is no text.");
        }
        return text;
    }

    private static Kind kind(String word, String entry) {
        return Arrays.stream(Kind.values())
                .filter(kind -> word(kind).equals(word))
                .findFirst()
                .orElseThrow(() -> new ConfigurationException(entry + ": `kind` is one of "
                        + Arrays.stream(Kind.values()).map(ScanDocument::word).collect(Collectors.joining(", "))
                        + "."));
    }

    private static String word(Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
