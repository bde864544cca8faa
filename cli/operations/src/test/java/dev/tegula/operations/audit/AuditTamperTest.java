package dev.tegula.operations.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.audit.AuditHead;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What somebody can do to the trail who writes the database, and holds no key. */
final class AuditTamperTest extends AuditLab {

    /** Six entries in one chain. */
    private int chain() {
        return told(6).get(0).chain();
    }

    @Test
    void untouched_isClean_andSaysWhatItCannotTell() {
        List<AuditHead> heads = told(6);

        AuditReport report = verify();
        assertThat(report.findings()).isEmpty();
        // Those that hold nothing may have held something.
        assertThat(report.withoutAnchor()).hasSize(AuditHead.LAST + 1);
        assertThat(verify(heads.get(5)).withoutAnchor())
                .hasSize(AuditHead.LAST)
                .contains(AuditHead.COMMANDS)
                .doesNotContain(heads.get(0).chain());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "told_at = told_at + interval '1 second'",
                "login = 'mallory'",
                "actor = 'mallory'",
                "host = 'elsewhere'",
                "action = 'invoice.refused'",
                "kind = 'order'",
                "subject = 'another'",
                "tenant = '\\x00'",
                "detail = 'harmless'",
                "previous = sha256(previous)",
                "mac = sha256(mac)"
            })
    void edited_isNamed(String edit) {
        int chain = chain();
        lab.sql("UPDATE tegula_audit SET " + edit + " WHERE seq = 3");

        assertThat(found()).containsExactly("EDITED " + chain + ":3");
    }

    @Test
    void editedLast_isNamed() {
        int chain = chain();
        lab.sql("UPDATE tegula_audit SET actor = 'mallory' WHERE seq = 6");

        assertThat(found()).containsExactly("EDITED " + chain + ":6");
    }

    @Test
    void removed_isNamed() {
        int chain = chain();
        lab.sql("DELETE FROM tegula_audit WHERE seq IN (2, 3, 5)");

        assertThat(found()).containsExactly("REMOVED " + chain + ":2", "REMOVED " + chain + ":5");
        assertThat(verify().findings().get(0).text()).contains("all up to 3");
    }

    @Test
    void removedFirst_isNamed() {
        int chain = chain();
        lab.sql("DELETE FROM tegula_audit WHERE seq = 1");

        assertThat(found()).containsExactly("REMOVED " + chain + ":1");
    }

    /** A gap that is closed by numbering again what follows. */
    @Test
    void removedAndNumberedAnew_isRemovedAndReordered() {
        int chain = chain();
        lab.sql("DELETE FROM tegula_audit WHERE seq = 3", "UPDATE tegula_audit SET seq = seq + 100 WHERE seq > 3");
        lab.sql("UPDATE tegula_audit SET seq = seq - 101 WHERE seq > 100");

        assertThat(found())
                .containsExactly(
                        "REMOVED " + chain + ":3",
                        "REORDERED " + chain + ":3",
                        "REORDERED " + chain + ":4",
                        "REORDERED " + chain + ":5");
    }

    @Test
    void insertedBehindTheEnd_isNamed() {
        int chain = chain();
        copy(6, 7);

        assertThat(found()).containsExactly("INSERTED " + chain + ":7");
        assertThat(toldIn(chain).seq()).isEqualTo(9);
        assertThat(found()).containsExactly("INSERTED " + chain + ":7", "HEAD_CHANGED " + chain + ":8");
    }

    /** Room is made by numbering again what follows, and the head is moved too. */
    @Test
    void insertedBetween_isNamed() {
        int chain = chain();
        lab.sql("UPDATE tegula_audit SET seq = seq + 100 WHERE seq > 3");
        lab.sql("UPDATE tegula_audit SET seq = seq - 99 WHERE seq > 100");
        copy(3, 4);
        lab.sql("UPDATE tegula_audit SET subject = 'invented' WHERE seq = 4");
        lab.sql("UPDATE tegula_audit_head SET seq = 7 WHERE seq = 6");

        assertThat(found())
                .containsExactly(
                        "INSERTED " + chain + ":4",
                        "REORDERED " + chain + ":5",
                        "REORDERED " + chain + ":6",
                        "REORDERED " + chain + ":7",
                        "HEAD " + chain + ":7");
    }

    @Test
    void reordered_isNamedWithWhereItCameFrom() {
        int chain = chain();
        lab.sql("UPDATE tegula_audit SET seq = 100 WHERE seq = 2");
        lab.sql("UPDATE tegula_audit SET seq = 2 WHERE seq = 5");
        lab.sql("UPDATE tegula_audit SET seq = 5 WHERE seq = 100");

        assertThat(found()).containsExactly("REORDERED " + chain + ":2", "REORDERED " + chain + ":5");
        assertThat(verify().findings().get(0).text()).contains("written as " + chain + ":5");
    }

    @Test
    void movedToAnotherChain_isNamed() {
        int chain = chain();
        int other = chain == 1 ? 2 : 1;
        lab.sql("UPDATE tegula_audit SET chain = " + other + ", seq = 1 WHERE seq = 6");

        assertThat(found()).contains("REORDERED " + other + ":1", "HEAD " + other + ":0");
        assertThat(found()).noneMatch(finding -> finding.startsWith("EDITED"));
    }

    @Test
    void cut_isNamedByTheHead() {
        int chain = chain();
        lab.sql("DELETE FROM tegula_audit WHERE seq > 4");

        assertThat(found()).containsExactly("CUT " + chain + ":5");
    }

    @Test
    void cut_withAHeadThatWasMadeToFit_isNamedByItsSeal() {
        int chain = chain();
        lab.sql(
                "DELETE FROM tegula_audit WHERE seq > 4",
                "UPDATE tegula_audit_head h SET seq = 4, mac = a.mac FROM tegula_audit a WHERE a.seq = 4 AND h.seq = 6");

        assertThat(found()).containsExactly("HEAD " + chain + ":4");
    }

    /** The one that only an anchor finds. */
    @Test
    void cut_withAnOlderHeadPutBack_isFoundWithAnAnchorOnly() {
        List<AuditHead> heads = told(4);
        int chain = heads.get(0).chain();
        lab.sql("CREATE TABLE kept AS SELECT * FROM tegula_audit_head");
        AuditHead newest = toldIn(chain);
        lab.sql(
                "DELETE FROM tegula_audit WHERE seq > 4",
                "DELETE FROM tegula_audit_head",
                "INSERT INTO tegula_audit_head SELECT * FROM kept");

        assertThat(found()).isEmpty();
        assertThat(verify().withoutAnchor()).contains(chain);
        assertThat(found(heads.get(3))).isEmpty();
        assertThat(found(newest)).containsExactly("CUT " + chain + ":" + newest.seq());
    }

    @Test
    void wholeChainGone_withItsHeadEmptied_isFoundWithAnAnchorOnly() {
        AuditHead newest = told(3).get(2);
        lab.sql(
                "TRUNCATE tegula_audit",
                "UPDATE tegula_audit_head SET seq = 0, mac = decode(repeat('00', 32), 'hex'), seal = NULL");

        assertThat(found()).isEmpty();
        assertThat(found(newest)).containsExactly("CUT " + newest.chain() + ":3");
    }

    @Test
    void anchorOfAnotherEntry_isNamed() {
        AuditHead kept = told(3).get(2);
        lab.sql(
                "TRUNCATE tegula_audit",
                "UPDATE tegula_audit_head SET seq = 0, mac = decode(repeat('00', 32), 'hex'), seal = NULL");
        AuditHead other = toldIn(kept.chain());
        while (other.seq() < 3) {
            other = toldIn(kept.chain());
        }

        assertThat(found()).isEmpty();
        assertThat(found(kept)).containsExactly("REPLACED " + kept.chain() + ":3");
    }

    /** A copy of the database is written to with its keys, and an entry of it put into the original. */
    @Test
    void entryOfACopy_isNamedAsForked() {
        int chain = chain();
        lab.sql(
                "CREATE TABLE kept AS SELECT * FROM tegula_audit",
                "CREATE TABLE heads AS SELECT * FROM tegula_audit_head");
        lab.sql("DELETE FROM tegula_audit WHERE seq > 3");
        lab.sql("UPDATE tegula_audit_head SET seq = 0, mac = decode(repeat('00', 32), 'hex'), seal = NULL");
        lab.sql("DELETE FROM tegula_audit");
        for (long seq = 0; seq < 4; ) {
            seq = toldIn(chain).seq();
        }
        lab.sql("CREATE TABLE copy AS SELECT * FROM tegula_audit WHERE seq = 4", "TRUNCATE tegula_audit");
        lab.sql(
                "INSERT INTO tegula_audit SELECT * FROM kept WHERE seq <> 4",
                "INSERT INTO tegula_audit SELECT * FROM copy",
                "DELETE FROM tegula_audit_head",
                "INSERT INTO tegula_audit_head SELECT * FROM heads");

        assertThat(found()).containsExactly("FORKED " + chain + ":4", "FORKED " + chain + ":5");
    }

    @Test
    void olderHeadPutBack_beforeEntries_isNamed() {
        AuditHead first = told(1).get(0);
        lab.sql("CREATE TABLE kept AS SELECT * FROM tegula_audit_head");
        toldIn(first.chain());
        lab.sql("DELETE FROM tegula_audit_head", "INSERT INTO tegula_audit_head SELECT * FROM kept");

        assertThat(found()).containsExactly("HEAD " + first.chain() + ":1");
        assertThat(toldIn(first.chain()).seq()).isEqualTo(4);
        assertThat(found()).containsExactly("HEAD_CHANGED " + first.chain() + ":3");
    }

    @Test
    void headGone_isNamed() {
        int chain = chain();
        lab.sql("DELETE FROM tegula_audit_head WHERE chain = " + chain);

        assertThat(found()).containsExactly("HEAD " + chain + ":6");
    }

    /** Whoever breaks a head stops no work, and what they did stays in the chain. */
    @Test
    void headChanged_theNextWriterGoesOnAndTells() {
        int chain = chain();
        lab.sql("UPDATE tegula_audit_head SET seq = 40, mac = sha256(mac) WHERE chain = " + chain);

        AuditHead next = toldIn(chain);
        assertThat(next.seq()).isEqualTo(8);
        assertThat(found()).containsExactly("HEAD_CHANGED " + chain + ":7");
        assertThat(toldIn(chain).seq()).isEqualTo(9);
    }

    @Test
    void headEmptied_besideEntries_isNotTakenForAnEmptyChain() {
        int chain = chain();
        lab.sql("UPDATE tegula_audit_head SET seq = 0, mac = decode(repeat('00', 32), 'hex'), seal = NULL");

        assertThat(found()).containsExactly("HEAD " + chain + ":0");
        assertThat(toldIn(chain).seq()).isEqualTo(8);
        assertThat(found()).containsExactly("HEAD_CHANGED " + chain + ":7");
    }

    @Test
    void headChanged_andRowsInvented_theNextWriterFindsAFreePlace() {
        int chain = chain();
        copy(6, 7);
        lab.sql("UPDATE tegula_audit_head SET seq = 6, seal = sha256(seal) WHERE chain = " + chain);

        assertThat(toldIn(chain).seq()).isEqualTo(9);
        assertThat(found()).contains("INSERTED " + chain + ":7", "HEAD_CHANGED " + chain + ":8");
    }

    private void copy(int from, int to) {
        lab.sql("INSERT INTO tegula_audit SELECT chain, " + to
                + ", told_at, login, actor, host, action, kind, subject, tenant, detail, mac, sha256(mac) FROM tegula_audit"
                + " WHERE seq = " + from);
    }

    /** One entry more in this chain: the others are held meanwhile, so that none else is free. */
    private AuditHead toldIn(int chain) {
        try (var holder = lab.database.getConnection();
                var connection = lab.database.getConnection()) {
            holder.setAutoCommit(false);
            holder.createStatement().execute("SELECT 1 FROM tegula_audit_head WHERE chain <> " + chain + " FOR UPDATE");
            connection.setAutoCommit(false);
            AuditHead head = lab.tegula.audit().append(connection, entry("later"));
            connection.commit();
            holder.rollback();
            return head;
        } catch (java.sql.SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
