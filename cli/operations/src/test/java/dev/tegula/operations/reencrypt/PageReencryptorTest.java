package dev.tegula.operations.reencrypt;

import static dev.tegula.operations.live.LiveLab.move;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.Context;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Mode;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.jdbc.TableName;
import dev.tegula.operations.live.LiveLab;
import dev.tegula.operations.live.RecordingGcm;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a page of values becomes in memory. */
final class PageReencryptorTest {

    private static final Scope NORTH = tenant("north");
    private static final Scope SOUTH = tenant("south");

    private LiveLab lab;
    private KeyId oldNorth;
    private KeyId oldSouth;
    private KeyId freshNorth;
    private byte[] ofNorth;
    private byte[] ofSouth;

    private static Scope tenant(String name) {
        return Scope.data(FieldId.of("visit.text"), TenantId.of(name));
    }

    @BeforeEach
    void start() {
        lab = LiveLab.start();
        ofNorth = lab.tenantField("visit.text").encrypt("north's", Context.tenant("north"));
        ofSouth = lab.tenantField("visit.text").encrypt("south's", Context.tenant("south"));
        oldNorth = lab.activeKey(NORTH);
        oldSouth = lab.activeKey(SOUTH);
        freshNorth = lab.nextKey(NORTH).keyId();
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    private PageReencryptor.Reencrypted moved(KeyMove move, byte[] value, String tenant) {
        JobPlan plan = new JobPlan(
                new Job(UUID.randomUUID(), new TableName("public", "visit"), 1, 1, false),
                List.of("id"),
                List.of(new JobPlan.Column("secret", FieldId.of("visit.text"), Optional.of("clinic"), Mode.FIELD)),
                List.of(move),
                true,
                Optional.empty());
        Page page = new Page(
                List.of(new Page.Row(List.of("1"), List.of(new Cell(value, Optional.of(tenant))))),
                false,
                1,
                List.of("1"));
        return new PageReencryptor(
                        plan,
                        new KeyPaging(List.of(new KeyColumn("id", "bigint"))),
                        CipherSource.of(lab.tegula.keyring()))
                .move(page);
    }

    /**
     * Rows of jobs carry no seal. One that gives the key of one tenant as the source of another's move would have values
     * encrypted for a tenant whose they are not, in a row that could not be read any more.
     */
    @Test
    void move_ofAJobThatNamesTheKeyOfAnotherTenantAsItsSource_leavesTheValue() {
        PageReencryptor.Reencrypted moved = moved(move(NORTH, freshNorth, oldNorth, oldSouth), ofSouth, "south");

        assertThat(moved.swaps()).isEmpty();
        assertThat(moved.unreadable()).extracting(Quarantine.Entry::reason).containsExactly("cannot-open");
    }

    @Test
    void move_ofAValue_leavesNoPlaintextBehind() {
        try (RecordingGcm opened = RecordingGcm.install()) {
            PageReencryptor.Reencrypted moved = moved(move(NORTH, freshNorth, oldNorth), ofNorth, "north");

            assertThat(moved.swaps()).hasSize(1);
            assertThat(opened.plaintexts()).isNotEmpty().allSatisfy(bytes -> assertThat(bytes)
                    .containsOnly(0));
        }
    }
}
