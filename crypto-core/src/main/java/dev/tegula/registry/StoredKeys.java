package dev.tegula.registry;

import java.util.List;
import java.util.stream.Stream;

/**
 * All rows as they stand in a registry, none of them verified.
 *
 * @param rows by field, tenant, purpose and version
 * @param unreadable rows that hold what no key has
 */
public record StoredKeys(List<KeyRow> rows, List<UnsealedKey> unreadable) {
    /** Copies both. */
    public StoredKeys {
        rows = List.copyOf(rows);
        unreadable = List.copyOf(unreadable);
    }

    /** All that do not verify: they are no keys, whatever they say. */
    List<UnsealedKey> unsealed(RegistrySeal seal) {
        return Stream.concat(
                        unreadable.stream(),
                        rows.stream().filter(row -> !seal.genuine(row)).map(UnsealedKey::of))
                .toList();
    }
}
