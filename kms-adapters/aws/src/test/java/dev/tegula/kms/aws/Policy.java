package dev.tegula.kms.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tegula.envelope.FieldGlob;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** As much of an IAM policy as ours use: Allow statements with StringEquals and StringLike over the encryption context. */
final class Policy {

    private final JsonNode statements;

    private Policy(JsonNode statements) {
        this.statements = statements;
    }

    static Policy read(Path file) throws IOException {
        return new Policy(new ObjectMapper().readTree(file.toFile()).path("Statement"));
    }

    boolean allows(String action, String resource, Map<String, String> context) {
        for (JsonNode statement : statements) {
            if (!statement.path("Effect").asText().equals("Allow")) {
                throw new IllegalArgumentException("only Allow is understood here");
            }
            if (texts(statement.path("Action")).contains(action)
                    && texts(statement.path("Resource")).contains(resource)
                    && holds(statement.path("Condition"), context)) {
                return true;
            }
        }
        return false;
    }

    private static boolean holds(JsonNode condition, Map<String, String> context) {
        for (Map.Entry<String, JsonNode> operator : condition.properties()) {
            if (!List.of("StringEquals", "StringLike").contains(operator.getKey())) {
                throw new IllegalArgumentException(operator.getKey() + " is not understood here");
            }
            for (Map.Entry<String, JsonNode> test : operator.getValue().properties()) {
                String name = test.getKey().replace("kms:EncryptionContext:", "");
                String value = context.get(name);
                boolean like = operator.getKey().equals("StringLike");
                if (value == null
                        || texts(test.getValue()).stream()
                                .noneMatch(wanted -> like ? FieldGlob.matches(wanted, value) : wanted.equals(value))) {
                    return false;
                }
            }
        }
        return true;
    }

    private static List<String> texts(JsonNode node) {
        if (!node.isArray()) {
            return List.of(node.asText());
        }
        List<String> all = new ArrayList<>();
        node.forEach(one -> all.add(one.asText()));
        return all;
    }
}
