package dev.tegula.kek;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tegula.Tegula;
import dev.tegula.envelope.KeyId;
import dev.tegula.kms.WrappedKey;
import dev.tegula.registry.KeyRow;
import dev.tegula.test.servers.NeedsAwsKms;
import dev.tegula.test.servers.NeedsVault;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every data key goes from a Tink keyset to Vault, to AWS KMS and back, and not one byte of data changes. */
@NeedsVault
@NeedsAwsKms
@Tag("long")
final class KekMoveTest {

    private static final Duration BACKUPS = Duration.ofDays(30);

    @TempDir
    Path folder;

    private final AwsLogin login = AwsLogin.begin();
    private MoveLab lab;

    @BeforeEach
    void start() throws Exception {
        lab = MoveLab.start(folder);
    }

    @AfterEach
    void stop() throws Exception {
        login.close();
    }

    @Test
    void rewrap_tinkToVaultToAwsAndBack_movesEveryKeyAndNoByteOfData() throws Exception {
        Map<String, String> data = lab.data().picture();
        List<KeyRow> first = lab.keys();
        assertThat(first).hasSize(7).allMatch(row -> row.kekAlias().equals(MoveLab.TINK));
        Set<WrappedKey> seen = new HashSet<>();
        first.forEach(row -> seen.add(row.wrapped().orElseThrow()));

        try (Tegula running = lab.engine(MoveLab.TINK, MoveLab.VAULT, MoveLab.AWS)) {
            lab.data().readAll(running);
            String from = MoveLab.TINK;
            for (String to : List.of(MoveLab.VAULT, MoveLab.AWS, MoveLab.TINK)) {
                Instant before = Instant.now();
                String document = lab.run(0, "keys", "rewrap", "--all", "--to", to, "--yes", "--json");
                requireOldKek(MoveLab.json(document), from, before);

                List<KeyRow> rows = lab.keys();
                assertThat(rows).usingElementComparator(KekMoveTest::sameKey).isEqualTo(first);
                assertThat(rows).allMatch(row -> row.kekAlias().equals(to));
                rows.forEach(row -> assertThat(seen.add(row.wrapped().orElseThrow()))
                        .as("%s is wrapped again", row.name())
                        .isTrue());
                assertThat(lab.data().picture()).isEqualTo(data);
                running.keyring().forget();
                lab.data().readAll(running);
                try (Tegula alone = lab.engine(to)) {
                    lab.data().readAll(alone);
                }
                lab.run(0, "keys", "backup", "--yes");
                from = to;
            }
        }
    }

    /** The picture above would show it. */
    @Test
    void picture_aRowWrittenAgainWithTheSameBytes_isAnother() throws Exception {
        Map<String, String> before = lab.data().picture();
        lab.data().writeAgain();
        Map<String, String> after = lab.data().picture();

        assertThat(before.keySet())
                .containsExactly(
                        "patient (rows)",
                        "patient.id",
                        "patient.name",
                        "patient.note",
                        "patient.ssn",
                        "visit (rows)",
                        "visit.clinic",
                        "visit.id",
                        "visit.note");
        assertThat(after).hasSameSizeAs(before).doesNotContainEntry("patient (rows)", before.get("patient (rows)"));
        assertThat(after).containsEntry("patient.ssn", before.get("patient.ssn"));
    }

    /** What wrapped the keys before is named, with the day until which backups need it. */
    private static void requireOldKek(JsonNode document, String from, Instant before) {
        List<JsonNode> old = StreamSupport.stream(document.get("oldKeks").spliterator(), false)
                .toList();
        assertThat(old).singleElement().satisfies(kek -> {
            assertThat(kek.get("kek").asText()).isEqualTo(from);
            assertThat(kek.get("keysStillUnderIt").asInt()).isZero();
            assertThat(Instant.parse(kek.get("neededUntil").asText()))
                    .isBetween(before.plus(BACKUPS), Instant.now().plus(BACKUPS).plusSeconds(2));
        });
        assertThat(document.get("keys")).hasSize(7);
        assertThat(document.get("failed")).isEmpty();
    }

    private static int sameKey(KeyRow a, KeyRow b) {
        boolean same = a.scope().equals(b.scope())
                && a.version() == b.version()
                && a.state() == b.state()
                && a.suite() == b.suite();
        KeyId id = a.keyId();
        return same ? id.compareTo(b.keyId()) : 1;
    }
}
