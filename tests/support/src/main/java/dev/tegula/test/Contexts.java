package dev.tegula.test;

import dev.tegula.cipher.RootKey;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Purpose;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.Suite;
import dev.tegula.envelope.TenantId;
import dev.tegula.kms.WrapContext;
import java.util.LinkedHashMap;
import java.util.Map;

/** The context a root is wrapped under in the contract, and those that differ from it in one component. */
final class Contexts {

    static final String DEPLOYMENT = "tegula-contract";
    static final String TENANT = "tenant-canary-4711";
    static final Scope SCOPE = new Scope(TenantId.of(TENANT), new FieldId("contract.field"), Purpose.DATA);

    private Contexts() {}

    /** The id that the root has in the scope. */
    static KeyId keyId(byte[] root) {
        try (RootKey key = RootKey.takeOwnership(root.clone())) {
            return key.keyId(Suite.XAES_256_GCM, SCOPE);
        }
    }

    static WrapContext of(byte[] root) {
        return context(DEPLOYMENT, SCOPE, keyId(root));
    }

    /** By the name of the component that differs. A second suite joins them as soon as there is one. */
    static Map<String, WrapContext> others(byte[] root) {
        KeyId id = keyId(root);
        byte[] next = id.bytes();
        next[KeyId.SIZE_BYTES - 1] ^= 1;
        TenantId tenant = SCOPE.tenant();
        Map<String, WrapContext> all = new LinkedHashMap<>();
        all.put("deployment", context(DEPLOYMENT + "2", SCOPE, id));
        all.put("tenant", context(DEPLOYMENT, new Scope(TenantId.of("south"), SCOPE.field(), Purpose.DATA), id));
        all.put("no tenant", context(DEPLOYMENT, Scope.data(SCOPE.field(), TenantId.none()), id));
        all.put("field", context(DEPLOYMENT, Scope.data(new FieldId("contract.fiel"), tenant), id));
        all.put("purpose", context(DEPLOYMENT, new Scope(tenant, SCOPE.field(), Purpose.INDEX), id));
        all.put("key id", context(DEPLOYMENT, SCOPE, KeyId.copyOf(next)));
        for (Suite suite : Suite.values()) {
            if (suite != Suite.XAES_256_GCM) {
                all.put("suite " + suite, WrapContext.of(DEPLOYMENT, suite, SCOPE, id));
            }
        }
        return all;
    }

    private static WrapContext context(String deployment, Scope scope, KeyId id) {
        return WrapContext.of(deployment, Suite.XAES_256_GCM, scope, id);
    }
}
