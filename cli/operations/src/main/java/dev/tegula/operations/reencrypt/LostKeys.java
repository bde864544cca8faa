package dev.tegula.operations.reencrypt;

import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Keys that were found to be destroyed with their tenants, and tenants that were found to have none, so that the registry is asked
 * once about them and not for each row. Of one run and one thread.
 */
final class LostKeys {

    private final Set<Lost> destroyed = new HashSet<>();
    private final Set<String> keyless = new HashSet<>();
    private final Set<String> shredded = new HashSet<>();

    private record Lost(FieldId field, KeyId key, Optional<String> tenant) {}

    boolean isDestroyed(FieldId field, Cell cell) {
        return cell.claimsKey() && destroyed.contains(new Lost(field, cell.keyId(), cell.tenant()));
    }

    void destroyed(FieldId field, Cell cell) {
        if (cell.claimsKey()) {
            destroyed.add(new Lost(field, cell.keyId(), cell.tenant()));
        }
    }

    boolean isKeyless(String tenant) {
        return keyless.contains(tenant);
    }

    void keyless(String tenant) {
        keyless.add(tenant);
    }

    boolean isShredded(String tenant) {
        return shredded.contains(tenant);
    }

    void shredded(String tenant) {
        shredded.add(tenant);
    }
}
