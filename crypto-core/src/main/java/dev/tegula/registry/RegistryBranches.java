package dev.tegula.registry;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import java.security.SecureRandom;
import java.time.Duration;

/**
 * Branch keys of a registry, for changes of keys: which one is ACTIVE is read each time, the KMS is asked again after
 * {@link #TRUSTED}. What reads and writes values keeps them by the rules of data keys instead.
 */
final class RegistryBranches implements Branches {

    /** As long as a write lease: so long a denial may be unheard of. */
    private static final Duration TRUSTED = Duration.ofMinutes(1);

    private static final long MOST = 1_000;

    private final KeyRegistry registry;
    private final RegistrySeal seal;
    private final KeyWrapping kms;
    private final SecureRandom random = new SecureRandom();
    private final Cache<KeyId, BranchKey> opened = Caffeine.newBuilder()
            .expireAfterWrite(TRUSTED)
            .maximumSize(MOST)
            .executor(Runnable::run)
            .build();

    /**
     * The branch keys of a registry.
     *
     * @param kms opens them
     */
    RegistryBranches(KeyRegistry registry, RegistrySeal seal, KeyWrapping kms) {
        this.registry = registry;
        this.seal = seal;
        this.kms = kms;
    }

    @Override
    public BranchKey of(KeyRow wrapped, KeyId branch) {
        return opened.get(branch, id -> {
            KeyRow row = registry.find(id).map(seal::verifyOrFollow).orElseThrow(() -> BranchKey.missing(wrapped, id));
            BranchKey.requireOver(wrapped, row);
            return kms.branch(row);
        });
    }

    @Override
    public BranchKey toWrap(String alias, Scope scope) {
        Scope branch = kms.branchScope(alias, scope);
        KeyRow active = Provision.of(registry, seal)
                .provide(
                        branch,
                        () -> FreshKey.of(
                                kms, branch, alias, random, registry.clock().instant()));
        return opened.get(active.keyId(), id -> kms.branch(active));
    }
}
