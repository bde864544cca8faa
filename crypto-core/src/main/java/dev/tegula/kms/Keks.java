package dev.tegula.kms;

import dev.tegula.envelope.FieldGlob;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Scope;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.IntegrityException;
import dev.tegula.failure.MalformedException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The key-encryption keys of local configuration, by alias. The database knows only aliases, so anyone who writes to it
 * cannot redirect a key to another KMS; each alias has an allow-list of fields.
 */
public final class Keks {

    /** Characters of an alias, as a registry keeps it. */
    public static final int LONGEST_ALIAS = 200;

    /** The provider in the row of a root that a branch key wrapped; no KMS may have this name. */
    public static final String BRANCH_PROVIDER = "branch";

    private final Map<String, Binding> bindings;
    private final Map<String, Boolean> probed = new ConcurrentHashMap<>();

    private final Map<String, KmsCalls> calls;
    private final Map<String, String> namespaces;

    private Keks(Map<String, Binding> bindings, Map<String, String> namespaces) {
        Map<String, KmsCalls> counted = new LinkedHashMap<>();
        Map<String, Binding> counting = new LinkedHashMap<>();
        bindings.forEach((alias, binding) -> {
            KmsCalls own = new KmsCalls();
            counted.put(alias, own);
            counting.put(
                    alias,
                    new Binding(
                            new CountedKek(binding.kek(), own),
                            binding.fields(),
                            binding.preferred(),
                            binding.branch()));
        });
        this.bindings = Map.copyOf(counting);
        this.calls = Map.copyOf(counted);
        this.namespaces = Map.copyOf(namespaces);
    }

    /**
     * One configured key.
     *
     * @param kek the key
     * @param fields globs of field ids it may serve ({@code *} matches any run of characters)
     * @param preferred whether new keys go under it when nothing else is said
     * @param branch whether branch keys wrap new keys in its place
     */
    public record Binding(Kek kek, List<String> fields, boolean preferred, BranchMode branch) {
        /** A key that wraps each root itself. */
        public Binding(Kek kek, List<String> fields, boolean preferred) {
            this(kek, fields, preferred, BranchMode.NONE);
        }

        /** Copies the list. */
        public Binding {
            fields = List.copyOf(fields);
        }

        /** Whether the allow-list covers the field; Tegula's own fields are always covered. */
        public boolean allows(FieldId field) {
            return field.reserved() || fields.stream().anyMatch(glob -> FieldGlob.matches(glob, field.value()));
        }
    }

    /**
     * The configured keys.
     *
     * @throws ConfigurationException if there are none, an alias is too long, more than one is preferred, or a provider has
     *     the name that rows under branch keys have
     */
    public static Keks of(Map<String, Binding> bindings) {
        return of(bindings, Map.of());
    }

    /**
     * The configured keys, and which of them wraps the keys of which namespace of secrets.
     *
     * @param namespaces alias by namespace
     * @throws ConfigurationException as {@link #of(Map)}, and for an alias that is not configured
     */
    public static Keks of(Map<String, Binding> bindings, Map<String, String> namespaces) {
        if (bindings.isEmpty()) {
            throw new ConfigurationException("No KEK is configured; at least one is needed: an entry under"
                    + " tegula.keks, or kek(alias, kms, key) of the builder in Java.");
        }
        for (String alias : bindings.keySet()) {
            if (alias.length() > LONGEST_ALIAS) {
                throw new ConfigurationException(
                        "A KEK alias has at most " + LONGEST_ALIAS + " characters, not " + alias.length() + ".");
            }
        }
        bindings.forEach(Keks::requireDistinct);
        if (bindings.values().stream().filter(Binding::preferred).count() > 1) {
            throw new ConfigurationException("More than one KEK is marked `default: true`; mark one.");
        }
        namespaces.forEach((namespace, alias) -> {
            if (!bindings.containsKey(alias)) {
                throw new ConfigurationException("Namespace `" + namespace + "` of secrets names KEK `" + alias
                        + "`, which is not configured; it has " + bindings.keySet() + ".");
            }
        });
        return new Keks(new LinkedHashMap<>(bindings), namespaces);
    }

    /** What a row under a branch key says is told apart from what any other says. */
    private static void requireDistinct(String alias, Binding binding) {
        if (BRANCH_PROVIDER.equals(binding.kek().provider())) {
            throw new ConfigurationException("KEK `" + alias + "`: its adapter calls itself `" + BRANCH_PROVIDER
                    + "`, which rows under branch keys say. Its author must choose another name.");
        }
        requireBranchable(alias, binding.branch());
    }

    /**
     * Throws if the alias cannot name the branch keys that it is to have.
     *
     * @throws ConfigurationException if it is too long
     */
    public static void requireBranchable(String alias, BranchMode mode) {
        if (mode != BranchMode.NONE) {
            try {
                FieldId.ofBranch(alias);
            } catch (MalformedException e) {
                throw new ConfigurationException(
                        "KEK `" + alias + "` cannot have branch keys: its alias is too long. Expected"
                                + " at most 86 of a-z and 0-9, every other byte counting as three. Choose a shorter alias for"
                                + " it, or leave out `branch`.");
            }
        }
    }

    /** The calls of each KEK, by alias. */
    public Map<String, KmsCalls> calls() {
        return calls;
    }

    /** The aliases, in no order. */
    public Map<String, Binding> bindings() {
        return bindings;
    }

    /** Whether branch keys wrap new keys in place of the KEK; NONE for an alias that is not configured. */
    public BranchMode branch(String alias) {
        Binding binding = bindings.get(alias);
        return binding == null ? BranchMode.NONE : binding.branch();
    }

    /**
     * The key behind an alias, to wrap with: probed on first use.
     *
     * @throws ConfigurationException if the alias is not configured, does not allow the field, or its KMS ignores
     *     context
     */
    public Kek kek(String alias, FieldId field) {
        Kek kek = unprobed(alias, field);
        if (!probed.containsKey(alias)) {
            KekProbe.check(alias, kek);
            probed.put(alias, Boolean.TRUE);
        }
        return kek;
    }

    /**
     * Looks once for each alias whether its KEK binds context, with what it has just opened; who only reads needs no
     * right to wrap.
     *
     * @param other any context but the one it opened under
     * @throws ConfigurationException if the KEK ignores context
     */
    public void probe(String alias, Kek kek, WrappedKey opened, WrapContext other) {
        if (!probed.containsKey(alias)) {
            KekProbe.checkOpened(alias, kek, opened, other);
            probed.put(alias, Boolean.TRUE);
        }
    }

    /**
     * The key behind an alias, to unwrap with: followed by {@link #probe}.
     *
     * @throws ConfigurationException if the alias is not configured or does not allow the field
     */
    public Kek unprobed(String alias, FieldId field) {
        Binding binding = bindings.get(alias);
        if (binding == null) {
            throw new ConfigurationException("KEK alias `" + alias + "` (needed for " + field
                    + ") is not in local configuration; it has " + bindings.keySet()
                    + ". Add it under tegula.keks again (in Java kek(alias, kms, key) of the builder): keys are under it, and"
                    + " only it opens them. Then `tegula keys rewrap " + field
                    + " --to ALIAS` can move them to another.");
        }
        if (!binding.allows(field)) {
            throw new ConfigurationException("KEK `" + alias + "` may serve " + binding.fields() + ", not " + field
                    + ". Extend its list of fields if that is meant (tegula.keks." + alias + ".fields; in Java its"
                    + " Keks.Binding).");
        }
        return binding.kek();
    }

    /**
     * The alias under which a new key of a scope is wrapped: that of its namespace for secrets, else that of its field.
     *
     * @throws ConfigurationException if there is none, or a choice, or the namespace is not declared
     */
    public String aliasFor(Scope scope) {
        if (!scope.field().equals(FieldId.SECRET)) {
            return aliasFor(scope.field());
        }
        String namespace = scope.tenant().name().orElse("");
        String alias = namespaces.get(namespace);
        if (alias == null) {
            throw new ConfigurationException("Secrets have a key for each namespace, and `" + namespace
                    + "` is none that is declared under tegula.secrets (in Java secrets(namespace, kek) of the builder); there are "
                    + new TreeSet<>(namespaces.keySet()) + ".");
        }
        return alias;
    }

    /** The namespaces of secrets, and the alias of the KEK that wraps the keys of each. */
    public Map<String, String> namespaces() {
        return namespaces;
    }

    /**
     * The alias under which a new key of the field is wrapped: the preferred one if it allows the field, else the only
     * one that does.
     *
     * @throws ConfigurationException if there is none, or a choice
     */
    public String aliasFor(FieldId field) {
        Optional<String> preferred = bindings.entrySet().stream()
                .filter(e -> e.getValue().preferred() && e.getValue().allows(field))
                .map(Map.Entry::getKey)
                .findFirst();
        if (preferred.isPresent()) {
            return preferred.get();
        }
        List<String> allowed = bindings.entrySet().stream()
                .filter(e -> e.getValue().allows(field))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
        if (allowed.size() == 1) {
            return allowed.get(0);
        }
        throw new ConfigurationException(
                "Cannot choose a KEK for " + field + ": " + (allowed.isEmpty() ? "none allows it" : allowed + " do")
                        + ". Mark one with `default: true`, or name it.");
    }

    /**
     * What an adapter answered: one of somebody else may answer nothing, although its contract says otherwise.
     *
     * @throws IntegrityException if it did
     */
    public static <T> T answer(@Nullable T answer, String alias, String call) {
        if (answer == null) {
            throw new IntegrityException("KEK `" + alias + "`: its adapter answered null to " + call
                    + ". It must answer, or throw a TegulaException; nothing was done with the key.");
        }
        return answer;
    }
}
