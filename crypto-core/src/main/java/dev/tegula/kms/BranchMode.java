package dev.tegula.kms;

import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;

/** Whether a KEK wraps each root itself, or a branch key that wraps the roots in its place. */
public enum BranchMode {
    /** The KEK wraps each root: one call of the KMS opens one. */
    NONE,
    /** One branch key for all: one call of the KMS opens every root of the KEK. */
    KEK,
    /** A branch key for each tenant, and one for what has none. */
    TENANT;

    /** Whether a branch key wraps the roots of a scope. */
    public boolean wraps(Scope scope) {
        return this != NONE && scope.purpose().underBranches();
    }

    /** The scope of the branch key that wraps new roots of a tenant. */
    public Scope branch(String alias, TenantId tenant) {
        return Scope.branch(alias, this == TENANT ? tenant : TenantId.none());
    }
}
