package dev.tegula.cli.exchange;

import dev.tegula.failure.MalformedException;
import dev.tegula.failure.RefusedException;
import dev.tegula.secret.SecretName;
import dev.tegula.secret.SecretValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Files that are written. What a format cannot hold so that every program reads it back as it was is refused by name. */
public enum TargetFormat {
    /** Lines NAME='VALUE' of variables, as {@code tegula run} names them. */
    DOTENV,
    /** One object of names and texts. */
    JSON,
    /** Names with dots, as Spring has them. */
    PROPERTIES,
    /** A manifest of a Kubernetes Secret; any bytes. */
    K8S;

    /** Its name as an option has it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The file.
     *
     * @throws RefusedException code {@code not-writable}, naming each secret that the format cannot hold
     */
    public byte[] write(SecretName prefix, List<SecretValue> values) {
        List<String> problems = new ArrayList<>();
        Map<String, byte[]> entries = new TreeMap<>();
        for (SecretValue value : values) {
            String key = key(prefix, value.name());
            if (this == DOTENV && !VariableName.valid(key)) {
                problems.add(value.name() + " would be the variable " + key + ", which is no name of one");
            }
            String text = this == K8S ? "" : text(value, problems);
            problem(text, value.name(), problems);
            if (entries.putIfAbsent(key, this == K8S ? value.bytes() : text.getBytes(StandardCharsets.UTF_8)) != null) {
                problems.add(value.name() + " would be " + key + ", as another is");
            }
        }
        if (!problems.isEmpty()) {
            throw new RefusedException(
                    "not-writable",
                    "Not written as " + word() + ": " + String.join("; ", problems) + ". Another format may hold it.");
        }
        return switch (this) {
            case DOTENV -> TargetText.dotenv(entries);
            case JSON -> TargetText.json(entries);
            case PROPERTIES -> TargetText.properties(entries);
            case K8S -> TargetText.manifest(prefix.value().replaceAll("[/._]", "-"), entries);
        };
    }

    private String key(SecretName prefix, SecretName secret) {
        return switch (this) {
            case DOTENV -> VariableName.of(prefix, secret);
            case JSON -> VariableName.below(prefix, secret);
            case PROPERTIES, K8S -> VariableName.below(prefix, secret).replace('/', '.');
        };
    }

    private static String text(SecretValue value, List<String> problems) {
        try {
            return value.text();
        } catch (MalformedException e) {
            problems.add(value.name() + " is no text");
            return "";
        }
    }

    private void problem(String text, SecretName name, List<String> problems) {
        boolean control = text.chars().anyMatch(Character::isISOControl);
        if (this == DOTENV && (control || text.contains("'") || text.endsWith("\\") || text.contains("\\\\"))) {
            problems.add(name
                    + " holds a ', a line end, another control character, or a backslash at its end or beside another,"
                    + " which programs read differently");
        }
        if (this == PROPERTIES && (text.contains("${") || text.contains("#{"))) {
            problems.add(name + " holds ${ or #{, which Spring would replace");
        }
        if (this == PROPERTIES && text.indexOf('\0') >= 0) {
            problems.add(name + " holds a NUL");
        }
    }
}
