package dev.tegula.kms.vault;

import io.github.jopenlibs.vault.json.JsonArray;
import io.github.jopenlibs.vault.json.JsonObject;
import java.net.URI;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One key of a transit mount: its paths and the requests on them.
 *
 * @param address where Vault is, for messages
 * @param namespace where the mount is; null for the root namespace
 * @param mount without slashes around it
 */
record Transit(URI address, @Nullable String namespace, String mount, String key) {

    String keyPath() {
        return mount + "/keys/" + key;
    }

    String path(String operation) {
        return mount + "/" + operation + "/" + key;
    }

    Request encrypt(byte[] root, byte[] context) {
        return Request.write(path("encrypt"), plain(root, context));
    }

    Request decrypt(Ciphertext wrapped, byte[] context) {
        return Request.write(path("decrypt"), sealed(wrapped, context));
    }

    Request rewrap(Ciphertext wrapped, byte[] context) {
        return Request.write(path("rewrap"), sealed(wrapped, context));
    }

    /** An operation on many keys in one request. */
    Request batch(String operation, List<Map<String, Object>> items) {
        JsonArray input = new JsonArray();
        for (Map<String, Object> item : items) {
            JsonObject object = new JsonObject();
            item.forEach((name, text) -> object.add(name, (String) text));
            input.add(object);
        }
        return Request.write(path(operation), Map.of("batch_input", input));
    }

    /** What is sent of a root to wrap. */
    static Map<String, Object> plain(byte[] root, byte[] context) {
        return Map.of("plaintext", base64(root), "context", base64(context));
    }

    /** What is sent of a wrapped key to unwrap or rewrap. */
    static Map<String, Object> sealed(Ciphertext wrapped, byte[] context) {
        return Map.of("ciphertext", wrapped.text(), "context", base64(context));
    }

    Request settings() {
        return Request.read(keyPath());
    }

    /** What a person types to make a key that is fit. */
    String makeCommand(String name) {
        return command("write -f " + mount + "/keys/" + name + " derived=true exportable=false type=aes256-gcm96");
    }

    /** A command of Vault's own command line, in the right namespace. */
    String command(String rest) {
        return "vault " + (namespace == null ? "" : "-namespace=" + namespace + " ") + rest;
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
