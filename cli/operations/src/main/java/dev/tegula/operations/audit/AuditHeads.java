package dev.tegula.operations.audit;

import dev.tegula.audit.AuditHead;
import dev.tegula.jdbc.AuditHeadRows;
import dev.tegula.jdbc.Transactions;
import dev.tegula.registry.RegistrySeal;
import java.util.List;
import java.util.Optional;

/**
 * Where the chains end, as it is stored.
 *
 * @param genuine the heads that verify, by chain: what {@code tegula audit anchor} prints. Chains without entries have none
 * @param changed the chains whose heads do not verify, though they say that there are entries
 */
public record AuditHeads(List<AuditHead> genuine, List<Long> changed) {

    /** Copies both. */
    public AuditHeads {
        genuine = List.copyOf(genuine);
        changed = List.copyOf(changed);
    }

    /** Reads them. */
    public static AuditHeads of(Transactions transactions, RegistrySeal seal) {
        List<AuditHeadRows.Row> rows = transactions.read(session -> AuditHeadRows.read(session, seal));
        return new AuditHeads(
                rows.stream().flatMap(row -> row.head().stream()).toList(),
                rows.stream()
                        .filter(row -> row.head().isEmpty() && !row.untouched())
                        .map(AuditHeadRows.Row::chain)
                        .toList());
    }

    /** The head of the chain of commands, if there is one that verifies. */
    public static Optional<AuditHead> ofCommands(Transactions transactions, RegistrySeal seal) {
        return of(transactions, seal).genuine().stream()
                .filter(head -> head.chain() == AuditHead.COMMANDS)
                .findFirst();
    }
}
