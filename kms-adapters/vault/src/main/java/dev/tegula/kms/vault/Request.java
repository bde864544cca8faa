package dev.tegula.kms.vault;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What to ask Vault for.
 *
 * @param path below {@code /v1/}
 * @param body what to write; null to read
 * @param once whether it must not be sent a second time if Vault may have acted on it
 */
record Request(String path, @Nullable Map<String, Object> body, boolean once) {

    static Request read(String path) {
        return new Request(path, null, false);
    }

    static Request write(String path, Map<String, Object> body) {
        return new Request(path, body, false);
    }

    static Request writeOnce(String path) {
        return new Request(path, Map.of(), true);
    }

    /** Without the body, which may hold a root or a secret id. */
    @Override
    public String toString() {
        return "Request[" + path + "]";
    }
}
