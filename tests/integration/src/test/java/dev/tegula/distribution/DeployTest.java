package dev.tegula.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.tegula.cli.command.CommandTree;
import dev.tegula.cli.output.Console;
import dev.tegula.cli.output.Terminal;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The examples of docs/deploy: they parse, what they start exists, and nothing runs as root. */
class DeployTest {

    private static final Path FOLDER =
            Path.of(System.getProperty("maven.multiModuleProjectDirectory", "../.."), "docs/deploy");
    private static final List<String> INSTRUCTIONS =
            List.of("ARG", "FROM", "COPY", "RUN", "USER", "ENV", "WORKDIR", "ENTRYPOINT", "CMD");

    @Test
    void cronJob_ofKubernetes_runsATegulaCommandAndNotAsRoot() throws Exception {
        JsonNode job = new YAMLMapper().readTree(FOLDER.resolve("cronjob.yaml").toFile());
        assertThat(job.at("/apiVersion").asText()).isEqualTo("batch/v1");
        assertThat(job.at("/kind").asText()).isEqualTo("CronJob");
        assertThat(job.at("/spec/schedule").asText().split(" ")).hasSize(5);
        assertThat(job.at("/spec/concurrencyPolicy").asText()).isEqualTo("Forbid");
        JsonNode pod = job.at("/spec/jobTemplate/spec/template/spec");
        assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
        JsonNode container = pod.at("/containers/0");
        assertThat(container.at("/securityContext/allowPrivilegeEscalation").asBoolean(true))
                .isFalse();
        List<String> arguments = new YAMLMapper().convertValue(container.at("/args"), new TypeReference<>() {});
        assertTaken(arguments);
        assertThat(arguments).as("a field with a key for each tenant").contains("--all-tenants");
        assertToken("cronjob.yaml", pod);
        List<String> volumes = pod.at("/volumes").findValuesAsText("name");
        assertThat(container.at("/volumeMounts").findValuesAsText("name")).isSubsetOf(volumes);
    }

    /** {@code ManyHostsTest} starts its container. */
    @Test
    void indexedJob_ofKubernetes_runsATegulaCommandAndNotAsRoot() throws Exception {
        JsonNode job =
                new YAMLMapper().readTree(FOLDER.resolve("indexed-job.yaml").toFile());
        assertThat(job.at("/apiVersion").asText()).isEqualTo("batch/v1");
        assertThat(job.at("/kind").asText()).isEqualTo("Job");
        assertThat(job.at("/spec/completionMode").asText()).isEqualTo("Indexed");
        assertThat(job.at("/spec/completions").asInt()).isPositive();
        JsonNode pod = job.at("/spec/template/spec");
        // Kubernetes takes a podFailurePolicy with no other.
        assertThat(pod.at("/restartPolicy").asText()).isEqualTo("Never");
        assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
        JsonNode container = pod.at("/containers/0");
        assertThat(container.at("/securityContext/allowPrivilegeEscalation").asBoolean(true))
                .isFalse();
        assertThat(job.at("/spec/podFailurePolicy").findValuesAsText("containerName"))
                .isNotEmpty()
                .containsOnly(container.at("/name").asText());
        List<String> arguments = new YAMLMapper().convertValue(container.at("/args"), new TypeReference<>() {});
        assertTaken(arguments.stream()
                .map(word -> word.replace(
                        "$(TEGULA_JOB)", container.at("/env/0/value").asText()))
                .toList());
        assertToken("indexed-job.yaml", pod);
        assertThat(container.at("/volumeMounts").findValuesAsText("name"))
                .isSubsetOf(pod.at("/volumes").findValuesAsText("name"));
    }

    @Test
    void units_ofSystemd_runATegulaCommandAndNotAsRoot() throws Exception {
        List<String> service = setting("tegula-rotate.service");
        assertThat(service).contains("[Service]", "Type=oneshot", "User=tegula", "NoNewPrivileges=yes");
        String start =
                service.stream().filter(line -> line.startsWith("ExecStart=")).collect(Collectors.joining("\n"));
        assertThat(start).startsWith("ExecStart=/opt/tegula/bin/tegula ");
        assertTaken(List.of(
                start.substring("ExecStart=/opt/tegula/bin/tegula ".length()).split(" ")));
        assertThat(start).as("a field with a key for each tenant").contains(" --all-tenants ");
        assertThat(setting("tegula-rotate.timer")).contains("[Timer]", "Persistent=true", "[Install]");
        for (String line : service) {
            assertThat(line).matches("\\[[A-Z][a-z]+]|[A-Z][A-Za-z]+=.*");
        }
    }

    @Test
    void containerfile_ofTheDistribution_isNotRootAndTakesNothingFromElsewhere() throws Exception {
        List<String> lines = setting("Containerfile");
        assertThat(lines).allSatisfy(line -> assertThat(INSTRUCTIONS).contains(line.replaceAll(" .*", "")));
        assertThat(lines).filteredOn(line -> line.startsWith("USER ")).containsExactly("USER 65532:65532");
        assertThat(lines).noneMatch(line -> line.contains(":latest") || line.contains("curl") || line.contains("http"));
        assertThat(lines.stream()
                        .filter(line -> line.startsWith("ARG JAVA_IMAGE="))
                        .findFirst()
                        .orElseThrow())
                .matches(".*:\\d+-jre");
        assertThat(lines).contains("ENTRYPOINT [\"/opt/tegula/bin/tegula\"]");
        assertThat(lines.indexOf("USER 65532:65532"))
                .isLessThan(lines.indexOf("ENTRYPOINT [\"/opt/tegula/bin/tegula\"]"));
    }

    /** A pod has no token that nobody reads; one login does. */
    private static void assertToken(String file, JsonNode pod) throws IOException {
        assertThat(pod.at("/automountServiceAccountToken").asBoolean(true)).isFalse();
        assertThat(setting(file))
                .filteredOn(line -> line.contains("automountServiceAccountToken"))
                .singleElement()
                .asString()
                .contains("# true where", "--vault-kubernetes-role");
    }

    private static void assertTaken(List<String> arguments) {
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        assertThat(CommandTree.refusal(
                        new Console(Reader.nullReader(), nowhere, nowhere, Terminal.none()),
                        arguments.toArray(String[]::new)))
                .as("tegula %s", arguments)
                .isEmpty();
    }

    /** Without comments and empty lines. */
    private static List<String> setting(String file) throws IOException {
        return Arrays.stream(Files.readString(FOLDER.resolve(file)).split("\n"))
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .toList();
    }
}
