package dev.tegula.registry;

import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;

/** Where a wrapping finds branch keys. Opening one may throw what {@link dev.tegula.kms.Kek} and {@link KeyRegistry} throw. */
interface Branches {

    /** None: for what is wrapped by a KMS alone. */
    Branches NONE = new Branches() {
        @Override
        public BranchKey of(KeyRow wrapped, KeyId branch) {
            throw new IllegalStateException(
                    wrapped.name() + " is under a branch key; KeyWrapping.knowing(registry, seal) finds that");
        }

        @Override
        public BranchKey toWrap(String alias, Scope scope) {
            throw new IllegalStateException("Keys of " + scope + " under KEK " + alias
                    + " are wrapped by a branch key; KeyWrapping.knowing(registry, seal) finds that");
        }
    };

    /**
     * The branch key that wrapped the root of a row.
     *
     * @throws dev.tegula.failure.KeyUnknownException if the registry does not have it, or it is destroyed
     * @throws dev.tegula.failure.IntegrityException if its row does not verify, or it wraps no such row
     */
    BranchKey of(KeyRow wrapped, KeyId branch);

    /** The ACTIVE branch key for new roots of a scope; the first one is made. */
    BranchKey toWrap(String alias, Scope scope);
}
