package dev.tegula.cli.report;

import dev.tegula.config.Configuration;
import dev.tegula.config.KekSettings;
import dev.tegula.kms.WrappedKey;
import dev.tegula.registry.BranchKey;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Sorts keys by field, and by what wraps them. */
final class KeyTaking {

    private static final Comparator<KeyFacts> BY_NAME = Comparator.comparing(
                    (KeyFacts key) -> key.row().scope().field().value())
            .thenComparing(key -> key.row().scope().purpose())
            .thenComparing(key -> key.row().scope().tenant())
            .thenComparing(key -> key.row().version());

    private KeyTaking() {}

    static Excerpt<KeyFacts> listed(List<KeyFacts> keys, int limit) {
        return Excerpt.of(
                keys,
                limit,
                Comparator.comparingLong(KeyFacts::trouble).reversed().thenComparing(BY_NAME),
                BY_NAME);
    }

    static Excerpt<KeyGroup> groups(List<KeyFacts> keys, int limit) {
        Map<String, List<KeyFacts>> byField = new LinkedHashMap<>();
        keys.stream().sorted(BY_NAME).forEach(key -> byField.computeIfAbsent(
                        key.row().scope().field() + " " + key.row().scope().purpose(), any -> new ArrayList<>())
                .add(key));
        List<KeyGroup> groups = byField.values().stream().map(KeyTaking::group).toList();
        Comparator<KeyGroup> order = Comparator.comparing(KeyGroup::field).thenComparing(KeyGroup::purpose);
        return Excerpt.of(
                groups,
                limit,
                Comparator.comparingLong((KeyGroup group) -> group.overdue() + group.in(KeyState.DECRYPT_ONLY))
                        .reversed()
                        .thenComparing(order),
                order);
    }

    private static KeyGroup group(List<KeyFacts> keys) {
        KeyRow first = keys.get(0).row();
        Map<KeyState, Long> states = new EnumMap<>(KeyState.class);
        keys.forEach(key -> states.merge(key.row().state(), 1L, Long::sum));
        Optional<Instant> oldest = keys.stream()
                .map(KeyFacts::row)
                .filter(row -> row.state() == KeyState.ACTIVE)
                .map(KeyFacts::since)
                .min(Comparator.naturalOrder());
        return new KeyGroup(
                first.scope().field().value(),
                first.scope().purpose(),
                keys.stream()
                        .map(key -> key.row().scope().tenant())
                        .filter(tenant -> !tenant.isNone())
                        .distinct()
                        .count(),
                states,
                keys.stream().map(key -> key.row().kekAlias()).collect(Collectors.toCollection(TreeSet::new)),
                oldest,
                keys.stream().filter(key -> key.overdue().isPresent()).count(),
                keys.stream().filter(KeyFacts::unsaved).count());
    }

    /** Those of the configuration, and those that only keys name. */
    static List<KekFacts> keks(Configuration configuration, List<KeyRow> rows) {
        Map<String, Map<String, Long>> versions = new TreeMap<>();
        Map<String, String> providers = new TreeMap<>();
        rows.forEach(row -> providers.putIfAbsent(row.kekAlias(), row.provider()));
        configuration.keks().keySet().forEach(alias -> versions.put(alias, new TreeMap<>()));
        rows.stream().filter(row -> row.state() != KeyState.DESTROYED).forEach(row -> versions.computeIfAbsent(
                        row.kekAlias(), alias -> new TreeMap<>())
                .merge(wrappedBy(row), 1L, Long::sum));
        return versions.entrySet().stream()
                .map(entry -> kek(
                        configuration, entry.getKey(), providers.getOrDefault(entry.getKey(), ""), entry.getValue()))
                .toList();
    }

    private static KekFacts kek(
            Configuration configuration, String alias, String provider, Map<String, Long> versions) {
        Optional<KekSettings> settings =
                Optional.ofNullable(configuration.keks().get(alias));
        return new KekFacts(
                alias,
                settings.map(KekSettings::kms).orElse(""),
                provider,
                settings.map(KekSettings::key).orElse(""),
                settings.map(KekSettings::fields).orElse(List.of()),
                settings.map(s -> s.branch().name()).orElse(""),
                new TreeMap<>(versions),
                versions.values().stream().mapToLong(Long::longValue).sum());
    }

    /** Branch keys are summed up: there can be one for each tenant. */
    private static String wrappedBy(KeyRow row) {
        if (BranchKey.over(row).isPresent()) {
            return "branch keys";
        }
        return row.wrapped().map(WrappedKey::kekVersion).orElse("-");
    }
}
