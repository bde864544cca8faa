package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.HotSpotDiagnosticMXBean;
import dev.tegula.Context;
import dev.tegula.FieldCipher;
import dev.tegula.Tegula;
import dev.tegula.blindindex.BlindIndex;
import dev.tegula.blindindex.BlindTokens;
import dev.tegula.failure.CannotOpenException;
import dev.tegula.hibernate.SentinelMappings.BoundDossier;
import dev.tegula.hibernate.SentinelMappings.Dossier;
import dev.tegula.hibernate.SentinelMappings.Leaflet;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.criteria.CriteriaBuilder;
import jakarta.persistence.criteria.CriteriaQuery;
import jakarta.persistence.criteria.Root;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.hibernate.Session;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Once nobody holds a value any more, it is nowhere in the memory of the process: no cache, no buffer of a thread, no parameter kept it. */
@Tag("long")
final class HeapTest {

    private static final Class<?>[] ANNOTATED = {
        SilenceTest.Plain.class, Dossier.class, BoundDossier.class, Leaflet.class, Couple.class
    };

    /** With an index of two values. */
    @Entity(name = "Couple")
    static class Couple {
        @Id
        Long id;

        @Encrypted("heap.one")
        String one;

        @Encrypted("heap.other")
        String other;

        @BlindIndexOf({"one", "other"})
        BlindIndex together;
    }

    /** The canaries, turned over, so that the test itself holds none of them. */
    private final byte[] value = turned();

    private final byte[] byCipher = turned();
    private final byte[] inEntity = turned();
    private final byte[] inRow = turned();
    private final byte[] inDocument = turned();
    private final byte[] held = turned();

    private final byte[] inKeptCriteria = turned();

    /** What was looked for, by how. */
    private final Map<String, byte[]> sought = new LinkedHashMap<>();

    @TempDir
    Path folder;

    private static byte[] turned() {
        byte[] random = new byte[12];
        ThreadLocalRandom.current().nextBytes(random);
        byte[] text = HexFormat.of().formatHex(random).getBytes(StandardCharsets.US_ASCII);
        return turn(text);
    }

    private static byte[] turn(byte[] bytes) {
        byte[] other = bytes.clone();
        for (int i = 0; i < other.length; i++) {
            other[i] ^= 0x55;
        }
        return other;
    }

    private static String text(byte[] turned) {
        return new String(turn(turned), StandardCharsets.US_ASCII);
    }

    @Test
    void value_afterItWasSavedReadSoughtAndRefused_isNowhereInTheHeap() throws Exception {
        List<String> stillHeld = List.of(text(held));
        try (Fixture fixture = Fixture.with(Map.of("hibernate.criteria.copy_tree", "true"), ANNOTATED);
                Fixture keepsCriteria = Fixture.of(Couple.class);
                Tegula tegula = Fixture.engine()) {
            use(fixture);
            use(tegula);
            useMore(fixture);
            seek(fixture);
            keepsCriteria.run(session -> byCriteria(session, BlindIndex.of(List.of(text(inKeptCriteria), "x"))));
            Path dump = folder.resolve("heap.hprof");
            Instant end = Instant.now().plusSeconds(120);
            do { // what forgets a value when its document is gone runs after the collection that found it gone
                Files.deleteIfExists(dump);
                ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                        .dumpHeap(dump.toString(), true);
            } while (found(dump, inDocument) && Instant.now().isBefore(end));
            assertThat(found(dump, inDocument)).as("of the document").isFalse();
            assertThat(found(dump, inEntity))
                    .as("of the entity with indexes, words and JSON")
                    .isFalse();
            assertThat(found(dump, inRow))
                    .as("of the entity that is bound to its row")
                    .isFalse();
            assertThat(found(dump, held)).as("what somebody holds is found").isTrue();
            assertThat(found(dump, value)).as("of the entity").isFalse();
            assertThat(found(dump, byCipher)).as("of the cipher").isFalse();
            List<String> kept = new ArrayList<>();
            for (Map.Entry<String, byte[]> each : sought.entrySet()) {
                if (found(dump, each.getValue())) {
                    kept.add(each.getKey());
                }
            }
            assertThat(sought).hasSize(14);
            assertThat(kept).as("what was looked for").isEmpty();
            assertThat(found(dump, inKeptCriteria))
                    .as("a criteria query that Hibernate itself keeps; if it does not any more, the page on JPA"
                            + " may say so")
                    .isTrue();
            Files.delete(dump);
        }
        assertThat(stillHeld).hasSize(1);
    }

    private void use(Fixture fixture) {
        fixture.run(session -> {
            SilenceTest.Plain plain = new SilenceTest.Plain();
            plain.id = 1L;
            plain.name = "Ada";
            plain.secret = text(value);
            plain.sealed = text(value);
            plain.tags.add(text(value));
            session.persist(plain);
        });
        fixture.run(session -> assertThat(
                        session.find(SilenceTest.Plain.class, 1L).secret.length())
                .isEqualTo(value.length));
        fixture.run(session -> session.find(SilenceTest.Plain.class, 1L).secret += "x");
        fixture.run(session -> session.createQuery("select p.secret from Plain p", String.class)
                .getResultList());
        try {
            fixture.run(session -> session.createQuery("from Plain p where p.secret = :v", SilenceTest.Plain.class)
                    .setParameter("v", text(value))
                    .getResultList());
            throw new AssertionError("refused was expected");
        } catch (IllegalArgumentException refused) {
            assertThat(refused).isNotNull();
        }
    }

    /**
     * Values with an index and words, bound to a row, in JSON, in documents. The last that is done is a comparison that ends at the
     * first difference, in a transaction that is rolled back.
     */
    private void useMore(Fixture fixture) {
        fixture.run(session -> {
            session.persist(new Dossier(1, text(inEntity)));
            session.persist(new BoundDossier(1, text(inRow)));
            session.persist(new Leaflet(1, text(inDocument)));
        });
        fixture.run(session -> {
            assertThat(session.find(Dossier.class, 1L).secret.length()).isEqualTo(inEntity.length);
            assertThat(session.find(BoundDossier.class, 1L).secret.length()).isEqualTo(inRow.length);
        });
        try {
            fixture.run(session -> {
                session.find(Leaflet.class, 1L).leaf = Leaflet.leaf(text(inDocument) + "x");
                assertThat(session.isDirty()).isTrue();
                throw new IllegalStateException("rolled back");
            });
            throw new AssertionError("a rollback was expected");
        } catch (IllegalStateException rolledBack) {
            assertThat(rolledBack).hasMessage("rolled back");
        }
    }

    private String value(String how) {
        byte[] turned = turned();
        sought.put(how, turned);
        return text(turned);
    }

    /** Looks values up in each way that there is, and in ways that are refused. */
    private void seek(Fixture fixture) {
        fixture.run(session -> {
            byIndex(session, "=", value("="));
            byIndex(session, "<>", value("<>"));
            byIndex(session, "=", BlindIndex.of(value("= BlindIndex.of")));
            session.createQuery("select d.id from Dossier d where d.secretIndex in :v", Long.class)
                    .setParameterList("v", List.of(value("in"), value("in, another")))
                    .getResultList();
            session.createQuery("select d.id from Dossier d where d.secretIndex in :v", Long.class)
                    .setParameterList("v", List.of(BlindIndex.of(value("in BlindIndex.of"))))
                    .getResultList();
            session.createQuery("select d.id from Dossier d where d.secretWords = :v", Long.class)
                    .setParameter("v", BlindTokens.all(value("all words") + " berg"))
                    .getResultList();
            session.createQuery("select d.id from Dossier d where d.secretWords = :v", Long.class)
                    .setParameter("v", BlindTokens.any(value("any word") + " berg"))
                    .getResultList();
            session.createQuery("select c.id from Couple c where c.together = :v", Long.class)
                    .setParameter("v", BlindIndex.of(List.of(value("of two, the one"), value("of two, the other"))))
                    .getResultList();
            byCriteria(session, BlindIndex.of(List.of(value("criteria"), "x")));
            session.createMutationQuery("delete from Couple c where c.together = :v")
                    .setParameter("v", BlindIndex.of(List.of(value("bulk delete"), "x")))
                    .executeUpdate();
        });
        assertRefused(fixture, session -> byIndex(session, "=", value("refused by the normaliser") + "!"));
        assertRefused(fixture, session -> byIndex(session, "=", List.of(value("refused for its type"))));
    }

    private static void byCriteria(Session session, BlindIndex value) {
        CriteriaBuilder builder = session.getCriteriaBuilder();
        CriteriaQuery<Couple> criteria = builder.createQuery(Couple.class);
        Root<Couple> root = criteria.from(Couple.class);
        criteria.where(builder.or(
                builder.equal(root.get("together"), value), root.get("together").in(List.of(value))));
        session.createQuery(criteria).getResultList();
    }

    private static void byIndex(Session session, String operator, Object value) {
        session.createQuery("from Dossier d where d.secretIndex " + operator + " :v", Dossier.class)
                .setParameter("v", value)
                .getResultList();
    }

    private static void assertRefused(Fixture fixture, Consumer<Session> work) {
        boolean done = false;
        try {
            fixture.run(work);
            done = true;
        } catch (RuntimeException refused) {
            assertThat(refused).isNotNull(); // and forgotten: it holds the stack, never the value
        }
        assertThat(done).as("refused").isFalse();
    }

    private void use(Tegula tegula) {
        FieldCipher<String> cipher = tegula.field("heap.value", String.class);
        byte[] envelope = cipher.encrypt(text(byCipher), Context.noTenant());
        assertThat(cipher.decrypt(envelope, Context.noTenant()).length()).isEqualTo(byCipher.length);
        envelope[envelope.length - 1] ^= 1;
        try {
            cipher.decrypt(envelope, Context.noTenant());
            throw new AssertionError("refused was expected");
        } catch (CannotOpenException refused) {
            assertThat(refused).isNotNull();
        }
    }

    private static boolean found(Path dump, byte[] turned) throws IOException {
        byte[] sought = turn(turned);
        byte[] wide = new String(sought, StandardCharsets.US_ASCII).getBytes(StandardCharsets.UTF_16LE);
        try (FileChannel channel = FileChannel.open(dump)) {
            ByteBuffer window = ByteBuffer.allocate(8 << 20);
            while (channel.read(window) >= 0) {
                byte[] bytes = window.array();
                if (holds(bytes, window.position(), sought) || holds(bytes, window.position(), wide)) {
                    return true;
                }
                window.flip();
                window.position(Math.max(0, window.limit() - wide.length));
                window.compact();
            }
        }
        return false;
    }

    private static boolean holds(byte[] bytes, int length, byte[] sought) {
        for (int at = 0; at + sought.length <= length; at++) {
            if (bytes[at] == sought[0] && Arrays.equals(bytes, at, at + sought.length, sought, 0, sought.length)) {
                return true;
            }
        }
        return false;
    }
}
