package dev.tegula.rotation;

import dev.tegula.envelope.TenantId;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.kms.Glob;
import java.util.List;
import java.util.Optional;

/**
 * What to rotate.
 *
 * @param fields field ids or globs, at least one
 * @param tenant only this tenant; empty for all
 * @param until the last step to take; empty for all
 * @param workers threads that re-encrypt, 1 to 64
 * @param acceptTriggers whether UPDATE triggers on the tables may fire for every row
 */
public record RotationRequest(
        List<String> fields, Optional<TenantId> tenant, Optional<Step> until, int workers, boolean acceptTriggers) {

    /**
     * Copies the list.
     *
     * @throws ConfigurationException for no field, or workers outside the range
     */
    public RotationRequest {
        fields = List.copyOf(fields);
        if (fields.isEmpty() || workers < 1 || workers > 64) {
            throw new ConfigurationException("A rotation needs at least one field and 1 to 64 workers; " + fields.size()
                    + " and " + workers + " came.");
        }
    }

    /** All steps for all tenants of the fields, with one worker. */
    public static RotationRequest of(String... fields) {
        return new RotationRequest(List.of(fields), Optional.empty(), Optional.empty(), 1, false);
    }

    /** The same, only so far. */
    public RotationRequest until(Step step) {
        return new RotationRequest(fields, tenant, Optional.of(step), workers, acceptTriggers);
    }

    /** The same for one tenant. */
    public RotationRequest onlyTenant(TenantId only) {
        return new RotationRequest(fields, Optional.of(only), until, workers, acceptTriggers);
    }

    /** The same with more workers. */
    public RotationRequest withWorkers(int threads) {
        return new RotationRequest(fields, tenant, until, threads, acceptTriggers);
    }

    /** The same, with UPDATE triggers accepted. */
    public RotationRequest acceptingTriggers() {
        return new RotationRequest(fields, tenant, until, workers, true);
    }

    boolean covers(String field) {
        return fields.stream().anyMatch(glob -> Glob.matches(glob, field));
    }

    boolean includes(Step step) {
        return until.map(last -> step.compareTo(last) <= 0).orElse(true);
    }
}
