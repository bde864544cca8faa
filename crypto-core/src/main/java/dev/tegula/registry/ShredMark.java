package dev.tegula.registry;

import dev.tegula.cipher.RootKey;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Purpose;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.Suite;
import dev.tegula.envelope.TenantId;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The row that says that a tenant was shredded: its keys are destroyed, and it gets no other. Its key id is known without a
 * search, because its root is 32 zero bytes; nothing is ever under it.
 */
public final class ShredMark {

    private static final FieldId ANY = new FieldId("any");

    private ShredMark() {}

    /** The scope of the mark that closes a scope; empty for one that nobody shreds. */
    public static Optional<Scope> over(Scope scope) {
        boolean keyed = scope.tenant().name().isPresent() && scope.purpose().underBranches();
        if (!keyed) {
            return Optional.empty();
        }
        if (scope.field().equals(FieldId.SECRET)) {
            return Optional.of(of(scope.tenant(), true));
        }
        return scope.field().reserved() ? Optional.empty() : Optional.of(of(scope.tenant(), false));
    }

    /** The scope of the mark of a tenant, or of a namespace of secrets. */
    public static Scope of(TenantId tenant, boolean secrets) {
        return new Scope(tenant, secrets ? FieldId.SHRED_SECRET : FieldId.SHRED, Purpose.DATA);
    }

    /** The key id of a mark. */
    public static KeyId id(Scope mark) {
        try (RootKey zero = RootKey.takeOwnership(new byte[RootKey.SIZE_BYTES])) {
            return zero.keyId(Suite.XAES_256_GCM, mark);
        }
    }

    /** Whether a genuine row is a mark. */
    public static boolean is(KeyRow row) {
        return row.scope().field().equals(FieldId.SHRED) || row.scope().field().equals(FieldId.SHRED_SECRET);
    }

    /** Says of a scope whether its tenant was shredded, by the marks among genuine rows of the registry. */
    public static Predicate<Scope> shredded(Collection<KeyRow> rows) {
        Set<Scope> marks =
                rows.stream().filter(ShredMark::is).map(KeyRow::scope).collect(Collectors.toSet());
        return scope -> over(scope).filter(marks::contains).isPresent();
    }

    /** The genuine marks over these scopes. */
    public static List<KeyRow> find(KeyRegistry registry, RegistrySeal seal, Collection<Scope> scopes) {
        Set<KeyId> ids = ids(scopes);
        return ids.isEmpty()
                ? List.of()
                : registry.find(ids).stream().filter(seal::genuine).toList();
    }

    /** The genuine marks of these tenants, of both kinds. */
    static List<KeyRow> ofTenants(KeyRegistry registry, RegistrySeal seal, Collection<TenantId> tenants) {
        return find(
                registry,
                seal,
                tenants.stream()
                        .flatMap(tenant -> Stream.of(
                                new Scope(tenant, FieldId.SECRET, Purpose.DATA), new Scope(tenant, ANY, Purpose.DATA)))
                        .collect(Collectors.toSet()));
    }

    static Set<KeyId> ids(Collection<Scope> scopes) {
        Set<Scope> marks = new HashSet<>();
        scopes.forEach(scope -> over(scope).ifPresent(marks::add));
        return marks.stream().map(ShredMark::id).collect(Collectors.toSet());
    }

    /** What is said to who wants a key of the tenant. */
    public static String refusal(KeyRow mark) {
        return "" + mark.scope().tenant() + " was shredded (" + when(mark)
                + "): its keys are destroyed for ever, none is made for it again, and nothing of it is written. If it is to come"
                + " back, give it another name.";
    }

    /** When keys were last destroyed, or, before that, when the shred began. */
    public static String when(KeyRow mark) {
        Instant destroyed = mark.times().retired();
        return destroyed == null || destroyed.equals(mark.times().created())
                ? "since " + mark.times().created()
                : "at " + destroyed;
    }
}
