package dev.tegula.cli.exchange;

import java.util.List;
import java.util.function.Predicate;

/** What {@code vault kv get -format=json} prints: the values are in {@code data.data}, in version 1 of the engine in {@code data}. */
final class VaultAnswer {

    private VaultAnswer() {}

    /** The entries inside of an answer of Vault; any other as they are. */
    static List<SourceEntry> inner(SourceFormat format, List<SourceEntry> entries) {
        if (format != SourceFormat.JSON
                || !any(entries, path -> path.equals(List.of("request_id")))
                || !any(entries, path -> path.equals(List.of("lease_duration")))) {
            return entries;
        }
        boolean second =
                any(entries, path -> path.size() > 2 && path.subList(0, 2).equals(List.of("data", "metadata")));
        List<String> place = second ? List.of("data", "data") : List.of("data");
        return entries.stream()
                .filter(entry -> entry.path().size() > place.size()
                        && entry.path().subList(0, place.size()).equals(place))
                .map(entry -> entry.below(place.size()))
                .toList();
    }

    private static boolean any(List<SourceEntry> entries, Predicate<List<String>> which) {
        return entries.stream().anyMatch(entry -> which.test(entry.path()));
    }
}
