package dev.tegula.secret;

import dev.tegula.audit.AuditEntry;
import dev.tegula.cipher.EnvelopeCipher;
import dev.tegula.jdbc.CommitUnknownException;
import dev.tegula.jdbc.JdbcKeyRegistry;
import dev.tegula.jdbc.Timeouts;
import dev.tegula.jdbc.Transactions;
import dev.tegula.keyring.Keyring;
import dev.tegula.registry.RegistrySeal;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes changes of secrets, one or many, in one serializable transaction with a handful of statements. */
final class SecretWrites {

    private static final int FENCED_TRIES = 5;

    private final Transactions transactions;
    private final RegistrySeal seal;
    private final Keyring keyring;
    private final SecretNamespaces namespaces;
    private final SecretColumn column;
    private final SeenRevs seen;

    SecretWrites(
            Transactions transactions,
            RegistrySeal seal,
            Keyring keyring,
            SecretNamespaces namespaces,
            SecretColumn column,
            SeenRevs seen) {
        this.transactions = transactions;
        this.seal = seal;
        this.keyring = keyring;
        this.namespaces = namespaces;
        this.column = column;
        this.seen = seen;
    }

    /** Makes all of them in one transaction, or none; at least one. */
    List<Secret> make(List<PendingChange> pending) {
        if (pending.stream().anyMatch(PendingChange::writes)) {
            column.publish();
        }
        keyring.beginCall();
        try {
            for (int tried = 0; tried < FENCED_TRIES; tried++) {
                // Before the transaction: what opens a key may need a connection of its own.
                Map<SecretName, EnvelopeCipher> ciphers = ciphers(pending);
                Map<SecretName, Long> before = new HashMap<>();
                pending.forEach(each -> before.put(each.name(), seen.of(each.name())));
                try {
                    Timeouts limits = pending.size() == 1 ? Timeouts.SHORT : Timeouts.MANY;
                    List<Secret> changed = transactions.serializable(
                            limits,
                            session -> stored(
                                    new SecretRows(session, JdbcKeyRegistry.sealing(session, seal)),
                                    pending,
                                    before,
                                    ciphers));
                    changed.forEach(seen::note);
                    return changed;
                } catch (SecretRows.Fenced retired) {
                    keyring.dropLeases();
                } catch (CommitUnknownException e) {
                    throw unknown(e, pending);
                }
            }
            throw SecretRefusals.busy(pending.get(0).name());
        } finally {
            keyring.endCall();
        }
    }

    /** Says how to look, where a change that is made again does not find by itself that it was made. */
    private static CommitUnknownException unknown(CommitUnknownException e, List<PendingChange> pending) {
        if (pending.stream().anyMatch(each -> each.writes() && !conditional(each.change()))) {
            return e.withCure(look(pending) + "Written again without a look, "
                    + (pending.size() == 1 ? "it" : "each secret") + " may get one more version.");
        }
        return pending.stream()
                        .anyMatch(each -> each.writes() || each.change().ifRev().isPresent())
                ? e.withCure(look(pending)
                        + "Made again under its condition, it is refused as a change of somebody else if it"
                        + " was committed: nothing is written twice, but the refusal may be about yourself.")
                : e;
    }

    private static boolean conditional(SecretChange change) {
        return change.ifVersion().isPresent() || change.ifRev().isPresent();
    }

    private static String look(List<PendingChange> pending) {
        return "`tegula secrets history " + pending.get(0).name() + "` says which. ";
    }

    private List<Secret> stored(
            SecretRows rows,
            List<PendingChange> pending,
            Map<SecretName, Long> before,
            Map<SecretName, EnvelopeCipher> ciphers)
            throws SQLException {
        Map<SecretName, Secret> known = rows.find(before.keySet());
        Instant now = rows.now();
        List<MadeChange> made = new ArrayList<>();
        List<AuditEntry> told = new ArrayList<>();
        Map<SecretName, Long> next = new HashMap<>();
        for (PendingChange each : pending) {
            Optional<Secret> found = Optional.ofNullable(known.get(each.name()));
            seen.require(each.name(), before.getOrDefault(each.name(), 0L), found);
            requireCondition(each.name(), each.change(), found);
            if (each.copiedFrom().isPresent()) {
                rows.held(each.name(), each.copiedFrom())
                        .orElseThrow(() -> SecretRefusals.unknown(each.name()))
                        .version();
            }
            MadeChange change = each.made(found, namespaces.require(each.name()), now, ciphers);
            change.version().ifPresent(version -> next.put(each.name(), version.version()));
            if (change.changed()) {
                told.add(each.told(change.secret()));
            }
            made.add(change);
        }
        if (!next.isEmpty()) {
            rows.occupied(next).ifPresent(name -> {
                throw SecretRefusals.occupied(name, next.getOrDefault(name, 0L));
            });
        }
        rows.store(made);
        rows.tell(transactions.author(), told);
        return made.stream().map(MadeChange::secret).toList();
    }

    private Map<SecretName, EnvelopeCipher> ciphers(List<PendingChange> pending) {
        Map<SecretName, EnvelopeCipher> ciphers = new HashMap<>();
        for (PendingChange each : pending) {
            if (each.writes()) {
                ciphers.computeIfAbsent(
                        namespaces.require(each.name()),
                        namespace -> keyring.writer(SecretNamespaces.scope(namespace)));
            }
        }
        return ciphers;
    }

    static void requireCondition(SecretName name, SecretChange change, Optional<Secret> found) {
        long current = found.map(Secret::current).orElse(0L);
        change.ifVersion().filter(expected -> expected != current).ifPresent(expected -> {
            throw SecretRefusals.conflict(name, expected, current);
        });
        long rev = found.map(Secret::rev).orElse(0L);
        change.ifRev().filter(expected -> expected != rev).ifPresent(expected -> {
            throw SecretRefusals.changedSince(name, expected, rev);
        });
    }
}
