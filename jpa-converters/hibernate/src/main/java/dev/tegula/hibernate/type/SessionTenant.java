package dev.tegula.hibernate.type;

import dev.tegula.Context;
import dev.tegula.failure.ConfigurationException;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.jspecify.annotations.Nullable;

/** The tenant of a session as the context of a value. Thread-safe. */
final class SessionTenant {

    private final boolean perTenant;
    private final String what;
    /** Most values in a row are of one tenant. */
    private volatile @Nullable Seen last;

    /**
     * The contexts of an attribute.
     *
     * @param what attribute and field, for the message
     */
    SessionTenant(boolean perTenant, String what) {
        this.perTenant = perTenant;
        this.what = what;
    }

    private record Seen(String tenant, Context context) {}

    /**
     * The context of a value.
     *
     * @throws ConfigurationException if each tenant has a key and the session has no tenant
     */
    Context context(SharedSessionContractImplementor session) {
        if (!perTenant) {
            return Context.noTenant();
        }
        String tenant = session.getTenantIdentifier();
        if (tenant == null) {
            throw new ConfigurationException(what
                    + " has a key for each tenant, but the session has no tenant. Open it with a tenant identifier, or"
                    + " configure a CurrentTenantIdentifierResolver.");
        }
        Seen seen = last;
        if (seen == null || !seen.tenant.equals(tenant)) {
            seen = new Seen(tenant, Context.tenant(tenant));
            last = seen;
        }
        return seen.context;
    }
}
