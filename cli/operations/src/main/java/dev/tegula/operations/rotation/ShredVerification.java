package dev.tegula.operations.rotation;

import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.TenantId;
import dev.tegula.registry.KeyRegistry;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import dev.tegula.registry.RegistrySeal;
import dev.tegula.registry.ShredMark;
import dev.tegula.registry.StoredKeys;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Whether what a receipt of a shred says still holds: none of its keys is back, and the tenant got no other. */
public final class ShredVerification {

    private final KeyRegistry registry;
    private final RegistrySeal seal;

    /** The verification in one registry. */
    public ShredVerification(KeyRegistry registry, RegistrySeal seal) {
        this.registry = registry;
        this.seal = seal;
    }

    /**
     * What speaks against it.
     *
     * @param keys how many keys the receipt names
     * @param findings what speaks against it, as sentences; none if it holds
     * @param remarks what is to be known
     * @param lost a field of the receipt, if the registry has no row of the tenant at all and so none that could be shredded
     */
    public record Result(int keys, List<String> findings, List<String> remarks, Optional<String> lost) {
        /** Copies both. */
        public Result {
            findings = List.copyOf(findings);
            remarks = List.copyOf(remarks);
        }
    }

    /**
     * Looks.
     *
     * @param receipt what {@link ShredReceipt#read} gave
     */
    public Result of(Map<?, ?> receipt) {
        TenantId tenant = TenantId.of(String.valueOf(receipt.get("tenant")));
        boolean secrets = Boolean.TRUE.equals(receipt.get("secrets"));
        Set<String> ids = new HashSet<>(ShredReceipt.all(receipt, "keys", "keyId"));
        StoredKeys stored = registry.stored();
        List<String> findings = new ArrayList<>();
        Set<String> gone = new HashSet<>(ids);
        for (KeyRow row : stored.rows()) {
            boolean named = ids.contains(row.keyId().hex());
            gone.remove(row.keyId().hex());
            if (row.wrapped().isPresent() && (named || ofTenant(row, tenant, secrets))) {
                findings.add(row.name() + " is " + row.state()
                        + (named ? " and can be opened again" : ", and is not in the receipt")
                        + (seal.genuine(row) ? "" : " (its row does not verify)"));
            }
        }
        stored.unreadable().stream()
                .filter(row -> ids.contains(row.keyId()))
                .forEach(row -> findings.add(row.name() + ": the row of a key of the receipt, which does not verify"));
        mark(stored, tenant, false, findings);
        if (secrets) {
            mark(stored, tenant, true, findings);
        }
        List<String> remarks = new ArrayList<>();
        if (!gone.isEmpty()) {
            remarks.add(gone.size()
                    + " of the keys have no row here at all: the registry was put back to before they were made,"
                    + " or rows were removed");
        }
        boolean there =
                stored.rows().stream().anyMatch(row -> row.scope().tenant().equals(tenant));
        return new Result(ids.size(), findings, remarks, there ? Optional.empty() : Optional.of(field(receipt)));
    }

    private static String field(Map<?, ?> receipt) {
        return ShredReceipt.all(receipt, "keys", "field").stream()
                .filter(field -> !FieldId.SECRET.value().equals(field))
                .findFirst()
                .orElse("FIELD");
    }

    private static boolean ofTenant(KeyRow row, TenantId tenant, boolean secrets) {
        return row.scope().tenant().equals(tenant)
                && ShredMark.over(row.scope()).isPresent()
                && (secrets || !row.scope().field().equals(FieldId.SECRET));
    }

    private void mark(StoredKeys stored, TenantId tenant, boolean secrets, List<String> findings) {
        boolean there = stored.rows().stream()
                .anyMatch(row -> row.keyId().equals(ShredMark.id(ShredMark.of(tenant, secrets)))
                        && row.state() == KeyState.DESTROYED
                        && seal.genuine(row));
        if (!there) {
            findings.add("the mark of " + (secrets ? "the namespace of secrets of " : "") + tenant
                    + " is missing, so applications can make keys for it again");
        }
    }
}
