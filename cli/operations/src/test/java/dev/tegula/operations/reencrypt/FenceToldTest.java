package dev.tegula.operations.reencrypt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.audit.AuditEntry;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.jdbc.TableName;
import dev.tegula.operations.live.LiveLab;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A fence stands with its entry, or not at all. */
class FenceToldTest {

    private static final Scope SSN = LiveLab.scope("patient.ssn");
    private static final TableName PATIENT = new TableName("public", "patient");

    private LiveLab lab;
    private KeyId old;

    @BeforeEach
    void start() throws SQLException {
        lab = LiveLab.start();
        lab.patients(3);
        old = lab.activeKey(SSN);
        lab.nextKey(SSN);
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    private Fence fence(Teller told) {
        return new Fence(lab.database, Duration.ofMinutes(1), told);
    }

    private void raise(Fence fence) {
        fence.raise(PATIENT, Map.of("ssn", Set.of(old)), new RunControl());
    }

    @Test
    void raise_tellsWhichKeyIsRefusedOnce() throws SQLException {
        List<AuditEntry> entries = new ArrayList<>();
        Fence fence = fence((session, entry) -> entries.add(entry));
        raise(fence);
        raise(fence);

        assertThat(entries).singleElement().satisfies(entry -> {
            assertThat(entry.action()).isEqualTo("tegula.fence.raise");
            assertThat(entry.subject()).isEqualTo("public.patient.ssn");
            assertThat(entry.detail()).isEqualTo("a CHECK refuses values under " + old.shortHex());
        });
        lab.sql("DELETE FROM patient");
        assertThat(fence.validate(PATIENT, "ssn", new RunControl())).isTrue();
        assertThat(entries).extracting(AuditEntry::action).endsWith("tegula.fence.validate");
    }

    @Test
    void raise_thatCannotBeTold_fencesNothing() {
        Fence fence = fence((session, entry) -> {
            throw new SQLException("The chain is gone", "42P01");
        });
        assertThatThrownBy(() -> raise(fence)).hasMessageContaining("SQLSTATE 42P01 while fencing public.patient");
        assertThat(fence.covers(PATIENT, "ssn", old)).isFalse();
    }

    /** The fence is made under a search path of the server's own names, under which the trail would not be found. */
    @Test
    void raise_ofAnEngine_findsItsTrail() {
        raise(fence(Teller.of(lab.tegula)));
        assertThat(lab.number("SELECT count(*) FROM tegula_audit WHERE action = 'tegula.fence.raise'"))
                .isEqualTo(1);
    }
}
