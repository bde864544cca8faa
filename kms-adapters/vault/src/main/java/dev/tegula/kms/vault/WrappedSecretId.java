package dev.tegula.kms.vault;

import dev.tegula.failure.DeniedException;
import dev.tegula.failure.UnavailableException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/** A secret id behind a token that gives it out once. */
final class WrappedSecretId {

    private final Path file;
    private final String mount;
    private char[] usedToken = new char[0];
    private char[] secretId = new char[0];

    WrappedSecretId(Path file, String mount) {
        this.file = file;
        this.mount = mount;
    }

    /** The secret id, unwrapped if the file holds a token that was not used yet; the caller wipes it. */
    synchronized char[] secretId(VaultRequests exchange, Deadline deadline) {
        if (secretId.length > 0 && !Files.exists(file)) {
            return secretId.clone();
        }
        char[] token = SecretLine.read("wrapped secret id", file);
        if (secretId.length == 0 || !Arrays.equals(token, usedToken)) {
            char[] fresh = unwrap(new String(token), exchange, deadline);
            wipe();
            secretId = fresh;
            usedToken = token;
        } else {
            Arrays.fill(token, '\0');
        }
        return secretId.clone();
    }

    private char[] unwrap(String token, VaultRequests exchange, Deadline deadline) {
        requireMadeByTheRole(token, exchange, deadline);
        Request request = Request.writeOnce("sys/wrapping/unwrap");
        Answer answer;
        try {
            answer = exchange.ask(request, token, deadline);
        } catch (UnavailableException e) {
            throw new UnavailableException(
                    e.getMessage() + " If the wrapping token in " + file
                            + " was spent and its answer lost, the next try says that it was used: deliver a new one then.",
                    e);
        }
        if (!answer.ok()) {
            throw used();
        }
        return answer.require("data", "secret_id", request).toCharArray();
    }

    /** Somebody who took the token and unwrapped it can wrap the secret id again, but not at this path. */
    private void requireMadeByTheRole(String token, VaultRequests exchange, Deadline deadline) {
        Request request = Request.write("sys/wrapping/lookup", Map.of("token", token));
        Answer answer = exchange.ask(request, null, deadline);
        if (!answer.ok()) {
            throw used();
        }
        String path = answer.require("data", "creation_path", request);
        String expected = "auth/" + mount + "/role/";
        if (!path.contains(expected) || !path.endsWith("secret-id")) {
            throw new DeniedException("The wrapping token in " + file + " was made at " + path + ", not at " + expected
                    + "NAME/secret-id. Somebody may have unwrapped the secret id and wrapped it again: destroy it"
                    + " (vault list " + expected + "NAME/secret-id), and find out who could read the token.");
        }
    }

    private DeniedException used() {
        return new DeniedException("The wrapping token in " + file + " was used before or has expired. If no earlier"
                + " start of this process used it, somebody intercepted the secret id: destroy it (vault list auth/"
                + mount + "/role/NAME/secret-id) and look into the audit log. Then deliver a new one: vault write"
                + " -wrap-ttl=5m -f auth/" + mount + "/role/NAME/secret-id");
    }

    synchronized void wipe() {
        Arrays.fill(secretId, '\0');
        Arrays.fill(usedToken, '\0');
        secretId = new char[0];
        usedToken = new char[0];
    }
}
