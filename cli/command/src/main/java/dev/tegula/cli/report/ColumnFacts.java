package dev.tegula.cli.report;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.operations.reencrypt.Fence;
import dev.tegula.operations.rotation.CountBasis;
import java.util.Comparator;
import java.util.Optional;

/**
 * What is known of one encrypted column.
 *
 * @param column as the catalogue has it
 * @param counts what was counted; empty if it could not be
 * @param checked whether a CHECK keeps plaintext out; empty if nobody could look
 * @param fence what refuses keys that were superseded; empty if nobody could look
 */
public record ColumnFacts(
        EncryptedColumn column, Optional<Numbers> counts, Optional<Boolean> checked, Optional<Fence.Kind> fence) {

    static final Comparator<ColumnFacts> BY_NAME = Comparator.comparing(
                    (ColumnFacts facts) -> facts.column().field().value())
            .thenComparing(facts -> facts.column().label());

    /**
     * Numbers of values.
     *
     * @param active values under ACTIVE keys
     * @param older values under other keys that the registry has
     * @param unknown values under keys that it does not have
     * @param notEnvelopes values that are no envelopes: in clear, or broken
     * @param nulls rows without a value
     * @param keys how many keys the values are under
     * @param error by how much each number may be out, exceeded once in twenty looks; 0 where they were counted
     * @param basis what the numbers rest on
     */
    public record Numbers(
            long active,
            long older,
            long unknown,
            long notEnvelopes,
            long nulls,
            long keys,
            long error,
            CountBasis basis) {

        /** All values, encrypted or not. */
        public long values() {
            return active + older + unknown + notEnvelopes;
        }

        boolean counted() {
            return basis.kind() != CountBasis.Kind.NOT_COUNTED;
        }
    }

    /** How much there is to say against it. */
    long trouble() {
        return counts.map(c ->
                        4L * Long.signum(c.notEnvelopes()) + 2L * Long.signum(c.unknown()) + Long.signum(c.older()))
                .orElse(8L);
    }
}
