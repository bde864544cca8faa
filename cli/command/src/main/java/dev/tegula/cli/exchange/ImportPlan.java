package dev.tegula.cli.exchange;

import dev.tegula.failure.RefusedException;
import dev.tegula.secret.Secret;
import dev.tegula.secret.SecretBatch;
import dev.tegula.secret.SecretChange;
import dev.tegula.secret.SecretName;
import dev.tegula.secret.SecretStore;
import dev.tegula.secret.SecretValue;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What an import changes, as the secrets were when they were compared: it is written only if they still are.
 *
 * @param fresh names that no secret is given out under
 * @param changed names whose value is another
 * @param same names whose value is the same; nothing is written
 * @param gone names that the source has not, to be hidden; empty unless that was asked for
 * @param revs the rev of each that is there, so that also a deletion made meanwhile is a change
 */
public record ImportPlan(
        List<SecretName> fresh,
        List<SecretName> changed,
        List<SecretName> same,
        List<SecretName> gone,
        Map<SecretName, Long> revs) {

    /**
     * Compares values with the secrets below a prefix.
     *
     * @param prune whether what only the secrets have is hidden
     * @param read hears of the values that are compared, before that
     */
    public static ImportPlan of(
            SecretStore secrets,
            SecretName prefix,
            Map<SecretName, byte[]> wanted,
            boolean prune,
            Consumer<Collection<SecretValue>> read) {
        wanted.keySet().forEach(secrets.namespaces()::require);
        Map<SecretName, Long> revs = new HashMap<>();
        for (Secret secret : secrets.list(Optional.of(prefix)).requireVerified()) {
            revs.put(secret.name(), secret.rev());
        }
        List<SecretName> changed = new ArrayList<>();
        List<SecretName> same = new ArrayList<>();
        List<SecretName> gone = new ArrayList<>();
        List<SecretValue> held = secrets.getAll(prefix);
        try {
            read.accept(held);
            for (SecretValue value : held) {
                byte[] other = wanted.get(value.name());
                if (other != null) {
                    (value.sameAs(other) ? same : changed).add(value.name());
                } else if (prune) {
                    gone.add(value.name());
                }
            }
        } finally {
            held.forEach(SecretValue::close);
        }
        List<SecretName> fresh = wanted.keySet().stream()
                .filter(name -> !changed.contains(name) && !same.contains(name))
                .toList();
        return new ImportPlan(fresh, changed, same, gone, revs);
    }

    /** How many secrets it changes. */
    public int changes() {
        return fresh.size() + changed.size() + gone.size();
    }

    /**
     * Refuses what one transaction does not take.
     *
     * @throws RefusedException code {@code source}
     */
    public void requireOneTransaction(String source) {
        if (changes() > SecretBatch.MOST) {
            throw new RefusedException(
                    "source",
                    source + " would change " + changes() + " secrets (" + gone.size()
                            + " of them deleted), and one import"
                            + " changes at most " + SecretBatch.MOST
                            + ". Import it without --prune, then delete what is left in"
                            + " parts, below longer prefixes.");
        }
    }

    /**
     * Makes all of it, or nothing.
     *
     * @throws dev.tegula.failure.RefusedException code {@code secret-conflict}, if one was changed since
     */
    public void write(SecretStore secrets, Map<SecretName, byte[]> wanted, SecretChange by) {
        try (SecretBatch batch = new SecretBatch()) {
            wanted.forEach((name, value) -> {
                if (!same.contains(name)) {
                    batch.put(name, value, by.ifRev(revs.getOrDefault(name, 0L)));
                }
            });
            gone.forEach(name -> batch.delete(name, by.ifRev(revs.getOrDefault(name, 0L))));
            secrets.change(batch);
        }
    }
}
