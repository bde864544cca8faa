package dev.tegula.kms.vault;

import dev.tegula.failure.CannotOpenException;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.DeniedException;
import dev.tegula.failure.TegulaException;
import dev.tegula.kms.WrapContext;
import java.net.URI;

/** What Vault means when it answers and says no. Its words are compared one by one; none is passed on. */
final class Refusal {

    private static final String NO_KEY = "encryption key not found";
    private static final String TOO_OLD = "ciphertext or signature version is disallowed by policy (too old)";
    private static final String NOT_AUTHENTIC = "message authentication failed";
    private static final String MALFORMED = "invalid ciphertext";

    private Refusal() {}

    static TegulaException ofLogin(URI address, String mount, String who, Answer answer) {
        if (answer.status() == 404) {
            return new ConfigurationException("Vault at " + address + " has no login at auth/" + mount
                    + ". Correct the mount, or enable it: vault auth enable -path=" + mount + " …");
        }
        return new DeniedException("Vault at " + address + " refuses the login with " + who + " (" + answer.status()
                + "): the role or its credentials are not valid, were revoked, have expired, or are used up. Or there is"
                + " no login at auth/" + mount + ", which looks the same. Deliver new credentials.");
    }

    /** To wrapping, unwrapping or rewrapping. */
    static TegulaException ofTransit(Transit transit, String path, Answer answer, WrapContext context) {
        return switch (answer.status()) {
            case 400 -> ofBadRequest(transit, path, answer, context);
            case 403 ->
                new DeniedException("Vault at " + transit.address() + " refuses `update` on " + path
                        + " (403). Either the policies of this token do not grant it, or there is no such key: without"
                        + " `create` Vault answers both alike. Look: vault token capabilities " + path);
            case 404 -> noMount(transit);
            default -> unforeseen(transit, path, answer);
        };
    }

    private static TegulaException ofBadRequest(Transit transit, String path, Answer answer, WrapContext context) {
        for (String error : answer.errors()) {
            if (error.endsWith(NOT_AUTHENTIC) || error.startsWith(MALFORMED)) {
                return new CannotOpenException(context.field());
            }
            if (error.equals(TOO_OLD)) {
                return new DeniedException("Transit key " + transit.key() + " of Vault at " + transit.address()
                        + " does not open this version any more: min_decryption_version is above it. To move what is left,"
                        + " lower it (vault write " + transit.keyPath()
                        + "/config min_decryption_version=…), rewrap with"
                        + " `tegula keys rewrap --all`, and raise it again.");
            }
            if (error.equals(NO_KEY)) {
                return noKey(transit);
            }
        }
        return unforeseen(transit, path, answer);
    }

    /** To reading the settings of a key: a mount without it gives no reason, a path without a mount does. */
    static ConfigurationException notThere(Transit transit, Answer answer) {
        return answer.errors().isEmpty() ? noKey(transit) : noMount(transit);
    }

    /** To reading the settings of a key under which something is to be wrapped. */
    static DeniedException notVisible(Transit transit) {
        return new DeniedException("Vault at " + transit.address() + " refuses `read` on " + transit.keyPath()
                + " (403), so it is unknown whether the key exists, and nothing is wrapped under it: where a token may"
                + " `create`, Vault would make it. Grant `read`: "
                + transit.command("policy write tegula-application docs/policies/vault-application.hcl"));
    }

    private static ConfigurationException noMount(Transit transit) {
        return new ConfigurationException("Vault at " + transit.address() + " has no engine at " + transit.mount()
                + ". Correct the mount or the namespace, or enable it: "
                + transit.command("secrets enable -path=" + transit.mount() + " transit"));
    }

    private static ConfigurationException noKey(Transit transit) {
        return new ConfigurationException("Vault at " + transit.address() + " has no transit key " + transit.key()
                + " at " + transit.mount() + ". Correct the name, or make it: " + transit.makeCommand(transit.key()));
    }

    private static ConfigurationException unforeseen(Transit transit, String path, Answer answer) {
        return new ConfigurationException(
                "Vault at " + transit.address() + " answers " + answer.status() + " to " + path
                        + " for a reason this release does not know; Vault's own log has it. Is it a transit mount, and does"
                        + " the address lead to Vault?");
    }
}
