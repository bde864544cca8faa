package dev.tegula.registry;

import dev.tegula.cipher.RootKey;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.failure.IntegrityException;
import dev.tegula.failure.KeyUnknownException;
import dev.tegula.failure.RefusedException;
import dev.tegula.kms.KekResult;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The steps of a key's life: PENDING, ACTIVE, DECRYPT_ONLY, RETIRED, DESTROYED, and the ways back that exist. Each step
 * is one serializable transaction that verifies every row it reads and seals every row it writes; KMS calls and the
 * census happen before it. Whatever is refused has changed nothing. A step that was taken already changes nothing either
 * and returns the row as it is, so that who got no answer to a COMMIT takes the step again. Thread-safe.
 *
 * <p>All methods may throw what {@link KeyRegistry} and {@link dev.tegula.kms.Kek} throw,
 * {@link dev.tegula.failure.IntegrityException} for a row that does not verify, {@link KeyUnknownException} for a key id
 * that is not there, and {@link RefusedException} with code {@code state} for a step the key's state does not allow, or
 * {@code conflict} if somebody else changed the row meanwhile.
 */
public final class KeyLifecycle {

    private final KeyRegistry registry;
    private final RegistrySeal seal;
    private final KeyWrapping wrapping;
    private final KeyUses uses;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    /**
     * The life of the keys of one registry.
     *
     * @param uses asked before a key is retired or destroyed
     * @param clock for the instants of rows and the waiting period
     */
    public KeyLifecycle(
            KeyRegistry registry, RegistrySeal seal, KeyWrapping wrapping, KeyUses uses, InstantSource clock) {
        this.registry = registry;
        this.seal = seal;
        this.wrapping = wrapping.knowing(registry, seal);
        this.uses = uses;
        this.clock = clock;
    }

    /**
     * Makes the REGISTRY root of an empty registry.
     *
     * @return its key id: the pin for local configuration, which must not be read from the database afterwards
     * @throws RefusedException code {@code registry-exists}, if there is one already
     */
    public static KeyId initialise(KeyRegistry registry, KeyWrapping wrapping, String alias, InstantSource clock) {
        Instant now = clock.instant();
        KeyRow fresh = FreshKey.of(wrapping, Scope.REGISTRY, alias, new SecureRandom(), now)
                .withVersion(1);
        KeyRow root = fresh.in(KeyState.ACTIVE, fresh.times().withActivated(now));
        try (RootKey key = wrapping.unwrap(root)) {
            RegistrySeal own = RegistrySeal.under(key, root);
            return registry.change(change -> {
                if (!change.rows(Scope.REGISTRY).isEmpty()) {
                    throw new RefusedException(
                            "registry-exists",
                            "This registry has a root already. Use the tegula.registry-pin that"
                                    + " `tegula init` wrote when it was made.");
                }
                KeyRow sealed = own.seal(root.withRev(change.nextRev(own::genuine)));
                change.insert(sealed);
                change.tell(List.of(KeyEvent.CREATE.of(sealed)), own);
                return root.keyId();
            });
        }
    }

    /**
     * Makes a PENDING key with the next version of its scope: drawn, wrapped, unwrapped again and compared.
     *
     * @param alias the KEK; see {@link dev.tegula.kms.Keks#aliasFor}
     */
    public KeyRow create(Scope scope, String alias) {
        KeyRow fresh = fresh(wrapping, scope, alias, clock.instant());
        return change(tx -> {
            Rules.requireFirstIndexKey(scope, tx.rows(scope));
            return tx.insert(KeyEvent.CREATE, fresh.withVersion(tx.nextVersion(scope)));
        });
    }

    /**
     * A PENDING key that can become ACTIVE: the one that an earlier call made under this KEK and nobody activated, or a
     * new one.
     *
     * @param alias the KEK; see {@link dev.tegula.kms.Keks#aliasFor}
     */
    public Prepared prepare(Scope scope, String alias) {
        return prepare(scope, alias, false);
    }

    /**
     * The same for a key of purpose INDEX that is to replace another; for who moves the rows. Writers fill the next columns of
     * indexes under it at once.
     */
    public Prepared prepareNextIndex(Scope scope, String alias) {
        return prepare(scope, alias, true);
    }

    private Prepared prepare(Scope scope, String alias, boolean rowsMove) {
        Rules.requireNotRegistry(scope);
        if (!rowsMove) {
            registry.change(change -> {
                Rules.requireFirstIndexKey(scope, new SealedChange(change, seal).rows(scope));
                return scope;
            });
        }
        Optional<KeyRow> waiting =
                registry.change(change -> Rules.waiting(new SealedChange(change, seal).rows(scope), alias));
        if (waiting.isPresent()) {
            return new Prepared(waiting.get(), false);
        }
        KeyRow fresh = fresh(wrapping, scope, alias, clock.instant());
        KeyRow row = change(tx -> Rules.waiting(tx.rows(scope), alias)
                .orElseGet(() -> tx.insert(KeyEvent.CREATE, fresh.withVersion(tx.nextVersion(scope)))));
        return new Prepared(row, row.keyId().equals(fresh.keyId()));
    }

    /**
     * A key that waits to be activated.
     *
     * @param row the key
     * @param made whether this call made it
     */
    public record Prepared(KeyRow row, boolean made) {}

    /**
     * Makes a PENDING key like {@link #create}, unless somebody else was faster: of many that ask at once with what they saw
     * of the scope, one makes the key.
     *
     * @param newest the highest version that the caller saw in the scope, 0 for none
     * @return empty if the scope has a later version by now; nothing was made then
     */
    public Optional<KeyRow> createAfter(Scope scope, String alias, int newest) {
        return nextKeys(any -> alias).one(fresh(wrapping, scope, alias, clock.instant()), newest);
    }

    /**
     * The same for many scopes, each under the KEK of its alias, many keys in one transaction.
     *
     * @param newest the highest version that the caller saw of each scope, 0 for none
     * @return as many results as scopes, in the order of the map: what {@link #createAfter} would have returned or thrown
     */
    public List<KekResult<Optional<KeyRow>>> createAllAfter(
            Map<Scope, Integer> newest, Function<Scope, String> aliases) {
        return nextKeys(aliases).after(newest);
    }

    private NextKeys nextKeys(Function<Scope, String> aliases) {
        Instant now = clock.instant();
        return new NextKeys(registry, seal, wrapping, (by, scope) -> fresh(by, scope, aliases.apply(scope), now));
    }

    /**
     * The ACTIVE key of a scope; if the scope has no key at all, one is made and activated in the same transaction, so
     * that many instances that ask at once agree. For keys on demand; no backup is asked for.
     *
     * @throws KeyUnknownException if the scope has keys, but none is ACTIVE: which one to use is a person's decision
     */
    public KeyRow provide(Scope scope, String alias) {
        Rules.requireNotRegistry(scope);
        return Provision.of(registry, seal).provide(scope, () -> fresh(wrapping, scope, alias, clock.instant()));
    }

    /**
     * The same for many scopes, each under the KEK of its alias, many keys in one transaction.
     *
     * @return as many results as scopes, in the same order: the keys, or what {@link #provide} would have thrown
     */
    public List<KekResult<KeyRow>> provideAll(List<Scope> scopes, Function<Scope, String> aliases) {
        Instant now = clock.instant();
        return new FirstKeys(registry, seal, wrapping, (by, scope) -> fresh(by, scope, aliases.apply(scope), now))
                .provide(scopes);
    }

    private KeyRow fresh(KeyWrapping by, Scope scope, String alias, Instant now) {
        Rules.requireNotRegistry(scope);
        Rules.requireOwnBranch(scope, alias);
        return FreshKey.of(by, scope, alias, random, now);
    }

    /**
     * Makes a PENDING key the one new values are written under. The key that was becomes DECRYPT_ONLY first, in the same
     * transaction, and open re-encryption jobs of the scope are fenced, because they aim at the old one.
     *
     * @throws RefusedException code {@code backup-missing}, if the key was not backed up (see {@link #backup}); code
     *     {@code superseded}, if a later version has been ACTIVE: writers never go back; code {@code index-rotation}, if it
     *     would replace the key of a blind index
     */
    public KeyRow activate(KeyId keyId) {
        return activation().one(keyId, false);
    }

    /**
     * The same of many keys, many in one transaction; those that may not be activated do not reach the others.
     *
     * @param keyIds each once, at most one of a scope
     * @return as many results, in the same order: the rows as they are now, or what {@link #activate} would have thrown; if the
     *     registry does not answer that is thrown, and the transactions before it stay
     */
    public List<KekResult<KeyRow>> activateAll(List<KeyId> keyIds) {
        return activation().run(keyIds);
    }

    private KeyActivation activation() {
        return new KeyActivation(registry, seal, clock);
    }

    /**
     * The same for a key of purpose INDEX that replaces another; for who has filled the next columns of all indexes of the
     * field under it, and fenced them.
     *
     * @throws RefusedException as {@link #activate}, but for {@code index-rotation}
     */
    public KeyRow activateNextIndex(KeyId keyId) {
        return activation().one(keyId, true);
    }

    /**
     * Ends the use of a DECRYPT_ONLY key, or of a PENDING one that is not wanted. It still decrypts, with a warning.
     *
     * @throws KeyInUseException if anything needs it or a column is not fenced against it
     */
    public KeyRow retire(KeyId keyId) {
        return retireAll(List.of(keyId)).get(0).get();
    }

    /**
     * The same for many keys, after one census of all of them; those that may not be retired do not reach the others.
     *
     * @param keyIds each once
     * @return as many results, in the same order: the rows as they are now, or what {@link #retire} would have thrown; a census
     *     that fails is thrown, before any key was changed
     */
    public List<KekResult<KeyRow>> retireAll(List<KeyId> keyIds) {
        return new KeyRetirement(registry, seal, uses, clock).run(keyIds);
    }

    /** Makes a RETIRED key DECRYPT_ONLY again. */
    public KeyRow reopen(KeyId keyId) {
        return change(tx -> {
            KeyRow row = Rules.requireNotRoot(tx.get(keyId));
            if (row.state() == KeyState.DECRYPT_ONLY) {
                return row;
            }
            Rules.require(row, "reopened", KeyState.RETIRED);
            return tx.update(
                    KeyEvent.REOPEN, row.in(KeyState.DECRYPT_ONLY, row.times().withRetired(null)));
        });
    }

    /**
     * Removes the wrapped bytes of a RETIRED key, for ever. The row stays.
     *
     * @throws KeyInUseException if anything needs it or a column is not fenced against it
     * @throws RefusedException code {@code retention-undeclared}, or {@code waiting-period} while copies of old values may
     *     still be read
     */
    public KeyRow destroy(KeyId keyId, Retention retention) {
        KeyRow before = Rules.requireNotRoot(verified(keyId));
        if (before.state() == KeyState.DESTROYED) {
            return before;
        }
        if (before.state() == KeyState.RETIRED) {
            // Before the census: that one searches the whole database.
            Rules.requireWaited(before, retention, clock.instant());
        }
        KeyRetirement.requireUnused(before, "destroyed", uses);
        Rules.require(before, "destroyed", KeyState.RETIRED);
        return change(tx -> {
            KeyRow row = tx.unchanged(before);
            tx.requireNoneUnder(row, "destroyed");
            return tx.update(
                    KeyEvent.DESTROY,
                    row.in(KeyState.DESTROYED, row.times())
                            .withWrapped(row.provider(), row.kekAlias(), Optional.empty()));
        });
    }

    /**
     * Wraps a key again, under the newest version of its KEK or under another KEK; values are not touched. The new bytes
     * are unwrapped and compared before they replace the old ones. It does not revoke anything: after a KEK leak, rotate.
     * Until when the old KEK must live says {@link Retention#oldKekNeededUntil}. The row counts as not backed up again.
     *
     * @throws RefusedException code {@code backup-missing}, if the key was not backed up since it was last wrapped
     */
    public KeyRow rewrap(KeyId keyId, String alias) {
        return rewrapAll(List.of(keyId), alias).get(0).get();
    }

    /**
     * The same for many keys, with the many-at-once calls of their KEKs; their rows are replaced in one change, or each in its
     * own where one of them was changed meanwhile.
     *
     * @param keyIds each once
     * @return as many results, in the same order: the rows as they are now, or what {@link #rewrap} would have thrown
     */
    public List<KekResult<KeyRow>> rewrapAll(List<KeyId> keyIds, String alias) {
        return new KeyRewrap(registry, seal, wrapping).run(keyIds, alias);
    }

    /** All rows that verify, by field, tenant, purpose and version. The others are {@link #unsealed}. */
    public List<KeyRow> list() {
        return registry.all().stream().filter(seal::genuine).toList();
    }

    /** All rows that do not verify: they are no keys, whatever they say. */
    public List<UnsealedKey> unsealed() {
        return registry.stored().unsealed(seal);
    }

    /**
     * Removes rows, unless they verify by now. A key that was altered is gone then, until its backup is imported.
     *
     * @return those that were removed
     */
    public List<UnsealedKey> dropUnsealed(Collection<UnsealedKey> rows) {
        return registry.change(change -> {
            seal.asOf(change.find(seal.trusted()));
            List<UnsealedKey> dropped = new ArrayList<>(change.stored().unsealed(seal));
            dropped.retainAll(rows);
            dropped.forEach(change::remove);
            change.tell(dropped.stream().map(KeyEvent.DROP_UNSEALED::of).toList(), seal);
            return List.copyOf(dropped);
        });
    }

    /**
     * Throws if a row that does not verify says it is of one of these fields.
     *
     * @throws dev.tegula.failure.IntegrityException naming it and the cure
     */
    public void requireSealed(Collection<FieldId> fields) {
        List<UnsealedKey> strange = unsealed().stream()
                .filter(row -> fields.stream().anyMatch(f -> f.value().equals(row.field())))
                .toList();
        if (!strange.isEmpty()) {
            throw new IntegrityException(
                    "The registry (tegula_key) has rows of "
                            + fields.stream().map(FieldId::value).sorted().collect(Collectors.joining(", "))
                            + " that do not verify: "
                            + strange.stream().limit(10).map(UnsealedKey::name).collect(Collectors.joining("; "))
                            + ". Values under them could not be opened. `tegula keys drop-unsealed` removes"
                            + " them; if one was a genuine key, `tegula keys import FILE` brings it back from its backup then.");
        }
    }

    /** Gives the rows of keys to a store and notes that they are backed up; see {@link KeyBackup#take}. */
    public List<KeyRow> backup(Collection<KeyId> keyIds, Consumer<List<KeyRow>> store) {
        return new KeyBackup(registry, seal, wrapping, clock).take(keyIds, store);
    }

    /** Brings backed-up rows back; see {@link KeyBackup#restore}. */
    public KeyBackup.Restored restore(List<KeyRow> rows, boolean undoDestroy) {
        return new KeyBackup(registry, seal, wrapping, clock).restore(rows, undoDestroy);
    }

    private KeyRow change(Function<SealedChange, KeyRow> work) {
        return registry.change(change -> work.apply(new SealedChange(change, seal)));
    }

    private KeyRow verified(KeyId keyId) {
        return registry.find(keyId).map(seal::verifyOrFollow).orElseThrow(() -> SealedChange.unknown(keyId));
    }
}
