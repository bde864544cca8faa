package dev.tegula.cli.command;

import dev.tegula.secret.SecretValue;
import java.util.LinkedHashMap;
import java.util.Map;

/** Variables with their values: as text, or as the content of a file that the variable names. Closing it wipes the contents. */
final class ResolvedVariables implements AutoCloseable {

    private final Map<String, String> texts = new LinkedHashMap<>();
    private final Map<String, SecretValue> files = new LinkedHashMap<>();

    Map<String, String> texts() {
        return texts;
    }

    Map<String, SecretValue> files() {
        return files;
    }

    @Override
    public void close() {
        files.values().forEach(SecretValue::close);
    }
}
