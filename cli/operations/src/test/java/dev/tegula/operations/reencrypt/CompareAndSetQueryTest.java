package dev.tegula.operations.reencrypt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.Context;
import dev.tegula.jdbc.TableName;
import dev.tegula.jdbc.Transactions;
import dev.tegula.operations.live.LiveLab;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What was changed since it was read stays as it is, in whatever way it was changed. */
final class CompareAndSetQueryTest {

    private LiveLab lab;
    private byte[] read;
    private byte[] fresh;

    @BeforeEach
    void start() throws Exception {
        lab = LiveLab.start();
        lab.sql("CREATE TABLE visit (id bigint PRIMARY KEY, clinic text, secret bytea)");
        read = lab.tenantField("visit.text").encrypt("a visit", Context.tenant("north"));
        fresh = lab.tenantField("visit.text").encrypt("A visit", Context.tenant("north"));
        lab.update("INSERT INTO visit VALUES (1, 'north', ?), (2, NULL, ?)", read, read);
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    private Set<List<String>> swap(long id, @Nullable String tenant) {
        List<byte @Nullable []> values = new ArrayList<>();
        values.add(fresh);
        CompareAndSetQuery.ChangedRow row = new CompareAndSetQuery.ChangedRow(
                List.of(String.valueOf(id)), List.of(new Cell(read, Optional.ofNullable(tenant))), values);
        return new Transactions(lab.database).readCommitted(session -> {
            TableShape shape = TableShape.read(session, new TableName("public", "visit"), List.of());
            return new CompareAndSetQuery(shape, List.of("secret"), List.of(Optional.of("clinic")), session.dialect())
                    .run(session, List.of(row));
        });
    }

    @Test
    void run_ofARowAsItWasRead_changesIt() {
        assertThat(swap(1, "north")).containsExactly(List.of("1"));
        assertThat(swap(2, null)).containsExactly(List.of("2"));
        assertThat(lab.bytes("SELECT secret FROM visit WHERE id = 1")).isEqualTo(fresh);
    }

    /** A value under the key of the tenant that the row named would be unreadable in the row as it is. */
    @ParameterizedTest
    @ValueSource(strings = {"'south'", "NULL"})
    void run_ofARowThatNamesAnotherTenantByNow_leavesIt(String tenant) {
        lab.sql("UPDATE visit SET clinic = " + tenant + " WHERE id = 1");

        assertThat(swap(1, "north")).isEmpty();
        assertThat(lab.bytes("SELECT secret FROM visit WHERE id = 1")).isEqualTo(read);
    }

    @Test
    void run_ofARowThatNamesATenantOnlyNow_leavesIt() {
        lab.sql("UPDATE visit SET clinic = 'north' WHERE id = 2");

        assertThat(swap(2, null)).isEmpty();
    }

    /** One byte of the nonce, one of the tag, and one more between them: head and tag are the same then. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "set_byte(secret, 40, 255 - get_byte(secret, 40))",
                "set_byte(secret, length(secret) - 1, 255 - get_byte(secret, length(secret) - 1))",
                "substring(secret from 1 for 60) || '\\x00' || substring(secret from 61)",
                "NULL"
            })
    void run_ofARowWithAnotherValueByNow_leavesIt(String value) {
        lab.sql("UPDATE visit SET secret = " + value + " WHERE id = 1");
        byte[] now = lab.bytes("SELECT secret FROM visit WHERE id = 1");

        assertThat(swap(1, "north")).isEmpty();
        assertThat(lab.bytes("SELECT secret FROM visit WHERE id = 1")).isEqualTo(now);
    }
}
