package dev.tegula.kms.vault;

import dev.tegula.failure.ConfigurationException;
import io.github.jopenlibs.vault.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A token that somebody else made. It is renewed while Vault allows that. One from a file is read again when it ends or is
 * refused, so an agent beside the application can replace it; one given as a value ends with its time.
 */
public final class Token extends VaultAuth {

    private final @Nullable Path file;
    private final char[] value;

    private Token(@Nullable Path file, char[] value) {
        this.file = file;
        this.value = value;
    }

    /** A token on one line of a file. */
    public static Token file(Path file) {
        return new Token(file.toAbsolutePath(), new char[0]);
    }

    /**
     * A token in memory; for tests and for callers that have it from a secret store.
     *
     * @throws ConfigurationException if it is empty or not visible ASCII
     */
    public static Token of(String value) {
        char[] copy = value.toCharArray();
        SecretLine.requireVisible(copy, copy.length, "The token");
        return new Token(null, copy);
    }

    private char[] read() {
        if (file != null) {
            return SecretLine.read("token", file);
        }
        if (value[0] == '\0') {
            throw new IllegalStateException("This token was wiped when its VaultKms was closed");
        }
        return value.clone();
    }

    @Override
    HeldToken login(VaultRequests exchange, Deadline deadline, Instant now) {
        char[] token = read();
        Answer answer = exchange.ask(Request.read("auth/token/lookup-self"), new String(token), deadline);
        // Not every token may look at itself; whether it is any good shows when it is used.
        JsonObject data = answer.object("data");
        Duration life = answer.ok() ? Duration.ofSeconds(data.getLong("ttl", 0)) : HeldToken.FOR_EVER;
        return HeldToken.takeOwnership(token, now, life, data.getBoolean("renewable", false));
    }

    @Override
    boolean canReplace(HeldToken held) {
        if (file == null) {
            return false;
        }
        char[] now = read();
        try {
            return !held.holds(now);
        } finally {
            Arrays.fill(now, '\0');
        }
    }

    @Override
    boolean ownsItsTokens() {
        return false;
    }

    @Override
    String describe() {
        return file == null ? "a token" : "the token in " + file;
    }

    @Override
    void wipe() {
        Arrays.fill(value, '\0');
    }
}
