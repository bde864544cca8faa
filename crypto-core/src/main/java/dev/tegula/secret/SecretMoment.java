package dev.tegula.secret;

import dev.tegula.envelope.Scope;
import dev.tegula.failure.IntegrityException;
import dev.tegula.failure.RefusedException;
import dev.tegula.keyring.Keyring;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Secrets as they were at one moment. Their rows are read, and no value is opened yet: what a row says for certain (there is none,
 * it was deleted, it expires) is known without a KMS. Thread-safe.
 */
public final class SecretMoment {

    private final Rows rows;
    private final SecretNamespaces namespaces;
    private final Keyring keyring;
    private final AtomicBoolean opening = new AtomicBoolean();

    SecretMoment(Rows rows, SecretNamespaces namespaces, Keyring keyring) {
        this.rows = rows;
        this.namespaces = namespaces;
        this.keyring = keyring;
    }

    /** What was found. */
    static final class Rows {
        private final SortedMap<SecretName, HeldValue> found = new TreeMap<>();
        private final TreeSet<String> unverified = new TreeSet<>();

        void add(HeldValue held) {
            found.put(held.secret().name(), held);
        }

        void addUnverified(String name) {
            unverified.add(name);
        }

        Optional<Secret> of(SecretName name) {
            return Optional.ofNullable(found.get(name)).map(HeldValue::secret);
        }

        List<Secret> secrets() {
            return found.values().stream().map(HeldValue::secret).toList();
        }
    }

    /**
     * The names at and below one that are given out, in order; deleted ones are left out. It must be one that was asked for, or
     * below one.
     *
     * @throws IntegrityException if a row of one does not verify
     */
    public List<SecretName> names(SecretName prefix) {
        List<String> wrong = rows.unverified.stream()
                .filter(name -> name.equals(prefix.value()) || name.startsWith(prefix.value() + "/"))
                .toList();
        return new SecretListing(rows.secrets(), wrong)
                .requireVerified().stream()
                        .filter(secret -> secret.state() == Secret.State.LIVE)
                        .map(Secret::name)
                        .filter(name -> name.equals(prefix) || name.in(prefix))
                        .toList();
    }

    /**
     * All that was found, deleted ones too, in the order of their names.
     *
     * @throws IntegrityException if a row does not verify
     */
    public List<Secret> all() {
        return new SecretListing(rows.secrets(), List.copyOf(rows.unverified)).requireVerified();
    }

    /**
     * A secret that is given out, without its value.
     *
     * @throws RefusedException code {@code secret-unknown}, {@code secret-deleted} or {@code secret-destroyed}
     * @throws dev.tegula.failure.ConfigurationException if no namespace holds the name
     * @throws IntegrityException if a row of it does not verify
     */
    public Secret live(SecretName name) {
        return held(name).secret();
    }

    /**
     * Its value, opened; the caller closes it.
     *
     * @throws RefusedException as {@link #live}
     * @throws dev.tegula.failure.TegulaException what the keyring throws where the key does not open
     */
    public SecretValue open(SecretName name) {
        HeldValue held = held(name);
        openAhead();
        return held.open(keyring);
    }

    /** Keys of many namespaces are opened at the same time, and not one after another. */
    private void openAhead() {
        if (opening.compareAndSet(false, true)) {
            List<Scope> scopes = rows.secrets().stream()
                    .filter(secret -> secret.state() == Secret.State.LIVE)
                    .map(secret -> SecretNamespaces.scope(secret.namespace()))
                    .distinct()
                    .toList();
            if (scopes.size() > 1) {
                keyring.openAhead(scopes);
            }
        }
    }

    private HeldValue held(SecretName name) {
        namespaces.require(name);
        if (rows.unverified.contains(name.value())) {
            throw SecretRefusals.unverified(name.value());
        }
        HeldValue held = rows.found.get(name);
        if (held == null) {
            throw SecretRefusals.unknown(name);
        }
        if (held.secret().state() == Secret.State.DELETED) {
            throw SecretRefusals.deleted(name);
        }
        held.version();
        return held;
    }

    /** All values at and below a prefix, or none. */
    List<SecretValue> openAll(SecretName prefix) {
        List<HeldValue> held = names(prefix).stream().map(this::held).toList();
        openAhead();
        return HeldValue.openAll(held, keyring);
    }
}
