package dev.tegula.operations.reencrypt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.tegula.envelope.KeyId;
import dev.tegula.failure.RefusedException;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When a fence that looks keys up is granted, and where it is the CHECK instead. */
final class LookupRaiseTest extends LookupFenceLab {

    @Test
    void raise_ofOtherKeysByManyAtOnce_refusesAll() throws Exception {
        Set<KeyId> keys = new HashSet<>(Set.of(old));
        for (String tenant : List.of("c", "d", "e", "f")) {
            encrypted(tenant);
            keys.add(lab.activeKey(scope(tenant)));
        }
        List<CompletableFuture<Void>> raises = keys.stream()
                .map(key -> CompletableFuture.runAsync(() -> raise(key)))
                .toList();
        for (CompletableFuture<Void> raise : raises) {
            raise.get(5, TimeUnit.MINUTES);
        }

        assertThat(fence().covers(VISIT, "body", keys)).isTrue();
        assertThat(lab.number("SELECT count(DISTINCT fence) FROM tegula_refused"))
                .isEqualTo(1);
        assertFenced(() -> insert(10, underOld));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void raise_whileAWriterIsOpen_waitsForItAndSaysWhoItIs(boolean again) throws Exception {
        if (again) {
            raise(lab.activeKey(scope("b")));
        }
        try (Connection writer = lab.database.getConnection()) {
            writer.setAutoCommit(false);
            insert(writer, 10, underOld);
            Looks looks = new Looks();
            CompletableFuture<Void> raised =
                    CompletableFuture.runAsync(() -> new Fence(lab.database, Duration.ofMinutes(5))
                            .raise(VISIT, Map.of("body", Set.of(old)), BODY, looks.control()));
            looks.awaitMore(5);
            assertThat(raised).isNotDone();
            assertThat(fence().covers(VISIT, "body", old)).isFalse();
            assertThatThrownBy(() -> new Fence(lab.database, Duration.ZERO)
                            .raise(VISIT, Map.of("body", Set.of(old)), BODY, new Looks().control()))
                    .isInstanceOfSatisfying(
                            RefusedException.class, e -> assertThat(e.code()).isEqualTo("fence-blocked"));
            writer.commit();
            raised.get(5, TimeUnit.MINUTES);
        }
        assertThat(fence().covers(VISIT, "body", old)).isTrue();
        assertThat(fence().validate(VISIT, "body", new RunControl())).isFalse();
        assertFenced(() -> insert(11, underOld));
    }

    @Test
    void raise_besideAReaderThatStays_doesNotWait() throws Exception {
        try (Connection reader = lab.database.getConnection();
                Statement statement = reader.createStatement()) {
            reader.setAutoCommit(false);
            statement.execute("SELECT count(*) FROM visit");

            raise();
            raise(lab.activeKey(scope("b")));

            assertThat(fence().covers(VISIT, "body", Set.of(old, lab.activeKey(scope("b")))))
                    .isTrue();
        }
    }

    @Test
    void raise_besideAPreparedTransactionThatWrote_isBlockedAndNamesIt() throws Exception {
        try (Connection writer = lab.database.getConnection();
                Statement statement = writer.createStatement()) {
            writer.setAutoCommit(false);
            insert(writer, 10, underOld);
            statement.execute("PREPARE TRANSACTION 'stays'");
        }
        try {
            assertThatThrownBy(() -> new Fence(lab.database, Duration.ZERO)
                            .raise(VISIT, Map.of("body", Set.of(old)), BODY, new Looks().control()))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("the prepared transaction 'stays'");
        } finally {
            lab.sql("ROLLBACK PREPARED 'stays'");
        }
    }

    @Test
    void raise_withoutTheRightToMakeAFunction_isTheCheck() throws Exception {
        lab.sql(
                "CREATE ROLE unmaking LOGIN",
                "ALTER TABLE visit OWNER TO unmaking",
                "GRANT SELECT ON tegula_key, tegula_refused TO unmaking");
        try (HikariDataSource pool = lab.as("unmaking")) {
            Fence fence = new Fence(pool, Duration.ofMinutes(1));

            fence.raise(VISIT, Map.of("body", Set.of(old)), BODY, new Looks().control());

            assertThat(fence.kind(VISIT, "body")).isEqualTo(Fence.Kind.CHECK);
        } finally {
            lab.sql("ALTER TABLE visit OWNER TO postgres", "DROP OWNED BY unmaking", "DROP ROLE unmaking");
        }
        assertThat(count("pg_trigger WHERE tgname LIKE 'tegula\\_fence%'")).isZero();
        assertThat(count("tegula_refused")).isZero();
    }

    @Test
    void raise_whereTheRegistryIsAnotherDatabase_isTheCheck() {
        KeyId elsewhere = KeyId.ofHex("ab".repeat(32));

        fence().raise(VISIT, Map.of("body", Set.of(elsewhere)), BODY, new Looks().control());

        assertThat(fence().kind(VISIT, "body")).isEqualTo(Fence.Kind.CHECK);
    }

    @Test
    void raise_whereACheckStands_keepsWhatItRefuses() throws Exception {
        KeyId b = lab.activeKey(scope("b"));
        byte[] underB = encrypted("b");
        lab.nextKey(scope("b"));
        lab.update("UPDATE visit SET body = ? WHERE id = 1", (Object) encrypted("b"));
        fence().raise(VISIT, Map.of("body", Set.of(b)), new Looks().control());
        assertThat(fence().kind(VISIT, "body")).isEqualTo(Fence.Kind.CHECK);

        raise();

        assertThat(fence().covers(VISIT, "body", Set.of(old, b))).isTrue();
        assertFenced(() -> insert(10, underOld));
        assertThatThrownBy(() -> insert(10, underB))
                .satisfies(e -> assertThat(lab.tegula.fenced(e)).isTrue());
        assertThat(fence().validate(VISIT, "body", new RunControl())).isTrue();
    }
}
