package dev.tegula.operations.rotation;

import dev.tegula.Context;
import dev.tegula.FieldCipher;
import dev.tegula.FieldIndex;
import dev.tegula.Tegula;
import dev.tegula.blindindex.BlindIndex;
import dev.tegula.blindindex.IgnoreCase;
import dev.tegula.blindindex.IndexSpec;
import dev.tegula.catalogue.IndexColumn;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.keyring.KeyringSettings;
import dev.tegula.operations.live.LiveLab;
import dev.tegula.operations.reencrypt.RunControl;
import dev.tegula.operations.reencrypt.SweepSettings;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A table with a blind index and its next column, and the engines of four applications. */
abstract class IndexRotationLab {

    static final int ROWS = 600;
    static final FieldId SSN = FieldId.of("person.ssn");
    static final Scope SCOPE = Scope.index(SSN, TenantId.none());

    LiveLab lab;
    final List<Tegula> engines = new ArrayList<>();
    final Set<String> values = ConcurrentHashMap.newKeySet();

    @BeforeEach
    void start() throws Exception {
        lab = LiveLab.start(LiveLab.shortLease());
        for (int i = 0; i < 4; i++) {
            engines.add(lab.engine(LiveLab.shortLease(), "app-" + i));
        }
        lab.sql("CREATE TABLE person (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, ssn bytea,"
                + " ssn_index bytea UNIQUE, ssn_next bytea UNIQUE)");
        lab.tegula.publish(List.of(LiveLab.column("person.ssn", "person", "ssn", "id")));
        publish(Optional.of("ssn_next"));
        for (int i = 0; i < ROWS; i++) {
            insert(Row.of(lab.tegula, "row-" + i));
            values.add("row-" + i);
        }
    }

    @AfterEach
    void stop() {
        engines.forEach(Tegula::close);
        lab.close();
    }

    final void publish(Optional<String> next) {
        publish("ssn_index", next, false);
    }

    final void publish(String column, Optional<String> next, boolean perTenant) {
        lab.tegula.publishIndexes(List.of(new IndexColumn(
                "public",
                "person",
                column,
                next,
                "",
                256,
                perTenant,
                List.of(new IndexColumn.Part(SSN, Optional.of("ssn"), "tegula.ignore_case", 1)),
                List.of(column),
                "test")));
    }

    static FieldIndex<String> index(Tegula engine) {
        return engine.blindIndex(IndexSpec.of("person.ssn", String.class, new IgnoreCase()));
    }

    /** What a client has computed and may send at any later time. */
    static final class Row {
        final byte[] envelope;
        final byte @Nullable [] index;
        final byte @Nullable [] next;

        private Row(byte[] envelope, byte @Nullable [] index, byte @Nullable [] next) {
            this.envelope = envelope;
            this.index = index;
            this.next = next;
        }

        static Row of(Tegula engine, String value) {
            FieldCipher<String> cipher = engine.field("person.ssn", String.class);
            FieldIndex<String> index = index(engine);
            BlindIndex next = index.computeNext(value, Context.noTenant());
            BlindIndex now = index.compute(value, Context.noTenant());
            byte[] envelope = cipher.encrypt(value, Context.noTenant());
            return new Row(envelope, now == null ? null : now.bytes(), next == null ? null : next.bytes());
        }
    }

    final void insert(Row row) throws SQLException {
        lab.update("INSERT INTO person (ssn, ssn_index, ssn_next) VALUES (?, ?, ?)", row.envelope, row.index, row.next);
    }

    final IndexRotation rotation() {
        KeyringSettings lease = LiveLab.shortLease();
        return new IndexRotation(
                lab.tegula,
                lab.database,
                rows -> {},
                RotationSettings.standard()
                        .withWriteLimit(lease.writeLimit())
                        .withSweep(SweepSettings.standard().withBatchRows(50)),
                List.of());
    }

    final IndexRotationReport rotate(IndexRotationListener listener) {
        return rotation().run(SSN, Set.of(), listener, new RunControl());
    }

    final List<KeyRow> keys(KeyState state) {
        return lab.tegula.registry().all().stream()
                .filter(row -> row.scope().equals(SCOPE) && row.state() == state)
                .toList();
    }
}
