package dev.tegula.jdbc;

import dev.tegula.audit.AuditHead;
import dev.tegula.audit.ToldEntry;
import dev.tegula.failure.MalformedException;
import dev.tegula.registry.RegistrySeal;
import dev.tegula.registry.Seal;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Rows of {@code tegula_audit_head} as they are read, whatever somebody has put there. */
public final class AuditHeadRows {

    private static final String SELECT =
            "SELECT chain, seq, substring(mac from 1 for 33), substring(seal from 1 for 33) FROM tegula_audit_head ORDER BY chain"
                    + " LIMIT 100";

    private AuditHeadRows() {}

    /**
     * A row.
     *
     * @param chain which chain
     * @param seq where it says that its chain ends
     * @param head the same with the MAC, if its seal verifies
     * @param untouched whether nobody has written to the chain, by what it says
     */
    public record Row(long chain, long seq, Optional<AuditHead> head, boolean untouched) {}

    /** All of them, by chain. */
    public static List<Row> read(Session session, RegistrySeal seal) throws SQLException {
        List<Row> heads = new ArrayList<>();
        try (PreparedStatement select = session.prepare(SELECT);
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                heads.add(row(rows, seal));
            }
        }
        return heads;
    }

    private static Row row(ResultSet row, RegistrySeal seal) throws SQLException {
        long chain = row.getLong(1);
        long seq = row.getLong(2);
        byte @Nullable [] stored = row.getBytes(3);
        byte @Nullable [] sealed = row.getBytes(4);
        String mac = stored == null ? "" : HexFormat.of().formatHex(stored);
        if (sealed == null) {
            return new Row(chain, seq, Optional.empty(), seq == 0 && mac.equals(ToldEntry.NOTHING));
        }
        try {
            AuditHead head = new AuditHead(Math.toIntExact(chain), seq, mac);
            boolean genuine = seal.auditRoot(head.covered(), Seal.copyOf(sealed))
                    .filter(root -> !seal.replaced(root))
                    .isPresent();
            return new Row(chain, seq, genuine ? Optional.of(head) : Optional.empty(), false);
        } catch (MalformedException | ArithmeticException notOurs) {
            return new Row(chain, seq, Optional.empty(), false);
        }
    }
}
