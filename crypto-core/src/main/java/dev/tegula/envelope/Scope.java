package dev.tegula.envelope;

/**
 * What one line of keys covers. Two scopes never share a root.
 *
 * @param tenant whose values, or none
 * @param field which field
 * @param purpose what the roots are for
 */
public record Scope(TenantId tenant, FieldId field, Purpose purpose) {

    /** The scope of the root that authenticates the registry. */
    public static final Scope REGISTRY = new Scope(TenantId.none(), FieldId.REGISTRY, Purpose.REGISTRY);

    /** The scope of a field's values. */
    public static Scope data(FieldId field, TenantId tenant) {
        return new Scope(tenant, field, Purpose.DATA);
    }

    /** The scope of a field's blind indexes. */
    public static Scope index(FieldId field, TenantId tenant) {
        return new Scope(tenant, field, Purpose.INDEX);
    }

    /** The scope of the branch keys of a KEK, for all tenants or for one. */
    public static Scope branch(String alias, TenantId tenant) {
        return new Scope(tenant, FieldId.ofBranch(alias), Purpose.BRANCH);
    }

    @Override
    public String toString() {
        String name = tenant.name().isPresent() ? field + " of " + tenant : field.value();
        return purpose == Purpose.DATA ? name : name + " (" + purpose + ")";
    }
}
