package dev.tegula.operations.rotation;

import dev.tegula.Tegula;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.failure.RefusedException;
import dev.tegula.failure.ShellWord;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.Timeouts;
import dev.tegula.jdbc.Transactions;
import dev.tegula.operations.reencrypt.BesideInClear;
import dev.tegula.operations.reencrypt.RunControl;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import dev.tegula.registry.TenantShred;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.sql.DataSource;

/**
 * Destroys all keys of a tenant, although values under them are still there: nobody can read these any more, wherever they were
 * copied to. Marks the tenant, so that no key is made for it; retires its keys; waits until every instance has seen that, and
 * until the transactions that may hold a value of it have ended; destroys the keys. Run again it goes on where it was. Thread-safe;
 * throws what {@link Transactions} throws.
 */
public final class Shred {

    private static final long PAUSE_MILLIS = 250;
    /** An instance whose lease is short may still be late on a busy machine; it ends as soon as all have followed. */
    private static final Duration SHORTEST_WAIT = Duration.ofSeconds(30);

    private final Tegula tegula;
    private final Transactions transactions;
    private final TenantShred keys;
    private final Census census;
    private final Duration writeLimit;
    private final Duration patience;
    private final InstantSource clock;

    /**
     * Shreds in the database of an engine.
     *
     * @param census counts, and knows the running instances
     * @param writeLimit the longest time an instance writes under a key without having looked at the registry
     * @param patience how long to wait for open transactions
     * @param clock of the registry, for the instants of rows
     */
    public Shred(
            Tegula tegula,
            DataSource database,
            Census census,
            Duration writeLimit,
            Duration patience,
            InstantSource clock) {
        this.tegula = tegula;
        this.transactions = new Transactions(database);
        this.keys = new TenantShred(tegula.registry(), tegula.seal(), clock);
        this.census = census;
        this.writeLimit = writeLimit;
        this.patience = patience;
        this.clock = clock;
    }

    /** What is, or was, destroyed. Counts the values of all columns of the catalogue. */
    public ShredLook look(TenantShred.Target target) {
        TenantShred.State state = keys.state(target);
        Set<KeyRow> own = new HashSet<>(state.keys());
        CensusReport report = census.take(column -> true);
        SortedMap<String, Long> values = new TreeMap<>();
        for (CensusReport.ColumnCount column : report.columns()) {
            long under = state.keys().stream()
                    .mapToLong(row -> column.under(row.keyId()))
                    .sum();
            boolean keyed = state.keys().stream()
                    .anyMatch(row -> row.scope().field().equals(column.column().field()));
            if (keyed || under > 0) {
                values.merge(column.column().field().value(), under, Long::sum);
            }
        }
        List<KeyRow> others = tegula.registry().all().stream()
                .filter(row -> row.state() != KeyState.DESTROYED && !own.contains(row))
                .toList();
        List<ShredLook.OfKek> keks = state.keys().stream()
                .map(KeyRow::kekAlias)
                .distinct()
                .sorted()
                .map(alias -> new ShredLook.OfKek(
                        alias,
                        others.stream()
                                .filter(row -> row.kekAlias().equals(alias))
                                .count()))
                .toList();
        long quarantined = state.keys().stream()
                .mapToLong(row -> report.quarantined().getOrDefault(row.keyId(), 0L))
                .sum();
        return new ShredLook(state, values, quarantined, keks, jobs(target), inClear(target));
    }

    /** How far it is; counts nothing. */
    public TenantShred.State state(TenantShred.Target target) {
        return keys.state(target);
    }

    /** What is known to stand in the way of what was looked at; each says what to do. */
    public List<String> obstacles(TenantShred.Target target, ShredLook look) {
        List<String> obstacles = new ArrayList<>(look.jobs());
        if (look.state().open() || look.state().left()) {
            obstacles.addAll(held(target, look.inClear()));
        }
        if (transactions.dialect().showsHolders()) {
            obstacles.addAll(transactions.readCommitted(OpenTransactions::prepared));
        }
        return obstacles;
    }

    /**
     * Does what is left to do.
     *
     * @param says is told of each step
     * @param control stops it between two steps, or while it waits
     * @return how far it is; keys are left if it was stopped
     * @throws RefusedException code {@code tenant-unknown}, if the tenant never had a key; {@code values-in-clear}, while a column
     *     that is adopted or released holds values of it in clear; {@code job-open}, while a job moves its values; {@code
     *     instances-behind} or {@code transactions-open}, if these may still write under its keys: then the tenant
     *     is marked and its keys are RETIRED, and the next run goes on
     */
    public TenantShred.State run(TenantShred.Target target, Consumer<String> says, RunControl control) {
        TenantShred.State state = keys.state(target);
        List<String> held = state.open() || state.left() ? held(target, inClear(target)) : List.of();
        if (!held.isEmpty()) {
            throw new RefusedException(
                    "values-in-clear", "No key was destroyed, and it would not help: " + String.join("; ", held) + ".");
        }
        if (state.open()) {
            List<String> jobs = jobs(target);
            if (!jobs.isEmpty()) {
                throw new RefusedException("job-open", "It waits for jobs: " + String.join("; ", jobs) + ".");
            }
            state = keys.begin(target);
            says.accept("keys of " + target.tenant() + " are RETIRED, and none is made for it any more");
        }
        if (!state.left() || !followed(state, says, control) || !quiet(target, says, control)) {
            return state;
        }
        TenantShred.State destroyed = keys.destroy(target);
        says.accept("keys of " + target.tenant() + " are DESTROYED");
        return destroyed;
    }

    /** Whether every instance has seen it; false if it was stopped meanwhile. */
    private boolean followed(TenantShred.State state, Consumer<String> says, RunControl control) {
        Instant until = state.keys().stream()
                .flatMap(row -> Stream.ofNullable(row.times().retired()))
                .max(Instant::compareTo)
                .orElse(Instant.MIN)
                .plus(writeLimit.compareTo(SHORTEST_WAIT) < 0 ? SHORTEST_WAIT : writeLimit);
        List<String> behind = census.behind(state.rev());
        if (!behind.isEmpty()) {
            says.accept("waiting until " + until + " at most, for " + String.join("; ", behind));
        }
        while (!behind.isEmpty()) {
            if (!clock.instant().isBefore(until)) {
                throw new RefusedException(
                        "instances-behind",
                        "The keys are RETIRED, and not destroyed yet: running instances have not seen it and may still write"
                                + " under them (" + String.join("; ", behind)
                                + "). End them, or see why they do not read the registry; then run the command again.");
            }
            if (!control.sleep(PAUSE_MILLIS)) {
                return false;
            }
            behind = census.behind(state.rev());
        }
        return !control.stopped();
    }

    /** Whether the transactions have ended that may hold a value under the keys; false if it was stopped meanwhile. */
    private boolean quiet(TenantShred.Target target, Consumer<String> says, RunControl control) {
        if (!transactions.dialect().showsHolders()) {
            return true;
        }
        SortedMap<String, String> before = transactions.readCommitted(Shred::open);
        long end = System.nanoTime() + patience.toNanos();
        TreeSet<String> left = new TreeSet<>(before.values());
        while (!left.isEmpty() && System.nanoTime() - end < 0) {
            if (!control.sleep(PAUSE_MILLIS)) {
                return false;
            }
            SortedMap<String, String> still = new TreeMap<>(transactions.readCommitted(Shred::open));
            still.keySet().retainAll(before.keySet());
            left = new TreeSet<>(still.values());
        }
        left.addAll(transactions.readCommitted(OpenTransactions::prepared));
        if (!left.isEmpty()) {
            throw new RefusedException(
                    "transactions-open",
                    "The keys of " + target.tenant() + " are RETIRED, and not destroyed yet: " + String.join("; ", left)
                            + ". Then run the command again.");
        }
        says.accept("no transaction is open that may hold a value under them");
        return !control.stopped();
    }

    private static SortedMap<String, String> open(Session session) throws SQLException {
        return OpenTransactions.now(session, "the keys were retired", "still write a value under them");
    }

    /** Columns in clear that hold values of the tenant, as far as rows say so; each with what to do. */
    private static List<String> held(TenantShred.Target target, List<BesideInClear> inClear) {
        return inClear.stream()
                .filter(beside -> beside.holds().orElse(beside.unknown()))
                .flatMap(beside -> beside.encrypted().stream().map(column -> held(target, beside, column)))
                .toList();
    }

    private static String held(TenantShred.Target target, BesideInClear beside, EncryptedColumn encrypted) {
        if (beside.unknown()) {
            return "whether " + beside.place() + " beside " + encrypted.column() + " holds values of " + target.tenant()
                    + " cannot be said: the trigger of an adoption is there, and does something that this version does not"
                    + " know. Name the column (`tegula adopt " + encrypted.field()
                    + " --from COLUMN` makes the trigger again), or drop the trigger where none is in work";
        }
        String plain = ShellWord.of(beside.plain().orElse(""));
        return beside.place() + " holds values of " + target.tenant() + " in clear beside " + encrypted.column()
                + ", under no key: "
                + (beside.sealable()
                        ? "seal the adoption first (`tegula adopt " + encrypted.field() + " --from " + plain
                                + " --seal`)"
                        : "it was released, or an adoption was taken back; adopt it first (`tegula adopt "
                                + encrypted.field() + " --from " + plain + "`, then with --seal)")
                + ", or empty it in the rows of the tenant";
    }

    private List<BesideInClear> inClear(TenantShred.Target target) {
        List<EncryptedColumn> columns = Census.catalogue(tegula).columns();
        return transactions
                .read(
                        Timeouts.SCAN,
                        session -> BesideInClear.of(
                                session,
                                tegula.seal(),
                                columns,
                                target.tenant().name().orElse("")))
                .stream()
                .filter(beside -> beside.holds().orElse(true))
                .toList();
    }

    private List<String> jobs(TenantShred.Target target) {
        String sql = "SELECT DISTINCT CAST(j.id AS text), j.schema_name || '.' || j.table_name FROM tegula_job j JOIN"
                + " tegula_job_key k ON k.job = j.id WHERE j.state IN ('OPEN', 'PAUSED') AND k.tenant = ?"
                + " AND (? OR k.field <> 'tegula.secret') ORDER BY 1";
        return transactions.read(session -> {
            List<String> jobs = new ArrayList<>();
            try (PreparedStatement select = session.prepare(sql)) {
                select.setBytes(1, target.tenant().item());
                select.setBoolean(2, target.secrets());
                try (ResultSet row = select.executeQuery()) {
                    while (row.next()) {
                        jobs.add("job " + row.getString(1) + " of " + row.getString(2)
                                + " has not ended and moves values of " + target.tenant()
                                + ": let it end (`tegula jobs show " + row.getString(1)
                                + "` says how), or run `tegula jobs cancel " + row.getString(1) + "`");
                    }
                }
            }
            return jobs;
        });
    }
}
