package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.Tegula;
import dev.tegula.audit.AuditEntry;
import dev.tegula.audit.AuditHead;
import dev.tegula.audit.ToldEntry;
import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.RootClinic;
import dev.tegula.envelope.KeyId;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What somebody can do to the audit trail after a rotation who writes the database, and holds the root from before. */
@Tag("long")
class RotateRegistryTrailTest {

    private static final HexFormat HEX = HexFormat.of();

    @TempDir
    Path folder;

    private RootClinic roots;
    private ClinicDatabase clinic;
    private String before;
    private Tegula both;
    private int chain;

    @BeforeEach
    void rotated() throws SQLException {
        roots = RootClinic.of(folder);
        clinic = roots.clinic();
        before = roots.pins().get(0);
        String next = roots.made();
        both = roots.application("both-app", before, next);
        roots.tell(both, "told 1", "told 2", "told 3");
        chain = (int) clinic.number("SELECT max(chain) FROM tegula_audit WHERE action = 'drill.told'");
        roots.rotate(0);
        clinic.execute("ALTER TABLE tegula_audit DISABLE TRIGGER USER");
        expect(0, clinic.run("audit", "verify"));
    }

    @AfterEach
    void close() {
        both.close();
    }

    @Test
    void entryAddedBehindTheMark_isNamedAndCountsNowhere() throws SQLException {
        AuditHead end = head();
        add(forged(end.seq() + 1, end.mac()), true);

        assertThat(expect(6, clinic.run("audit", "verify")).out())
                .contains(chain + ":" + (end.seq() + 1) + "  it is under a registry root that was replaced before it");
        assertThat(expect(6, clinic.run("audit", "list")).out())
                .contains("Not shown, because they do not verify: " + chain + ":" + (end.seq() + 1))
                .doesNotContain("drill.forged");
        assertThat(expect(6, clinic.run("audit", "export")).out()).doesNotContain("drill.forged");
    }

    /** The head is not believed that the root before sealed: the writer goes on from its own last entry. */
    @Test
    void entryAddedBehindTheMark_isNoneThatAWriterGoesOnFrom() throws SQLException {
        RootClinic.await(() -> !both.seal().rootId().hex().equals(before));
        AuditHead end = head();
        add(forged(end.seq() + 1, end.mac()), true);

        for (int told = 1; told <= 17; told++) {
            roots.tell(both, "told after " + told);
        }
        try (Connection connection = clinic.dataSource().getConnection();
                Statement select = connection.createStatement();
                ResultSet row = select.executeQuery("SELECT count(*) FROM tegula_audit WHERE chain = " + chain
                        + " AND seq > " + (end.seq() + 1)
                        + " AND previous = (SELECT mac FROM tegula_audit WHERE chain = "
                        + chain + " AND seq = " + (end.seq() + 1) + ")")) {
            row.next();
            assertThat(row.getLong(1)).isZero();
        }
    }

    @Test
    void entryRewrittenInFrontOfTheMark_isNamed() throws SQLException {
        AuditHead last = entry("told 3");
        clinic.execute("DELETE FROM tegula_audit WHERE chain = " + chain + " AND seq = " + last.seq());
        add(forged(last.seq(), entry("told 2").mac()), false);

        assertThat(expect(6, clinic.run("audit", "verify")).out())
                .contains(chain + ":" + (last.seq() + 1) + "  it verifies, but was written behind another entry");
    }

    @Test
    void chainCutInFrontOfItsMark_isNamed() {
        clinic.execute(
                "DELETE FROM tegula_audit WHERE chain = " + chain + "; UPDATE tegula_audit_head SET seq = 0, mac ="
                        + " decode(repeat('00', 32), 'hex'), seal = NULL WHERE chain = " + chain);

        assertThat(expect(6, clinic.run("audit", "verify")).out())
                .contains(chain + ":0  the chain does not go on under the registry root");
    }

    private ToldEntry forged(long seq, String previous) {
        return new ToldEntry(
                chain,
                seq,
                Instant.now().truncatedTo(ChronoUnit.MICROS),
                "mallory",
                "elsewhere",
                AuditEntry.of("drill.forged", "thing", "forged").actor("mallory"),
                previous);
    }

    private AuditHead head() throws SQLException {
        return found("SELECT seq, encode(mac, 'hex') FROM tegula_audit_head WHERE chain = " + chain);
    }

    private AuditHead entry(String subject) throws SQLException {
        return found("SELECT seq, encode(mac, 'hex') FROM tegula_audit WHERE chain = " + chain + " AND subject = '"
                + subject + "'");
    }

    private AuditHead found(String sql) throws SQLException {
        try (Connection connection = clinic.dataSource().getConnection();
                Statement select = connection.createStatement();
                ResultSet row = select.executeQuery(sql)) {
            row.next();
            return new AuditHead(chain, row.getLong(1), row.getString(2));
        }
    }

    /** As who holds the root before can: with a genuine MAC under it, and a head with its seal. */
    private void add(ToldEntry told, boolean moveHead) throws SQLException {
        KeyId root = KeyId.ofHex(before);
        byte[] mac = both.seal().audit(root, told.covered()).bytes();
        try (Connection connection = clinic.dataSource().getConnection()) {
            try (PreparedStatement insert = connection.prepareStatement(
                    "INSERT INTO tegula_audit (chain, seq, told_at, login, actor, host, action, kind, subject, tenant, detail,"
                            + " previous, mac) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
                insert.setInt(1, chain);
                insert.setLong(2, told.seq());
                insert.setObject(3, told.at().atOffset(ZoneOffset.UTC));
                insert.setString(4, told.login());
                insert.setString(5, told.actor());
                insert.setString(6, told.host());
                insert.setString(7, told.entry().action());
                insert.setString(8, told.entry().kind());
                insert.setString(9, told.entry().subject());
                insert.setBytes(10, told.entry().tenant().item());
                insert.setString(11, told.entry().detail());
                insert.setBytes(12, HEX.parseHex(told.previous()));
                insert.setBytes(13, mac);
                insert.executeUpdate();
            }
            if (moveHead) {
                AuditHead head = new AuditHead(chain, told.seq(), HEX.formatHex(mac));
                try (PreparedStatement update = connection.prepareStatement(
                        "UPDATE tegula_audit_head SET seq = ?, mac = ?, seal = ? WHERE chain = ?")) {
                    update.setLong(1, head.seq());
                    update.setBytes(2, mac);
                    update.setBytes(3, both.seal().audit(root, head.covered()).bytes());
                    update.setInt(4, chain);
                    update.executeUpdate();
                }
            }
        }
    }
}
