package dev.tegula.operations.rotation;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Scope;
import dev.tegula.operations.reencrypt.Finding;
import dev.tegula.operations.reencrypt.UpdateAdvice;
import dev.tegula.registry.KeyRow;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a rotation would do.
 *
 * @param scopes the keys
 * @param columns the columns
 * @param instances running instances that the wait step would wait for, as people know them
 * @param perSecond assumed speed, in values a second
 * @param estimate how long the re-encryption would take at that speed
 * @param walBytes write-ahead log it would write, roughly
 * @param longestWait the longest the wait step lasts
 * @param unplaced fields that are asked for and have an ACTIVE key, but no column: they would not be rotated
 * @param findings what would stop a run that does not accept it
 * @param advice what makes it dearer than it must be
 * @param followers whom it would wait for now, and replication slots that are lost already, as sentences
 */
public record RotationPlan(
        List<ScopePlan> scopes,
        List<ColumnPlan> columns,
        List<String> instances,
        double perSecond,
        Duration estimate,
        long walBytes,
        Duration longestWait,
        List<FieldId> unplaced,
        List<Finding> findings,
        List<UpdateAdvice> advice,
        List<String> followers) {

    /** Copies the lists. */
    public RotationPlan {
        scopes = List.copyOf(scopes);
        columns = List.copyOf(columns);
        instances = List.copyOf(instances);
        unplaced = List.copyOf(unplaced);
        findings = List.copyOf(findings);
        advice = List.copyOf(advice);
        followers = List.copyOf(followers);
    }

    /**
     * The keys of one scope.
     *
     * @param scope the scope
     * @param active the key that is written under now, if there is one
     * @param old keys whose values would be moved, beside those of the active key if a new one is made
     * @param pending a key made before that would be activated
     * @param next the first step to be done; later than CREATE if a rotation is under way
     * @param kekAlias the KEK a new key would be wrapped under
     */
    public record ScopePlan(
            Scope scope,
            Optional<KeyRow> active,
            List<KeyRow> old,
            Optional<KeyRow> pending,
            Step next,
            String kekAlias) {
        /** Copies the list. */
        public ScopePlan {
            old = List.copyOf(old);
        }
    }

    /**
     * One column.
     *
     * @param column the column
     * @param values values to be moved
     * @param exact whether they were counted, or estimated by a sample or the planner's statistics
     * @param updateTriggers UPDATE triggers of its table that would fire
     */
    public record ColumnPlan(EncryptedColumn column, long values, boolean exact, List<String> updateTriggers) {
        /** Copies the list. */
        public ColumnPlan {
            updateTriggers = List.copyOf(updateTriggers);
        }
    }

    /** Values to be moved in all columns. */
    public long values() {
        return columns.stream().mapToLong(ColumnPlan::values).sum();
    }
}
