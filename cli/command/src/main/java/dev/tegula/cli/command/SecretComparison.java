package dev.tegula.cli.command;

import dev.tegula.secret.SecretName;
import dev.tegula.secret.SecretStore;
import dev.tegula.secret.SecretValue;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * How the secrets below two prefixes differ, by the rest of their names; values are compared in memory and not kept.
 *
 * @param left those that only the first has
 * @param right those that only the second has
 * @param different those of which both have another value
 * @param same those of which both have the same
 */
record SecretComparison(List<String> left, List<String> right, List<String> different, List<String> same) {

    static SecretComparison of(
            SecretStore secrets, SecretName left, SecretName right, Consumer<Collection<SecretValue>> read) {
        TreeMap<String, SecretValue> ofLeft = new TreeMap<>();
        TreeMap<String, SecretValue> ofRight = new TreeMap<>();
        try {
            secrets.getAll(left).forEach(value -> ofLeft.put(rest(left, value.name()), value));
            secrets.getAll(right).forEach(value -> ofRight.put(rest(right, value.name()), value));
            read.accept(ofLeft.values());
            read.accept(ofRight.values());
            SecretComparison found =
                    new SecretComparison(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
            ofLeft.forEach((name, value) -> {
                SecretValue other = ofRight.get(name);
                List<String> kind = other == null ? found.left : value.sameAs(other) ? found.same : found.different;
                kind.add(name);
            });
            ofRight.keySet().stream().filter(name -> !ofLeft.containsKey(name)).forEach(found.right::add);
            return found;
        } finally {
            ofLeft.values().forEach(SecretValue::close);
            ofRight.values().forEach(SecretValue::close);
        }
    }

    /** A name without the prefix and its slash; empty for the prefix itself. */
    static String rest(SecretName prefix, SecretName name) {
        return name.equals(prefix) ? "" : name.value().substring(prefix.value().length() + 1);
    }

    boolean differs() {
        return !left.isEmpty() || !right.isEmpty() || !different.isEmpty();
    }
}
