package dev.tegula.operations.reencrypt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.Context;
import dev.tegula.FieldCipher;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.operations.live.LiveLab;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** A table with a column in clear and an encrypted one beside it. */
abstract class AdoptionLab {

    static final int ROWS = 300;
    static final EncryptedColumn PHONE = LiveLab.column("owner.phone", "owner", "phone_encrypted", "id");

    static LiveLab lab;
    static FieldCipher<String> phone;
    int toldBefore;

    @BeforeAll
    static void start() {
        lab = LiveLab.start();
        phone = lab.field("owner.phone");
    }

    @BeforeEach
    void table() {
        toldBefore = told().size();
        lab.sql(
                "DROP TABLE IF EXISTS owner, typed, calls CASCADE",
                "DROP FUNCTION IF EXISTS tegula_adopt_owner_phone_encrypted, tegula_adopt_typed_encrypted",
                "DROP PUBLICATION IF EXISTS phones",
                "CREATE TABLE owner (id bigint PRIMARY KEY, phone text, phone_encrypted bytea, tenant text)",
                "INSERT INTO owner SELECT i, 'phone-' || i, NULL, 't' || i % 2 FROM generate_series(1, " + ROWS
                        + ") i");
        envelope("the first key is there");
    }

    @AfterAll
    static void stop() {
        lab.close();
    }

    static byte[] envelope(String value) {
        byte[] envelope = phone.encrypt(value, Context.noTenant());
        assertThat(envelope).isNotNull();
        return envelope;
    }

    final @Nullable String stored(long id) {
        return phone.decrypt(lab.bytes("SELECT phone_encrypted FROM owner WHERE id = " + id), Context.noTenant());
    }

    final Adoption adoption() {
        return new Adoption(lab.database, lab.tegula, SweepSettings.standard().withBatchRows(20));
    }

    final PlainColumn column() {
        return PlainColumn.of(lab.tegula, PHONE, "phone");
    }

    final BackfillReport fill() {
        return adoption().fill(column(), Set.of(), new RunControl(), ProgressListener.none());
    }

    final BackfillReport verify() {
        return adoption().verify(column(), new RunControl(), ProgressListener.none());
    }

    final BackfillReport seal() {
        return adoption().seal(column(), new RunControl(), ProgressListener.none());
    }

    /** Beside triggers that somebody accepts. */
    final BackfillReport sealAccepting() {
        return adoption()
                .seal(column(), Set.of(Finding.Kind.UPDATE_TRIGGERS), new RunControl(), ProgressListener.none());
    }

    static BackfillReport sound(int rows) {
        return new BackfillReport(0, rows, List.of(), List.of(), List.of(), List.of(), 0, true);
    }

    /** The steps of all tests so far. */
    final List<String> told() {
        return Arrays.stream(lab.text("SELECT coalesce(string_agg(action, ' ' ORDER BY seq), '') FROM tegula_audit"
                                + " WHERE action LIKE 'tegula.adoption%'")
                        .split(" "))
                .filter(action -> !action.isEmpty())
                .toList();
    }

    final List<String> toldNow() {
        List<String> all = told();
        return all.subList(toldBefore, all.size());
    }
}
