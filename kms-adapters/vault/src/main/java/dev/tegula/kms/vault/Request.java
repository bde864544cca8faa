package dev.tegula.kms.vault;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What to ask Vault for.
 *
 * @param path below {@code /v1/}
 * @param body what to write; null to read
 * @param once whether it must not be sent a second time if Vault may have acted on it
 * @param inNamespace whether it concerns the namespace, or the server as a whole
 */
record Request(String path, @Nullable Map<String, Object> body, boolean once, boolean inNamespace) {

    static Request read(String path) {
        return new Request(path, null, false, true);
    }

    /** How the server is; a standby answers 200 too. */
    static Request health() {
        return new Request("sys/health?standbyok=true&perfstandbyok=true", null, false, false);
    }

    static Request write(String path, Map<String, Object> body) {
        return new Request(path, body, false, true);
    }

    static Request writeOnce(String path) {
        return new Request(path, Map.of(), true, true);
    }

    /** Without the body, which may hold a root or a secret id. */
    @Override
    public String toString() {
        return "Request[" + path + "]";
    }
}
