package dev.tegula.operations.check;

import dev.tegula.Tegula;
import dev.tegula.failure.DeniedException;
import dev.tegula.failure.IntegrityException;
import dev.tegula.jdbc.AuditHeadRows;
import dev.tegula.jdbc.Transactions;
import dev.tegula.operations.document.Counts;
import dev.tegula.registry.RegistrySeal;
import dev.tegula.secret.Secret;
import dev.tegula.secret.SecretListing;
import dev.tegula.secret.SecretStore;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Checks the seals of the rows of secrets, and of the heads of the audit trail. Opens no value. */
final class RowChecks {

    /** Of so many the versions are read; those of the others are verified when they are used. */
    private static final int MOST_HISTORIES = 1_000;

    private static final int MOST_NAMED = 5;

    private final CheckList checks;
    private final Transactions transactions;
    private final RegistrySeal seal;

    RowChecks(CheckList checks, Transactions transactions, RegistrySeal seal) {
        this.checks = checks;
        this.transactions = transactions;
        this.seal = seal;
    }

    /**
     * Checks all; says nothing where there are no secrets, or the heads are in order.
     *
     * @param engine reads secrets; asked for only where there are some
     */
    void run(Supplier<Tegula> engine) {
        try {
            if (anySecret()) {
                checks.check("secrets", () -> {
                    try (Tegula tegula = engine.get()) {
                        return secrets(tegula.secrets());
                    }
                });
            }
            heads();
        } catch (DeniedException e) {
            checks.skip("this login may not read them", "secrets and audit trail");
        }
    }

    private boolean anySecret() {
        return transactions.read(session -> {
            try (PreparedStatement select = session.prepare("SELECT EXISTS (SELECT 1 FROM tegula_secret)");
                    ResultSet row = select.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        });
    }

    private void heads() {
        List<Long> forged = transactions.read(session -> AuditHeadRows.read(session, seal)).stream()
                .filter(head -> head.head().isEmpty() && !head.untouched())
                .map(AuditHeadRows.Row::chain)
                .toList();
        if (!forged.isEmpty()) {
            IntegrityException wrong = new IntegrityException(
                    "The head of chain "
                            + forged.stream()
                                    .limit(MOST_NAMED)
                                    .map(String::valueOf)
                                    .collect(Collectors.joining(", "))
                            + " of the audit trail does not carry a valid seal: something other than Tegula wrote it. `tegula audit"
                            + " verify` says what else was changed; the next writer goes on from the last entry that verifies.");
            checks.fail("audit trail", String.valueOf(wrong.getMessage()), wrong);
        }
    }

    private static String secrets(SecretStore store) {
        SecretListing listing = store.list(Optional.empty());
        List<Secret> verified = listing.requireVerified();
        // Those of namespaces that this configuration does not declare are another's.
        List<Secret> looked = verified.stream()
                .filter(secret -> store.namespaces().of(secret.name()).isPresent())
                .limit(MOST_HISTORIES)
                .toList();
        long versions = looked.stream()
                .mapToLong(secret -> store.history(secret.name()).versions().size())
                .sum();
        return Counts.of(verified.size(), "secret") + ", the seals of " + Counts.of(versions, "version")
                + (looked.size() < verified.size() ? " of " + Counts.number(looked.size()) + " of them" : "")
                + " verify";
    }
}
