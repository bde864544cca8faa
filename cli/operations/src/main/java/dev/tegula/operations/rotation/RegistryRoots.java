package dev.tegula.operations.rotation;

import dev.tegula.Tegula;
import dev.tegula.audit.AuditEntry;
import dev.tegula.audit.ToldEntry;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.DeniedException;
import dev.tegula.failure.IntegrityException;
import dev.tegula.jdbc.Dialect;
import dev.tegula.jdbc.RootChange;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.Timeouts;
import dev.tegula.jdbc.TrailMarks;
import dev.tegula.jdbc.Transactions;
import dev.tegula.operations.audit.AuditEntries;
import dev.tegula.registry.InstanceReport;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyWrapping;
import dev.tegula.registry.RegistrySeal;
import dev.tegula.registry.RootRotation;
import dev.tegula.registry.ShredMark;
import dev.tegula.secret.ResealedSecrets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The rotation of the root that vouches for a registry, step by step; each may be killed and taken again. */
public final class RegistryRoots {

    private static final Set<String> MAKING =
            Set.of(AuditEntry.RESERVED + "key.create", AuditEntry.RESERVED + "key.import");
    private static final String GIVEN_UP = AuditEntry.RESERVED + "key.destroy";
    private static final Pattern LABEL = Pattern.compile("v\\d+ \\([0-9a-f]+\\)");

    /** In the order in which Tegula's own transactions take them. The snapshot begins once all are held. */
    private static final String HOLD =
            "LOCK TABLE tegula_key, tegula_field, tegula_index, tegula_census, tegula_secret,"
                    + " tegula_secret_version, tegula_audit_head IN EXCLUSIVE MODE";

    private final Tegula tegula;
    private final Transactions transactions;
    private final Duration window;

    /**
     * The roots of an engine's database.
     *
     * @param window instances not seen for so long count as gone: the longest write limit in use
     */
    public RegistryRoots(Tegula tegula, Transactions transactions, Duration window) {
        this.tegula = tegula;
        this.transactions = transactions;
        this.window = window;
    }

    /** Where the registry is between two roots. */
    public RootRotation.State state() {
        return RootRotation.state(tegula.registry(), tegula.seal());
    }

    /** Makes the root that is to follow, or finds the one that waits. */
    public KeyRow prepare() {
        return RootRotation.prepare(
                tegula.registry(),
                tegula.seal(),
                new KeyWrapping(tegula.deployment(), tegula.keks()),
                tegula.keks().aliasFor(FieldId.REGISTRY));
    }

    /**
     * Gives up a root that waits, in the registry and in this process.
     *
     * @throws dev.tegula.failure.RefusedException code {@code state}, if it does not wait any more
     */
    public void abandon(KeyId waiting) {
        RootRotation.abandon(tegula.registry(), tegula.seal(), waiting);
        tegula.seal().follow();
    }

    /**
     * Whether the audit trail tells that a root which waits was given up: who writes the database can put its row back, whose seal is
     * genuine.
     */
    public boolean givenUp(KeyRow waiting) {
        TrailMarks marks = TrailMarks.read(transactions, tegula.seal());
        boolean[] found = new boolean[1];
        new AuditEntries(Optional.empty(), Optional.of(waiting.scope().field().value())).read(transactions, row -> {
            AuditEntry entry = row.told().map(ToldEntry::entry).orElse(null);
            found[0] |= entry != null
                    && entry.action().equals(GIVEN_UP)
                    && entry.detail().contains(waiting.label())
                    && marks.genuine(row);
        });
        return found[0];
    }

    /**
     * Opens a root by its KEK.
     *
     * @throws dev.tegula.failure.TegulaException why it does not open
     */
    public void requireOpens(KeyRow root) {
        new KeyWrapping(tegula.deployment(), tegula.keks()).unwrap(root).close();
    }

    /** Whether this process trusts a root: it is pinned here, and opens. */
    public boolean trusted(KeyId root) {
        return tegula.seal().trusted().contains(root);
    }

    /** Running instances that do not say that they trust all of these roots. */
    public List<String> lacking(Collection<KeyId> roots) {
        return instances(instance -> !instance.roots().containsAll(roots));
    }

    /** Running instances that do not say that they trust none of these roots. */
    public List<String> trusting(Collection<KeyId> roots) {
        return instances(instance ->
                instance.roots().isEmpty() || instance.roots().stream().anyMatch(roots::contains));
    }

    /** Running instances that say that they trust a root. */
    public List<String> naming(KeyId root) {
        return instances(instance -> instance.roots().contains(root));
    }

    /** Running instances that work by an older state of the registry than the rev. */
    public List<String> behind(long rev) {
        return instances(instance -> instance.epoch() < rev);
    }

    private List<String> instances(Predicate<InstanceReport> which) {
        Instant now = tegula.registry().clock().instant();
        return tegula.registry().instances(now.minus(window)).stream()
                .filter(which)
                .map(instance -> Census.shown(instance, now))
                .sorted()
                .toList();
    }

    /** Why entries from before a root was replaced cannot be verified here: it does not open any more. Empty if all do. */
    public Optional<String> trailObstacle() {
        try {
            tegula.seal().withReplaced();
            return Optional.empty();
        } catch (ConfigurationException | DeniedException | IntegrityException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /**
     * Keys that no entry of the audit trail tells the making of. Who holds the root and writes the database can add a key without
     * one; so could a release from before there was a trail.
     */
    public List<KeyRow> untold() {
        RegistrySeal seal = tegula.seal();
        TrailMarks marks = TrailMarks.read(transactions, seal);
        Set<Label> told = new HashSet<>();
        new AuditEntries(Optional.empty(), Optional.empty()).read(transactions, row -> {
            if (MAKING.contains(row.told().map(entry -> entry.entry().action()).orElse("")) && marks.genuine(row)) {
                AuditEntry entry = row.told().orElseThrow().entry();
                Matcher label = LABEL.matcher(entry.detail());
                if (label.find()) {
                    told.add(new Label(entry.subject(), entry.tenant(), label.group()));
                }
            }
        });
        return tegula.registry().all().stream()
                .filter(row -> seal.genuine(row) && !ShredMark.is(row))
                .filter(row -> !told.contains(
                        new Label(row.scope().field().value(), row.scope().tenant(), row.label())))
                .toList();
    }

    /** How an entry names a key. */
    private record Label(String field, TenantId tenant, String label) {}

    /**
     * Makes the root that waits ACTIVE, with every sealed row under it and every chain of the audit trail going on under it.
     *
     * @return how many rows were sealed again
     * @throws dev.tegula.failure.IntegrityException if a row does not verify; nothing was changed then
     */
    public int activate(KeyId next) {
        RegistrySeal seal = tegula.seal();
        seal.follow();
        RegistrySeal under = seal.sealingUnder(next);
        int resealed = run(under, (session, change) -> change.activate(session, seal, under));
        seal.follow();
        return resealed;
    }

    /**
     * Retires the root before.
     *
     * @return how many rows were sealed again: censuses alone, which nobody believes
     * @throws dev.tegula.failure.IntegrityException if a row does not verify under the ACTIVE root; nothing was changed then
     */
    public int finish() {
        tegula.seal().follow();
        int resealed = run(tegula.seal(), (session, change) -> change.finish(session, tegula.seal()));
        tegula.seal().follow();
        return resealed;
    }

    /** One of the two steps that reseal. */
    @FunctionalInterface
    private interface Step {
        int run(Session session, RootChange change) throws SQLException;
    }

    private int run(RegistrySeal censuses, Step step) {
        RootChange change = new RootChange(
                transactions.author(),
                List.of(ResealedSecrets::reseal, (session, seal) -> CensusRows.reseal(session, censuses)));
        // Asked before: a query before the tables are held would begin the snapshot too early.
        Dialect dialect = transactions.dialect();
        return transactions.serializable(Timeouts.MANY, session -> {
            // CockroachDB needs no locks: it has no other level, so no writer passes unseen.
            session.execute(dialect.sql(HOLD, "SELECT 1"));
            return step.run(session, change);
        });
    }
}
