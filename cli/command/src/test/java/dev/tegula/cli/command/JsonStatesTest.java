package dev.tegula.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tegula.cli.JsonDocuments;
import dev.tegula.cli.exchange.SourceFormat;
import dev.tegula.cli.exchange.TargetFormat;
import dev.tegula.cli.report.Attention;
import dev.tegula.config.Profile;
import dev.tegula.envelope.Mode;
import dev.tegula.envelope.Purpose;
import dev.tegula.kms.BranchMode;
import dev.tegula.operations.audit.AuditFinding;
import dev.tegula.operations.check.CheckList;
import dev.tegula.operations.reencrypt.Fence;
import dev.tegula.operations.reencrypt.JobOutcome;
import dev.tegula.operations.reencrypt.QuarantineNotes;
import dev.tegula.operations.reencrypt.QuarantineRetry;
import dev.tegula.operations.reencrypt.Rebinding;
import dev.tegula.operations.rotation.CountBasis;
import dev.tegula.operations.rotation.IndexStep;
import dev.tegula.operations.rotation.RotationListener;
import dev.tegula.operations.rotation.RotationOutcome;
import dev.tegula.operations.rotation.Step;
import dev.tegula.operations.scan.ScanFinding;
import dev.tegula.registry.KeyState;
import dev.tegula.secret.Secret;
import dev.tegula.secret.SecretVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A value that a schema does not list makes a document that does not validate, where nobody has seen it yet. */
class JsonStatesTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path SOURCES = Path.of("src/main/java/dev/tegula/cli");

    /** By the end of the place in the schema, the longest first: what the code can say there. */
    private static final Map<String, Set<String>> SAID = new LinkedHashMap<>();

    private static void said(String place, Class<? extends Enum<?>> type) {
        SAID.put(place, names(type, name -> name));
    }

    private static void lower(String place, Class<? extends Enum<?>> type, String... less) {
        SAID.put(place, names(type, name -> name.toLowerCase(Locale.ROOT).replace('_', '-')));
        SAID.get(place).removeAll(Set.of(less));
    }

    private static Set<String> names(Class<? extends Enum<?>> type, UnaryOperator<String> shown) {
        return Arrays.stream(type.getEnumConstants())
                .map(constant -> shown.apply(constant.name()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** What a class says that has no enum for it: each word stands in its source. */
    private static void written(String place, String source, String... words) throws IOException {
        String text = Files.readString(SOURCES.resolve(source));
        assertThat(words).as(place).allSatisfy(word -> assertThat(text).containsPattern("\"" + word + "\""));
        SAID.put(place, new TreeSet<>(Set.of(words)));
    }

    static {
        said("key/state", KeyState.class);
        said("key/purpose", Purpose.class);
        said("index-rotate-1/fields/state", KeyState.class);
        lower("audit-verify-1/findings/kind", AuditFinding.Kind.class);
        lower("checks/state", CheckList.State.class);
        lower("doctor-1/checks/state", CheckList.State.class);
        lower("scopes/next", Step.class);
        // Those that were bound are a number.
        lower("values/result", QuarantineRetry.Result.class);
        lower("left/result", Rebinding.Result.class, "bound", "already");
        said("fields-1/fields/mode", Mode.class);
        lower("quarantine-value-1/stored", QuarantineNotes.Stored.class);
        lower("reencrypt-1/jobs/outcome", JobOutcome.class);
        // A job that takes no more writes refuses its range and its end.
        lower("job-run-1/outcome", JobOutcome.class, "taken", "stale", "cancelled", "paused");
        lower("job-finish-1/outcome", JobOutcome.class, "taken", "stale", "cancelled", "paused");
        lower("report-1/profile", Profile.class);
        lower("attention/level", Attention.Level.class);
        lower("secrets-export-1/to", TargetFormat.class);
        lower("secrets-import-1/from", SourceFormat.class);
        lower("report-1/columns/list/mode", Mode.class);
        lower("columns/list/fence", Fence.Kind.class);
        lower("status-1/columns/fence", Fence.Kind.class);
        lower("columns/list/basis", CountBasis.Kind.class);
        lower("status-1/columns/basis", CountBasis.Kind.class);
        said("keysByField/list/purpose", Purpose.class);
        said("keys/list/purpose", Purpose.class);
        said("keys/list/state", KeyState.class);
        lower("keks/branch", BranchMode.class);
        lower("scan-1/findings/kind", ScanFinding.Kind.class);
        // In a report what could not be read has a list of its own.
        lower("scan/findings/list/kind", ScanFinding.Kind.class, "unreadable");
        said("secrets/secrets/list/state", Secret.State.class);
        said("secret/state", Secret.State.class);
        said("secrets-1/secrets/state", Secret.State.class);
        said("versions/state", SecretVersion.State.class);
        lower("rotate-1/outcome", RotationOutcome.class);
        lower("rotate-1/reached", Step.class);
        said("secrets-check-1/findings/finding", SecretFinding.Kind.class);
        lower("step-1/state", RotationListener.State.class);
        said("columns/values/state", KeyState.class);
        SAID.get("columns/values/state").add("UNKNOWN");
        lower("step-1/step", Step.class);
        SAID.get("step-1/step").addAll(names(IndexStep.class, name -> name.toLowerCase(Locale.ROOT)));
        SAID.put("job-1/state", new TreeSet<>(Set.of("open", "done", "partial", "cancelled")));
        SAID.put("jobs-1/jobs/state", new TreeSet<>(Set.of("open")));
        for (String job : Set.of("job-1/state", "jobs-1/jobs/state")) {
            SAID.get(job).addAll(Set.of(JobState.PAUSED, JobState.STALE, JobState.ORPHANED));
        }
        for (String place : Set.of(
                "index-rotate-1/outcome",
                "index-rotate-1/fields/outcome",
                "quarantine-retry-1/outcome",
                "rebind-1/outcome")) {
            SAID.put(place, new TreeSet<>(Set.of("done", "partial", "interrupted")));
        }
    }

    @Test
    void eachEnumeration_listsWhatTheCodeCanSayAndNothingElse() throws IOException {
        written("adopt-1/state", "command/AdoptCommand.java", "filled", "sealed", "left", "returning");
        written("release-1/state", "command/ReleaseCommand.java", "filling", "fenced", "ended");
        written(
                "keys-rotate-registry-1/step",
                "command/KeysRotateRegistryCommand.java",
                "made",
                "changed",
                "finished",
                "abandoned");
        written("progress-1/unit", "output/ProgressPrinter.java", "values", "rows");
        SAID.put("secrets-change-1/command", new TreeSet<>());
        for (String verb : Set.of("put", "copy", "rollback", "delete", "undelete", "destroy")) {
            String type = "Secrets" + verb.substring(0, 1).toUpperCase(Locale.ROOT) + verb.substring(1) + "Command";
            assertThat(SOURCES.resolve("command/" + type + ".java")).exists();
            SAID.get("secrets-change-1/command").add(verb);
        }
        Map<String, Set<String>> listed = new TreeMap<>();
        for (String file : JsonSchemaFilesTest.files()) {
            String name = file.replace(".schema.json", "");
            collect(name, JSON.readTree(JsonDocuments.FOLDER.resolve(file).toFile()), listed);
        }
        Set<String> used = new TreeSet<>();
        listed.forEach((place, values) -> {
            String known = SAID.keySet().stream()
                    .filter(end -> place.equals(end) || place.endsWith("/" + end))
                    .reduce((one, other) -> one.length() > other.length() ? one : other)
                    .orElse("nothing");
            used.add(known);
            assertThat(values).as(place).isEqualTo(SAID.getOrDefault(known, Set.of()));
        });
        assertThat(used).isEqualTo(new TreeSet<>(SAID.keySet()));
    }

    private static void collect(String place, JsonNode schema, Map<String, Set<String>> listed) {
        if (schema.has("enum")) {
            Set<String> values = new TreeSet<>();
            schema.path("enum").forEach(value -> values.add(value.asText()));
            listed.put(place, values);
        }
        Stream.of("properties", "$defs").forEach(members -> schema.path(members)
                .properties()
                .forEach(member -> collect(place + "/" + member.getKey(), member.getValue(), listed)));
        int choice = 0;
        for (JsonNode one : schema.path("anyOf")) {
            collect(place + "/" + choice++, one, listed);
        }
        for (String inner : new String[] {"items", "additionalProperties"}) {
            if (schema.path(inner).isObject()) {
                collect(place, schema.path(inner), listed);
            }
        }
    }
}
