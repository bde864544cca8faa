package dev.tegula.kms.vault;

import dev.tegula.failure.CannotOpenException;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.kms.BoundKey;
import dev.tegula.kms.Kek;
import dev.tegula.kms.KekResult;
import dev.tegula.kms.KekStatus;
import dev.tegula.kms.WrapContext;
import dev.tegula.kms.WrappedKey;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A derived transit key. The digest of the context is the {@code context} it derives from. */
final class VaultKek implements Kek {

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
        Kek.requireRoot(root);
        requireSeen();
        return wrapped(transit.encrypt(root, context.digest()), context, 1);
    }

    @Override
    public List<KekResult<WrappedKey>> wrapAll(List<byte[]> roots, List<WrapContext> contexts) {
        Kek.requireAsMany(roots, contexts);
        if (roots.size() < 2 || roots.stream().anyMatch(root -> root.length != ROOT_BYTES)) {
            return Kek.super.wrapAll(roots, contexts);
        }
        requireSeen();
        return new Batch<WrappedKey>(
                        transit, calls, "encrypt", left -> Kek.super.wrapAll(at(left, roots), at(left, contexts)))
                .results(
                        places(roots)
                                .<@Nullable Map<String, Object>>map(at -> Transit.plain(
                                        roots.get(at), contexts.get(at).digest()))
                                .toList(),
                        contexts,
                        (at, answer, request) -> wrapped(Ciphertext.of(answer, request, 1)));
    }

    @Override
    public List<KekResult<byte[]>> unwrapAll(List<BoundKey> keys) {
        return keys.size() < 2
                ? Kek.super.unwrapAll(keys)
                : new Batch<byte[]>(transit, calls, "decrypt", left -> Kek.super.unwrapAll(at(left, keys)))
                        .results(sealed(keys), contexts(keys), (at, answer, request) -> root(answer, request));
    }

    @Override
    public List<KekResult<WrappedKey>> rewrapAll(List<BoundKey> keys) {
        if (keys.size() < 2) {
            return Kek.super.rewrapAll(keys);
        }
        requireFit();
        return new Batch<WrappedKey>(transit, calls, "rewrap", left -> Kek.super.rewrapAll(at(left, keys)))
                .results(sealed(keys), contexts(keys), (at, answer, request) -> {
                    int old = ciphertext(keys.get(at).wrapped(), keys.get(at).context())
                            .version();
                    return wrapped(Ciphertext.of(answer, request, old));
                });
    }

    /** From another KEK: unwrapped and wrapped, many a request where that one is of Vault too. */
    @Override
    public List<KekResult<WrappedKey>> rewrapAllFrom(Kek from, List<BoundKey> keys) {
        List<KekResult<byte[]>> roots = from.unwrapAll(keys);
        try {
            List<Integer> opened =
                    places(roots).filter(at -> roots.get(at).failure() == null).toList();
            List<KekResult<WrappedKey>> wrapped = wrapAll(
                    opened.stream().map(at -> roots.get(at).get()).toList(),
                    opened.stream().map(at -> keys.get(at).context()).toList());
            Iterator<KekResult<WrappedKey>> next = wrapped.iterator();
            return roots.stream().map(root -> root.then(bytes -> next.next())).toList();
        } finally {
            roots.stream().filter(root -> root.failure() == null).forEach(root -> Arrays.fill(root.get(), (byte) 0));
        }
    }

    private static <T> Stream<Integer> places(List<T> all) {
        return IntStream.range(0, all.size()).boxed();
    }

    private static <T> List<T> at(List<Integer> places, List<T> all) {
        return places.stream().map(all::get).toList();
    }

    private static List<WrapContext> contexts(List<BoundKey> keys) {
        return keys.stream().map(BoundKey::context).toList();
    }

    private static List<@Nullable Map<String, Object>> sealed(List<BoundKey> keys) {
        return keys.stream()
                .<@Nullable Map<String, Object>>map(key -> parsed(key.wrapped())
                        .map(ciphertext ->
                                Transit.sealed(ciphertext, key.context().digest()))
                        .orElse(null))
                .toList();
    }

    @Override
    public byte[] unwrap(WrappedKey wrapped, WrapContext context) {
        Request request = transit.decrypt(ciphertext(wrapped, context), context.digest());
        return root(ask(request, context), request);
    }

    private static byte[] root(Answer answer, Request request) {
        String plaintext = answer.require("data", "plaintext", request);
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
        return wrapped(Ciphertext.of(ask(request, context), request, atLeast));
    }

    private static WrappedKey wrapped(Ciphertext fresh) {
        return WrappedKey.copyOf(fresh.bytes(), Integer.toString(fresh.version()));
    }

    /** Two places name the version. Only where they agree is a version that is too old a matter of access. */
    private static Ciphertext ciphertext(WrappedKey wrapped, WrapContext context) {
        return parsed(wrapped).orElseThrow(() -> new CannotOpenException(context.field()));
    }

    private static Optional<Ciphertext> parsed(WrappedKey wrapped) {
        return Ciphertext.parse(wrapped.bytes())
                .filter(parsed -> Integer.toString(parsed.version()).equals(wrapped.kekVersion()));
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

    /** Rewrapping makes no key; anyone who may not see the settings has the key's own answer. */
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
