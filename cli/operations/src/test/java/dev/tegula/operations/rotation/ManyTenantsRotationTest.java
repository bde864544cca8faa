package dev.tegula.operations.rotation;

import static dev.tegula.operations.live.LiveLab.column;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.Context;
import dev.tegula.FieldCipher;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.TenantId;
import dev.tegula.operations.live.HeardStatements;
import dev.tegula.operations.reencrypt.Fence;
import dev.tegula.operations.reencrypt.RunControl;
import dev.tegula.operations.reencrypt.SweepSettings;
import dev.tegula.registry.KeyState;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A thousand tenants in one table, each with a key of its own: the rotation of one leaves the others alone. */
final class ManyTenantsRotationTest extends RotationLab {

    private static final int TENANTS = 1_000;
    private static final EncryptedColumn BODY = column("visit.text", "visit", "body", Optional.of("tenant"), "id");

    @Test
    void run_ofOneTenantOfAThousand_changesItsRowsAloneAndNoDefinition() throws Exception {
        FieldCipher<String> cipher = visits(TENANTS);
        lab.sql("ANALYZE visit", "CREATE TABLE before AS SELECT id, body FROM visit");
        Rotation rotation = rotation(List.of(BODY), SweepSettings.standard());

        rotate(rotation, "t17");
        String definitions = definitions();
        KeyId old = lab.activeKey(tenant("t711"));
        rotate(rotation, "t711");

        assertThat(rotation.census().fence(BODY)).isEqualTo(Fence.Kind.LOOKUP);
        assertThat(definitions()).isEqualTo(definitions);
        assertThat(lab.text("SELECT string_agg(v.id::text, ' ' ORDER BY v.id) FROM visit v JOIN before b USING (id)"
                        + " WHERE v.body <> b.body"))
                .isEqualTo("17 711");
        assertThat(state(old)).isEqualTo(KeyState.RETIRED);
        assertThatThrownBy(() ->
                        lab.sql("UPDATE visit v SET body = b.body FROM before b WHERE b.id = v.id AND v.id = 711"))
                .satisfies(e -> assertThat(lab.tegula.fenced(e)).isTrue());
        lab.sql("UPDATE visit SET tenant = tenant");
        assertThat(cipher.decrypt(lab.bytes("SELECT body FROM visit WHERE id = 711"), Context.tenant("t711")))
                .isEqualTo("v711");
        // The list of the fence is no use of the key that would keep it from being destroyed.
        lab.sql("DROP TABLE before");
        assertThat(rotation.census()
                        .of(lab.tegula.registry().find(old).orElseThrow())
                        .none())
                .isTrue();
    }

    /** Else ten thousand tenants would read the table ten thousand times. */
    @Test
    void run_ofAllTenants_readsTheTableAsOftenForManyAsForFew() throws Exception {
        List<String> few = statementsOfARotation(3);
        stop();
        start();
        List<String> many = statementsOfARotation(60);

        assertThat(few).anyMatch(sql -> sql.contains("GROUPING SETS")).hasSizeLessThan(40);
        assertThat(many).isEqualTo(few);
    }

    /** Those that read or write the table, without the pages of a sweep, of which there are as many as rows ask for. */
    private List<String> statementsOfARotation(int tenants) throws Exception {
        visits(tenants);
        HeardStatements statements = new HeardStatements();
        lab.tegula.catalogue().orElseThrow().publish(List.of(BODY));
        Rotation rotation = new Rotation(
                lab.tegula,
                statements.on(lab.database),
                backedUp::addAll,
                RotationSettings.standard().withWriteLimit(Duration.ofSeconds(1)));

        RotationReport report = rotation.run(RotationRequest.of("visit.text"), recorder, new RunControl());

        assertThat(report.outcome()).isEqualTo(RotationOutcome.DONE);
        assertThat(report.moved()).isEqualTo(tenants);
        assertThat(lab.number("SELECT count(*) FROM tegula_key WHERE state = 'RETIRED'"))
                .isEqualTo(tenants);
        return statements.heard().stream()
                .filter(sql -> sql.contains("\"visit\"") && !sql.contains("LIMIT ?") && !sql.contains("SKIP LOCKED"))
                .toList();
    }

    private FieldCipher<String> visits(int tenants) throws Exception {
        FieldCipher<String> cipher = lab.tenantField("visit.text");
        lab.tegula.prepare(
                IntStream.range(0, tenants).mapToObj(i -> tenant("t" + i)).toList());
        lab.sql("CREATE TABLE visit (id int PRIMARY KEY, tenant text, body bytea)");
        try (Connection connection = lab.database.getConnection();
                PreparedStatement insert = connection.prepareStatement("INSERT INTO visit VALUES (?, ?, ?)")) {
            connection.setAutoCommit(false);
            for (int i = 0; i < tenants; i++) {
                insert.setInt(1, i);
                insert.setString(2, "t" + i);
                insert.setBytes(3, cipher.encrypt("v" + i, Context.tenant("t" + i)));
                insert.addBatch();
            }
            insert.executeBatch();
            connection.commit();
        }
        return cipher;
    }

    private void rotate(Rotation rotation, String tenant) {
        RotationReport report = rotation.run(
                RotationRequest.of("visit.text").onlyTenant(TenantId.of(tenant)), recorder, new RunControl());
        assertThat(report.outcome()).isEqualTo(RotationOutcome.DONE);
        assertThat(report.moved()).isEqualTo(1);
    }

    /** Of all that stands on the table: which, and since when; what it looks up is not among it. */
    private String definitions() {
        return lab.text("SELECT string_agg(d, ' ' ORDER BY d) FROM ("
                + "SELECT 'trigger ' || oid || ' ' || xmin AS d FROM pg_trigger WHERE tgrelid = 'visit'::regclass"
                + " UNION ALL SELECT 'constraint ' || oid || ' ' || xmin FROM pg_constraint WHERE conrelid = 'visit'::regclass)"
                + " AS s");
    }
}
