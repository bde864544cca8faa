package dev.tegula;

import static java.util.Objects.requireNonNull;

import dev.tegula.envelope.RowId;
import dev.tegula.envelope.TenantId;
import org.jspecify.annotations.Nullable;

/**
 * What a value is bound to beside its field: its tenant, and its row where the field is bound to rows. A parameter of
 * every call, never an overload that can be forgotten.
 */
public final class Context {

    private static final Context NO_TENANT = new Context(TenantId.none(), null);

    private final TenantId tenant;
    private final @Nullable RowId row;

    private Context(TenantId tenant, @Nullable RowId row) {
        this.tenant = tenant;
        this.row = row;
    }

    /** For a field that is not per tenant. */
    public static Context noTenant() {
        return NO_TENANT;
    }

    /**
     * For a field that is per tenant.
     *
     * @throws dev.tegula.failure.MalformedException for an empty or too long name, or an unpaired surrogate
     */
    public static Context tenant(String name) {
        return new Context(
                TenantId.of(requireNonNull(name, "name: give the tenant's name, or use Context.noTenant()")), null);
    }

    /** For whichever the tenant id says. */
    public static Context of(TenantId tenant) {
        requireNonNull(tenant, "tenant: give TenantId.none() where there is none");
        return tenant.name().isEmpty() ? NO_TENANT : new Context(tenant, null);
    }

    /**
     * The same, bound to a row: for a field of mode ROW, whose values open with the id of their row only. A field of another mode
     * takes none.
     */
    public Context row(RowId id) {
        return new Context(tenant, requireNonNull(id, "id: give the primary key of the row, as RowId.of makes it"));
    }

    TenantId tenantId() {
        return tenant;
    }

    @Nullable
    RowId rowId() {
        return row;
    }

    @Override
    public String toString() {
        return "Context[" + tenant + (row == null ? "]" : ", row]");
    }
}
