package dev.tegula.operations.rotation;

import dev.tegula.envelope.FieldGlob;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.operations.reencrypt.Finding.Kind;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What to rotate.
 *
 * @param fields field ids or globs, at least one
 * @param tenant only this tenant; empty for all
 * @param until the last step to take; empty for all
 * @param workers threads that re-encrypt, 1 to 64
 * @param accepted findings of the {@link dev.tegula.operations.reencrypt.Preflight} that do not stop it
 */
public record RotationRequest(
        List<String> fields, Optional<TenantId> tenant, Optional<Step> until, int workers, Set<Kind> accepted) {

    /** What may be found and accepted. */
    static final Set<Kind> ACCEPTABLE = Set.of(Kind.UPDATE_TRIGGERS, Kind.NOT_ENVELOPES);

    /**
     * Copies list and set.
     *
     * @throws ConfigurationException for no field, workers outside the range, or what cannot be accepted
     */
    public RotationRequest {
        fields = List.copyOf(fields);
        accepted = Set.copyOf(accepted);
        if (!ACCEPTABLE.containsAll(accepted)) {
            throw new ConfigurationException("Only " + ACCEPTABLE + " can be accepted, not " + accepted + ".");
        }
        if (fields.isEmpty() || workers < 1 || workers > 64) {
            throw new ConfigurationException("A rotation needs at least one field and 1 to 64 workers, not "
                    + fields.size() + " and " + workers + ".");
        }
    }

    /** All steps for all tenants of the fields, with one worker. */
    public static RotationRequest of(String... fields) {
        return new RotationRequest(List.of(fields), Optional.empty(), Optional.empty(), 1, Set.of());
    }

    /** The same, only so far. */
    public RotationRequest until(Step step) {
        return new RotationRequest(fields, tenant, Optional.of(step), workers, accepted);
    }

    /** The same for one tenant. */
    public RotationRequest onlyTenant(TenantId only) {
        return new RotationRequest(fields, Optional.of(only), until, workers, accepted);
    }

    /** The same with more workers. */
    public RotationRequest withWorkers(int threads) {
        return new RotationRequest(fields, tenant, until, threads, accepted);
    }

    /** The same, although the kind was found; of those that can be accepted. */
    public RotationRequest accepting(Kind kind) {
        Set<Kind> more = new HashSet<>(accepted);
        more.add(kind);
        return new RotationRequest(fields, tenant, until, workers, more);
    }

    /** What does not matter to it: the accepted, and the ownership that only a fence needs. */
    Set<Kind> ignored(Set<Kind> more) {
        Set<Kind> ignored = new HashSet<>(more);
        if (!includes(Step.FENCE)) {
            ignored.add(Kind.NOT_OWNER);
        }
        return ignored;
    }

    boolean covers(String field) {
        return fields.stream().anyMatch(glob -> FieldGlob.matches(glob, field));
    }

    boolean includes(Step step) {
        return until.map(last -> step.compareTo(last) <= 0).orElse(true);
    }
}
