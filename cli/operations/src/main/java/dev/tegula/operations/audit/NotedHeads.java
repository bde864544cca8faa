package dev.tegula.operations.audit;

import static dev.tegula.operations.audit.AuditFinding.Kind.CUT;
import static dev.tegula.operations.audit.AuditFinding.Kind.REPLACED;

import dev.tegula.audit.AuditHead;
import dev.tegula.audit.ToldEntry;
import dev.tegula.jdbc.Session;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where entries of other chains have noted that each chain ended: anchors that stand in the database itself. */
final class NotedHeads {

    private record Noted(AuditHead head, String where) {}

    private final Map<Integer, Noted> highest = new HashMap<>();

    /** An entry that verifies. */
    void next(ToldEntry told) {
        for (AuditHead head : AuditHead.noted(told.entry())) {
            Noted before = highest.get(head.chain());
            if (before == null || before.head().seq() < head.seq()) {
                highest.put(head.chain(), new Noted(head, told.chain() + ":" + told.seq() + " of " + told.at()));
            }
        }
    }

    void compare(Session session, List<ChainWalk> walks) throws SQLException {
        for (ChainWalk walk : walks) {
            Noted noted = highest.get(walk.number());
            if (noted == null) {
                continue;
            }
            AuditHead head = noted.head();
            if (walk.endsBefore(head.seq())) {
                walk.add(
                        CUT,
                        head.seq(),
                        "entry " + noted.where()
                                + " says that it was written: the newest entries were removed, and an older head"
                                + " put back");
            } else if (stored(session, head)
                    .filter(mac -> !mac.equals(head.mac()))
                    .isPresent()) {
                walk.add(REPLACED, head.seq(), "another entry stands where entry " + noted.where() + " names one");
            }
        }
    }

    private static Optional<String> stored(Session session, AuditHead head) throws SQLException {
        try (PreparedStatement select =
                session.prepare("SELECT substring(mac from 1 for 33) FROM tegula_audit WHERE chain = ? AND seq = ?")) {
            select.setLong(1, head.chain());
            select.setLong(2, head.seq());
            try (ResultSet row = select.executeQuery()) {
                return row.next()
                        ? Optional.ofNullable(row.getBytes(1)).map(HexFormat.of()::formatHex)
                        : Optional.empty();
            }
        }
    }
}
