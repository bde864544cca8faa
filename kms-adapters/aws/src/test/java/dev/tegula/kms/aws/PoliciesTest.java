package dev.tegula.kms.aws;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tegula.kms.Kek;
import dev.tegula.kms.aws.ScriptedKms.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The policies of the documentation allow what is sent, and little else. */
class PoliciesTest {

    private static final Step[] STATUS = {
        Steps.described(),
        Steps.rotating("\"KeyRotationEnabled\":true"),
        Steps.described(),
        Steps.encrypted(),
        Steps.decrypted(Adapters.root()),
        Steps.reEncrypted(Steps.KEY, Steps.KEY)
    };

    private static Policy policy(String name) throws IOException {
        Path root = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(root.resolve("crypto-core"))) {
            root = root.getParent();
        }
        return Policy.read(root.resolve("docs/policies").resolve(name));
    }

    /** The rights that the calls needed, each with whether the policy gives it. */
    private static Map<String, Boolean> rights(Policy policy, Consumer<Kek> calls, Step... answers) throws IOException {
        Map<String, Boolean> rights = new TreeMap<>();
        try (ScriptedKms server = ScriptedKms.of(answers);
                AwsKms kms = Adapters.at(server.endpoint()).build()) {
            calls.accept(kms.kek(Steps.KEY));
            for (String request : server.requests()) {
                JsonNode body = new ObjectMapper().readTree(request.substring(request.indexOf("\r\n\r\n")));
                for (String action : actions(request.replaceFirst("(?s).*TrentService\\.([A-Za-z]+).*", "$1"))) {
                    rights.merge(action, policy.allows(action, Steps.KEY, context(body)), Boolean::logicalAnd);
                }
            }
        }
        return rights;
    }

    private static List<String> actions(String operation) {
        return operation.equals("ReEncrypt")
                ? List.of("kms:ReEncryptFrom", "kms:ReEncryptTo")
                : List.of("kms:" + operation);
    }

    private static Map<String, String> context(JsonNode body) {
        Map<String, String> context = new TreeMap<>();
        for (String place : List.of("EncryptionContext", "SourceEncryptionContext", "DestinationEncryptionContext")) {
            body.path(place)
                    .properties()
                    .forEach(pair -> context.put(pair.getKey(), pair.getValue().asText()));
        }
        return context;
    }

    @Test
    void application_unwrapping_isAllowed() throws IOException {
        assertThat(rights(
                        policy("aws-application.json"),
                        kek -> kek.unwrap(Adapters.wrapped(), Adapters.context()),
                        Steps.decrypted(Adapters.root())))
                .containsOnly(Map.entry("kms:Decrypt", true));
    }

    @Test
    void application_wrappingAndRewrapping_isNotAllowed() throws IOException {
        Policy policy = policy("aws-application.json");

        assertThat(rights(
                        policy,
                        kek -> kek.wrap(Adapters.root(), Adapters.context()),
                        Steps.described(),
                        Steps.encrypted()))
                .containsEntry("kms:Encrypt", false);
        assertThat(rights(
                        policy,
                        kek -> kek.rewrap(Adapters.wrapped(), Adapters.context()),
                        Steps.reEncrypted(Steps.KEY, Steps.KEY)))
                .containsEntry("kms:ReEncryptFrom", false)
                .containsEntry("kms:ReEncryptTo", false);
    }

    @Test
    void application_status_lacksOnlyWhatANoteIsAbout() throws IOException {
        assertThat(rights(policy("aws-application.json"), Kek::status, STATUS))
                .isEqualTo(Map.of(
                        "kms:DescribeKey", true,
                        "kms:Encrypt", true,
                        "kms:Decrypt", true,
                        "kms:GetKeyRotationStatus", false,
                        "kms:ReEncryptFrom", false,
                        "kms:ReEncryptTo", false));
    }

    @Test
    void operator_everyCall_isAllowed() throws IOException {
        Policy policy = policy("aws-operator.json");
        List<Map<String, Boolean>> all = new ArrayList<>();
        all.add(rights(policy, Kek::status, STATUS));
        all.add(rights(
                policy,
                kek -> {
                    kek.wrap(Adapters.root(), Adapters.context());
                    kek.rewrap(Adapters.wrapped(), Adapters.context());
                    kek.unwrap(Adapters.wrapped(), Adapters.context());
                },
                Steps.described(),
                Steps.encrypted(),
                Steps.reEncrypted(Steps.KEY, Steps.KEY),
                Steps.decrypted(Adapters.root())));

        assertThat(all).allSatisfy(rights -> assertThat(rights.values()).containsOnly(true));
    }

    @Test
    void policies_withoutContext_openNothing() throws IOException {
        assertThat(policy("aws-operator.json").allows("kms:Decrypt", Steps.KEY, Map.of()))
                .isFalse();
        assertThat(policy("aws-application.json").allows("kms:Decrypt", Steps.KEY, Map.of()))
                .isFalse();
    }
}
