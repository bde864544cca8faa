package dev.tegula.operations.rotation;

import dev.tegula.operations.reencrypt.BesideInClear;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import dev.tegula.registry.TenantShred;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a shred of a tenant destroys, or has destroyed.
 *
 * @param state its marks and its keys
 * @param values by field, how many values in columns of the catalogue are under its keys
 * @param quarantined how many values in the quarantine are
 * @param keks the KEKs of its keys
 * @param jobs jobs that have not ended and move its values, as people name them
 * @param inClear columns in clear beside encrypted ones that hold values of it, or may
 */
public record ShredLook(
        TenantShred.State state,
        SortedMap<String, Long> values,
        long quarantined,
        List<OfKek> keks,
        List<String> jobs,
        List<BesideInClear> inClear) {

    /** Copies all. */
    public ShredLook {
        values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
        keks = List.copyOf(keks);
        jobs = List.copyOf(jobs);
        inClear = List.copyOf(inClear);
    }

    /**
     * A KEK of its keys.
     *
     * @param alias its alias
     * @param others keys of others that it wraps: as long as these are needed, the KEK cannot end
     */
    public record OfKek(String alias, long others) {}

    /** All values. */
    public long total() {
        return values.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Keys that can still be opened. */
    public List<KeyRow> left() {
        return state.keys().stream()
                .filter(row -> row.state() != KeyState.DESTROYED)
                .toList();
    }
}
