package dev.tegula.hibernate.type;

import dev.tegula.Context;
import dev.tegula.failure.ConfigurationException;
import org.hibernate.engine.spi.SharedSessionContractImplementor;

/** The tenant of a session as the context of a value. */
final class SessionTenant {

    private SessionTenant() {}

    /**
     * The context of a value.
     *
     * @param what attribute and field, for the message
     * @throws ConfigurationException if each tenant has a key and the session has no tenant
     */
    static Context context(boolean perTenant, String what, SharedSessionContractImplementor session) {
        if (!perTenant) {
            return Context.noTenant();
        }
        String tenant = session.getTenantIdentifier();
        if (tenant == null) {
            throw new ConfigurationException(what
                    + " has a key for each tenant, but the session has no tenant. Open it with a tenant identifier, or"
                    + " configure a CurrentTenantIdentifierResolver.");
        }
        return Context.tenant(tenant);
    }
}
