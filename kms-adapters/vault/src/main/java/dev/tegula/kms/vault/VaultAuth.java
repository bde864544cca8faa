package dev.tegula.kms.vault;

import io.github.jopenlibs.vault.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** How to log in to Vault: {@link Token}, {@link AppRole} or {@link Kubernetes}. One object serves one {@link VaultKms}, which wipes it. */
public abstract sealed class VaultAuth permits Token, AppRole, Kubernetes {

    VaultAuth() {}

    /**
     * Gets a token.
     *
     * @throws dev.tegula.failure.DeniedException if Vault refuses
     * @throws dev.tegula.failure.ConfigurationException if a file is missing, or there is no such login
     */
    abstract HeldToken login(VaultRequests exchange, Deadline deadline, Instant now);

    /** Whether another login could bring another token than this one. */
    abstract boolean canReplace(HeldToken held);

    /** Whether tokens were made for this process alone, so that it may revoke them when it ends. */
    abstract boolean ownsItsTokens();

    /** How it is called in messages. */
    abstract String describe();

    /** Forgets every secret. */
    abstract void wipe();

    /** Logs in at a mount with credentials. */
    HeldToken loginAt(
            String mount, Map<String, Object> credentials, VaultRequests exchange, Deadline deadline, Instant now) {
        Request request = Request.write("auth/" + mount + "/login", credentials);
        Answer answer = exchange.ask(request, null, deadline);
        if (!answer.ok()) {
            throw Refusal.ofLogin(exchange.address(), mount, describe(), answer);
        }
        char[] token = answer.require("auth", "client_token", request).toCharArray();
        JsonObject auth = answer.object("auth");
        return HeldToken.takeOwnership(
                token, now, Duration.ofSeconds(auth.getLong("lease_duration", 0)), auth.getBoolean("renewable", false));
    }

    @Override
    public final String toString() {
        return describe();
    }
}
