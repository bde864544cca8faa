package dev.tegula.registry;

import dev.tegula.cipher.RootKey;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.IntegrityException;
import dev.tegula.failure.TegulaException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the pinned REGISTRY roots out of a registry, unwraps those that are not open yet, and believes of them what a pinned root
 * sealed: the row of each root is sealed by the ACTIVE one. Thread-safe.
 *
 * @param pins one, or two while the root is rotated
 */
record PinnedRoots(KeyRegistry registry, KeyWrapping wrapping, List<KeyId> pins) {

    private static final Logger LOG = LoggerFactory.getLogger(RegistrySeal.class);

    /** @throws ConfigurationException without a pin, or with more than two */
    PinnedRoots {
        if (pins.isEmpty()) {
            throw new ConfigurationException(
                    "No registry pin: without it a writer of the database could slip in keys of"
                            + " their own. Pin what `tegula init` wrote (tegula.registry-pin; in Java"
                            + " registry(source, pin)); only the development profile"
                            + " starts without.");
        }
        if (pins.size() > 2) {
            throw new ConfigurationException(
                    "At most two registry pins are accepted (two only while the registry root is being rotated), not "
                            + pins.size() + ".");
        }
        pins = List.copyOf(pins);
    }

    /** As {@link RegistrySeal#open}. */
    Roots open() {
        List<KeyRow> found =
                pins.stream().flatMap(pin -> registry.find(pin).stream()).toList();
        List<KeyRow> rows = held(found);
        List<RootSeal> opened = new ArrayList<>();
        for (KeyRow row : rows) {
            if (rows.size() == 1 || openable(row)) {
                opened.add(opened(row, wrapping));
            }
        }
        if (opened.isEmpty()) {
            found.stream().filter(RootRotation::abandoned).findFirst().ifPresent(row -> {
                throw new ConfigurationException("The pinned registry root " + row.keyId()
                        + " was given up before it was used (`tegula keys rotate-registry --abandon`). Pin the root that it was to"
                        + " replace (tegula.registry-pin; in Java registry(source, pin)): take its key id from where `tegula init`"
                        + " or the rotation before printed it, never from the database.");
            });
            throw new ConfigurationException("The registry has no root with the pinned key id "
                    + pins.get(0) + ". Either the pin (tegula.registry-pin; in Java registry(source, pin))"
                    + " belongs to another database, or this database was restored or"
                    + " emptied. Compare both with what `tegula init` wrote; nothing is guessed.");
        }
        for (KeyRow row : rows) {
            if (!RootSeal.anySealed(opened, row)) {
                throw unsealed(row);
            }
        }
        return Roots.of(opened);
    }

    /**
     * Looks again. A root whose row is gone, or was edited, stays what it was: nobody who writes the database may so put an
     * earlier root in the place of a later one.
     *
     * @throws ConfigurationException if a root that is not pinned has taken the place of the pinned ones
     * @throws IntegrityException if an earlier root is ACTIVE again
     */
    Roots again(Roots known) {
        Map<KeyId, RootSeal> opened = new LinkedHashMap<>();
        known.trail().forEach(root -> opened.put(root.keyId(), root));
        List<KeyRow> stored = registry.find(pins);
        for (KeyRow row : stored) {
            RootSeal root = opened.get(row.keyId());
            if (root != null && root.state() == KeyState.PENDING && abandoned(opened.values(), row)) {
                opened.remove(row.keyId());
            }
        }
        List<KeyRow> rows = held(stored).stream()
                .filter(row -> opened.containsKey(row.keyId()) || openable(row))
                .toList();
        rows.forEach(row -> opened.computeIfAbsent(row.keyId(), id -> opened(row, wrapping)));
        List<KeyRow> genuine = rows.stream()
                .filter(row -> RootSeal.anySealed(opened.values(), row))
                .toList();
        genuine.forEach(row -> opened.computeIfPresent(row.keyId(), (id, root) -> root.as(row)));
        if (genuine.stream().noneMatch(row -> row.state() == KeyState.ACTIVE)) {
            rows.stream()
                    .filter(row -> row.state() != KeyState.ACTIVE)
                    .findFirst()
                    .ifPresent(row -> {
                        throw unsealed(row);
                    });
        }
        if (genuine.size()
                < known.sealing().stream()
                        .filter(root -> opened.containsKey(root.keyId()))
                        .count()) {
            LOG.warn(
                    "A row of a pinned registry root is gone, or was edited; this process goes on with what it has seen: {}",
                    pins);
        }
        Roots found = Roots.of(List.copyOf(opened.values()));
        if (found.current().version() < known.current().version()) {
            throw new IntegrityException(
                    "The registry's root " + found.current().keyId()
                            + " is ACTIVE again, and this process has seen the later "
                            + known.current().keyId()
                            + " ACTIVE. Was the database restored to before `tegula keys rotate-registry`? Then restart this process, and"
                            + " rotate again. Else somebody put rows of tegula_key back.");
        }
        return found;
    }

    private static boolean abandoned(Collection<RootSeal> opened, KeyRow row) {
        boolean genuine = RootRotation.abandoned(row) && RootSeal.anySealed(opened, row);
        if (genuine) {
            LOG.warn("The pinned registry root {} was given up before it was used: take its pin away.", row.keyId());
        }
        return genuine;
    }

    /** A root that waits may be under a KEK that this process does not have yet: nothing is sealed by it. */
    private boolean openable(KeyRow row) {
        if (row.state() != KeyState.PENDING) {
            return true;
        }
        try {
            wrapping.unwrap(row).close();
            return true;
        } catch (TegulaException notYet) {
            LOG.warn(
                    "The registry root {} is pinned and waits to be ACTIVE, but does not open here: {}",
                    row.keyId(),
                    notYet.getMessage());
            return false;
        }
    }

    private static List<KeyRow> held(List<KeyRow> stored) {
        return stored.stream().filter(row -> row.wrapped().isPresent()).toList();
    }

    /** Roots that others have replaced, whose rows the ACTIVE root sealed, beside those that are open. */
    Roots withReplaced(Roots known) {
        List<RootSeal> all = new ArrayList<>(known.sealing());
        for (KeyRow row : registry.all()) {
            boolean replaced = row.scope().equals(Scope.REGISTRY)
                    && (row.state() == KeyState.RETIRED || row.state() == KeyState.DECRYPT_ONLY)
                    && all.stream().noneMatch(root -> root.keyId().equals(row.keyId()));
            if (replaced && known.current().sealed(row)) {
                all.add(opened(row, wrapping));
            }
        }
        return known.withTrail(all);
    }

    static RootSeal opened(KeyRow row, KeyWrapping wrapping) {
        if (!row.scope().equals(Scope.REGISTRY)) {
            throw new IntegrityException("The pinned key id " + row.keyId() + " belongs to " + row.scope()
                    + ", not to a registry root. Pin what `tegula init` wrote (tegula.registry-pin; in Java registry(source,"
                    + " pin)).");
        }
        try (RootKey root = unwrapped(row, wrapping)) {
            return RootSeal.of(root, row);
        }
    }

    /** A root that is not ACTIVE was sealed by the one that is, which may not be pinned here. */
    static TegulaException unsealed(KeyRow row) {
        if (row.state() == KeyState.ACTIVE) {
            return new IntegrityException(
                    row.name() + ": the registry root's own row was changed; its seal does not fit."
                            + " Nothing in this registry is used. Bring the row back from a backup.");
        }
        boolean waits = row.state() == KeyState.PENDING;
        return new ConfigurationException("The pinned registry root " + row.keyId() + " is " + row.state()
                + ", and a root that is not pinned here sealed that: "
                + (waits
                        ? "it waits for `tegula keys rotate-registry`, or the database was restored to before that. Pin the root that"
                                + " it is to replace beside it"
                        : "`tegula keys rotate-registry` has put a newer root in its place. Pin that one beside it, or alone once the"
                                + " rotation is finished")
                + " (tegula.registry-pin; in Java registry(source, pin)): take its key id from where the rotation printed it, never"
                + " from the database. If nobody rotated the root, bring its row back from a backup.");
    }

    /**
     * A KEK alias that leads nowhere is a matter of configuration, unless another KEK here opens the row: then its own seal says
     * whether the alias was changed in the database, or in the configuration.
     */
    private static RootKey unwrapped(KeyRow row, KeyWrapping wrapping) {
        try {
            return wrapping.unwrap(row);
        } catch (ConfigurationException e) {
            Optional<RootKey> elsewhere = wrapping.underAnother(row);
            if (elsewhere.isPresent()) {
                try (RootKey root = elsewhere.get()) {
                    if (row.state() == KeyState.ACTIVE
                            && !RootSeal.of(root, row).sealed(row)) {
                        throw new IntegrityException(
                                row.name() + ": the registry root's own row was changed, its KEK alias for"
                                        + " one: another KEK opens it, and its seal does not fit. Nothing in this registry is used."
                                        + " Bring the row back from a backup.");
                    }
                }
            }
            throw e;
        }
    }

    /**
     * Roots that are open.
     *
     * @param sealing those that verify rows
     * @param trail those that verify entries of the audit trail, and receipts
     * @param current the one that seals
     */
    record Roots(List<RootSeal> sealing, List<RootSeal> trail, RootSeal current) {

        Roots {
            sealing = List.copyOf(sealing);
            trail = List.copyOf(trail);
        }

        static Roots only(RootSeal root) {
            return new Roots(List.of(root), List.of(root), root);
        }

        /** @throws ConfigurationException if none is ACTIVE */
        static Roots of(List<RootSeal> opened) {
            RootSeal current = opened.stream()
                    .filter(root -> root.state() == KeyState.ACTIVE)
                    .max(RootSeal.ORDER)
                    .orElseThrow(
                            () -> notActive(opened.get(0).keyId(), opened.get(0).state()));
            return new Roots(
                    opened.stream()
                            .filter(root -> root.state() != KeyState.RETIRED)
                            .toList(),
                    opened,
                    current);
        }

        Roots withTrail(List<RootSeal> roots) {
            return new Roots(sealing, roots, current);
        }

        static ConfigurationException notActive(KeyId root, KeyState state) {
            return new ConfigurationException("The pinned registry root "
                    + root
                    + " is " + state
                    + "; rows are sealed under a newer one. Pin its key id"
                    + " (tegula.registry-pin; in Java registry(source, pin)), from where"
                    + " the rotation of the root was recorded.");
        }
    }
}
