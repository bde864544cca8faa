package dev.tegula.kms.vault;

import dev.tegula.failure.CannotOpenException;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.MalformedException;
import dev.tegula.kms.Kek;
import dev.tegula.kms.KekStatus;
import dev.tegula.kms.WrapContext;
import dev.tegula.kms.WrappedKey;
import java.time.InstantSource;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** A derived transit key. The digest of the context is the {@code context} it derives from. */
final class VaultKek implements Kek {

    private static final int ROOT_BYTES = 32;

    private final Transit transit;
    private final AuthenticatedCalls calls;
    private final InstantSource clock;
    private volatile boolean fit;

    VaultKek(Transit transit, AuthenticatedCalls calls, InstantSource clock) {
        this.transit = transit;
        this.calls = calls;
        this.clock = clock;
    }

    @Override
    public String provider() {
        return VaultKms.PROVIDER;
    }

    @Override
    public String key() {
        return transit.key();
    }

    @Override
    public WrappedKey wrap(byte[] root, WrapContext context) {
        if (root.length != ROOT_BYTES) {
            throw new MalformedException(
                    MalformedException.Kind.ROOT, "A root key has exactly 32 bytes, not " + root.length + ".");
        }
        requireSeen();
        return wrapped(transit.encrypt(root, context.digest()), context, 1);
    }

    @Override
    public byte[] unwrap(WrappedKey wrapped, WrapContext context) {
        Request request = transit.decrypt(ciphertext(wrapped, context), context.digest());
        String plaintext = ask(request, context).require("data", "plaintext", request);
        try {
            return Base64.getDecoder().decode(plaintext);
        } catch (IllegalArgumentException e) {
            // Without the cause, which quotes a character of the plaintext.
            throw new ConfigurationException("Vault's answer to " + request.path() + " is not base64. Is it a transit"
                    + " mount of Vault or OpenBao?");
        }
    }

    @Override
    public WrappedKey rewrap(WrappedKey wrapped, WrapContext context) {
        Ciphertext old = ciphertext(wrapped, context);
        requireFit();
        return wrapped(transit.rewrap(old, context.digest()), context, old.version());
    }

    private WrappedKey wrapped(Request request, WrapContext context, int atLeast) {
        Ciphertext fresh = Ciphertext.of(ask(request, context), request, atLeast);
        return WrappedKey.copyOf(fresh.bytes(), Integer.toString(fresh.version()));
    }

    /** Two places name the version. Only where they agree is a version that is too old a matter of access. */
    private static Ciphertext ciphertext(WrappedKey wrapped, WrapContext context) {
        return Ciphertext.parse(wrapped.bytes())
                .filter(parsed -> Integer.toString(parsed.version()).equals(wrapped.kekVersion()))
                .orElseThrow(() -> new CannotOpenException(context.field()));
    }

    private Answer ask(Request request, WrapContext context) {
        Answer answer = calls.ask(request);
        if (answer.status() != 200) {
            throw Refusal.ofTransit(transit, request.path(), answer, context);
        }
        return answer;
    }

    /**
     * Before anything is wrapped, each time: where the policy grants {@code create}, wrapping under a key that is not there
     * makes it, with settings that nobody chose, and it may be gone since the last time.
     *
     * @throws dev.tegula.failure.DeniedException if the token may not see the key
     */
    private void requireSeen() {
        Request request = transit.settings();
        Answer answer = calls.ask(request);
        if (answer.status() == 403) {
            throw Refusal.notVisible(transit);
        }
        requireFit(seen(answer, request));
    }

    /** Rewrapping makes no key; whoever may not see the settings has the key's own answer. */
    private void requireFit() {
        if (!fit) {
            TransitKeySettings settings = settings();
            if (settings != null) {
                requireFit(settings);
            }
        }
    }

    private void requireFit(TransitKeySettings settings) {
        String unfit = settings.unfit(transit);
        if (unfit != null) {
            throw new ConfigurationException(unfit);
        }
        fit = true;
    }

    /**
     * How the key is set; null if the token may not see that.
     *
     * @throws ConfigurationException if there is no such key
     */
    @Nullable
    TransitKeySettings settings() {
        Request request = transit.settings();
        Answer answer = calls.askIfAllowed(request);
        return answer == null ? null : seen(answer, request);
    }

    private TransitKeySettings seen(Answer answer, Request request) {
        if (answer.status() == 404) {
            throw Refusal.notThere(transit, answer);
        }
        return TransitKeySettings.of(answer, request);
    }

    @Override
    public KekStatus status() {
        return new TransitKeyCheck(this, transit, calls, clock).status();
    }

    @Override
    public String toString() {
        return "VaultKek[" + transit.mount() + "/" + transit.key() + " at " + transit.address() + "]";
    }
}
