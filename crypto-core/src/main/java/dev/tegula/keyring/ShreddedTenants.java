package dev.tegula.keyring;

import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.KeyUnknownException;
import dev.tegula.kms.KekResult;
import dev.tegula.registry.KeyRegistry;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.RegistrySeal;
import dev.tegula.registry.ShredMark;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Asks for no key of a tenant that was shredded, and says so: no KMS is asked in vain. That none is made, however late a
 * shred comes, is seen to by the change of the registry itself.
 */
final class ShreddedTenants implements MissingKeys {

    private final KeyRegistry registry;
    private final RegistrySeal seal;
    private final MissingKeys missing;

    ShreddedTenants(KeyRegistry registry, RegistrySeal seal, MissingKeys missing) {
        this.registry = registry;
        this.seal = seal;
        this.missing = missing;
    }

    @Override
    public KeyRow apply(Scope scope) {
        return all(List.of(scope)).get(0).get();
    }

    @Override
    public List<KekResult<KeyRow>> all(List<Scope> scopes) {
        Map<Scope, KeyRow> marks = new HashMap<>();
        ShredMark.find(registry, seal, scopes).forEach(mark -> marks.put(mark.scope(), mark));
        List<Scope> others =
                scopes.stream().filter(scope -> mark(marks, scope) == null).toList();
        Iterator<KekResult<KeyRow>> asked = others.isEmpty()
                ? List.<KekResult<KeyRow>>of().iterator()
                : missing(others).iterator();
        List<KekResult<KeyRow>> results = new ArrayList<>();
        for (Scope scope : scopes) {
            KeyRow mark = mark(marks, scope);
            results.add(mark == null ? asked.next() : KekResult.failed(refused(scope, mark)));
        }
        return results;
    }

    private List<KekResult<KeyRow>> missing(List<Scope> scopes) {
        return scopes.size() == 1
                ? List.of(KekResult.calling(() -> missing.apply(scopes.get(0))))
                : missing.all(scopes);
    }

    private static @Nullable KeyRow mark(Map<Scope, KeyRow> marks, Scope scope) {
        return ShredMark.over(scope).map(marks::get).orElse(null);
    }

    private static KeyUnknownException refused(Scope scope, KeyRow mark) {
        return KeyUnknownException.shredded(scope + ": " + ShredMark.refusal(mark));
    }

    /** What is said of a key that is gone: that it was destroyed by a shred, or what would be said without one. */
    static KeyUnknownException gone(KeyRegistry registry, RegistrySeal seal, Scope scope, String otherwise) {
        TenantId tenant = scope.tenant();
        return ShredMark.find(registry, seal, List.of(scope)).stream()
                .findFirst()
                .map(mark -> KeyUnknownException.shredded(scope + ": the key of this value was destroyed by a shred of "
                        + tenant + " " + ShredMark.when(mark) + "; it can never be read again."))
                .orElseGet(() -> new KeyUnknownException(otherwise));
    }
}
