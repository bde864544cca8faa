package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tegula.Context;
import dev.tegula.blindindex.BlindIndex;
import dev.tegula.blindindex.BlindTokens;
import dev.tegula.blindindex.IndexSpec;
import dev.tegula.blindindex.TokenSpec;
import dev.tegula.blindindex.Words;
import dev.tegula.hibernate.SentinelMappings.BoundDossier;
import dev.tegula.hibernate.SentinelMappings.ClearLeaflet;
import dev.tegula.hibernate.SentinelMappings.Dossier;
import dev.tegula.hibernate.SentinelMappings.Leaf;
import dev.tegula.hibernate.SentinelMappings.Leaflet;
import dev.tegula.hibernate.SentinelMappings.Slip;
import dev.tegula.hibernate.engine.Engine;
import dev.tegula.hibernate.jackson2.EncryptedModule;
import dev.tegula.hibernate.output.JsonOutput;
import dev.tegula.test.TestTegula;
import dev.tegula.value.Sensitive;
import jakarta.persistence.Tuple;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.hibernate.Session;
import org.hibernate.SessionFactory;
import org.hibernate.Version;
import org.hibernate.envers.AuditReaderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One value is saved, changed, sought and made to fail in every way, with every logger at its finest level, and then looked for
 * in all that could have kept it.
 */
final class SentinelTest {

    private static final String CANARY = Canary.TEXT;

    /** What Hibernate itself and the driver print of an annotated attribute; the page on JPA says so. Should one be gone, it may say so too. */
    private static final List<String> KNOWN = Stream.concat(
                    Stream.of(
                            "the logs: FINEST: Constructing object from type=jsonb value=<",
                            "the failure of a tuple read as another type: ",
                            "the failure of a result of another class: "),
                    Version.getVersionString().startsWith("6.")
                            ? Stream.of(
                                    "the failure of a parameter of another type:"
                                            + " org.hibernate.query.QueryArgumentException: Parameter value element [",
                                    "the logs: DEBUG org.hibernate.engine.spi.CollectionEntry Reset storedSnapshot to"
                                            + " [")
                            : Stream.of("the logs: TRACE org.hibernate.orm.core HHH006022: Reset storedSnapshot to ["))
            .toList();

    @TempDir
    Path serverLog;

    @Test
    void value_inEveryPlaceOfAnAnnotatedEntity_isPrintedAndKeptNowhere() throws Exception {
        Map<String, String> seen = new LinkedHashMap<>();
        Queue<String> calls = new ConcurrentLinkedQueue<>();
        try (LoggingServer server = new LoggingServer(serverLog);
                EveryLog logs = new EveryLog();
                TestTegula tegula = TestTegula.create();
                SessionFactory sessions = sessions(server.database(), tegula, calls::add, SentinelMappings.ANNOTATED)) {
            Postgres database = server.database();
            database.execute("create table two_halves as select 'CANARY-SENT' one, 'INEL-7351' other");
            use(sessions, database, seen);
            seen.put("the second-level cache", CacheTest.entries());
            seen.put("the database with its histories", database.dump());
            fail(sessions, database, tegula, seen);
            texts(sessions, tegula, seen);
            seen.put("the logs", logs.text());
            seen.put("the calls of JDBC", String.join("\n", calls));
            seen.put("the server's log", server.log());
            seen.put("the server's statistics", server.statistics());
        }
        assertThat(seen.get("the logs"))
                .as("all of it was logged: by Hibernate, the driver and Tegula")
                .contains("binding parameter", "<- [***]", "insert into Dossier", "FE=> Bind", "Dossier_AUD")
                .contains(" dev.tegula.");
        assertThat(seen.get("the calls of JDBC")).contains("setBytes[", "createArrayOf[", "setLong[1, 1]");
        assertThat(seen.get("the server's log"))
                .as("statements with parameters, plans, rows that failed")
                .contains("insert into Dossier", "parameters: $1 = ", "Query Parameters: $1 = ", "Output: ")
                .contains("Failing row contains", "already exists", "of type integer but expression is of type bytea");
        assertThat(seen.get("the server's statistics")).contains("insert into Dossier");
        assertThat(seen.get("what the server runs")).contains("insert into", "Dossier");
        assertThat(seen.get("the second-level cache")).contains("visible");
        assertThat(seen.get("JSON")).contains("visible").doesNotContain("leaf");
        List<String> found = new ArrayList<>();
        seen.forEach((place, text) -> text.lines().filter(Canary::in).forEach(line -> found.add(place + ": " + line)));
        assertThat(found).allMatch(line -> KNOWN.stream().anyMatch(line::contains));
        assertThat(KNOWN).allMatch(known -> found.stream().anyMatch(line -> line.contains(known)));
    }

    /** The fence around the one exception: Hibernate lists entities at each flush, and asks a converter for no other text. */
    @Test
    void value_ofAConverter_isPrintedByOneLoggerOfHibernateAlone() {
        Postgres database = Postgres.fresh();
        try (EveryLog logs = new EveryLog();
                TestTegula tegula = TestTegula.create();
                SessionFactory sessions = sessions(database, tegula, call -> {}, SentinelMappings.CONVERTED)) {
            PathMappings.tegula = tegula.get();
            sessions.inTransaction(session -> session.persist(new Slip(1, CANARY)));
            sessions.inTransaction(session -> session.find(Slip.class, 1L).note = CANARY + "-2");
            sessions.inTransaction(session -> assertThat(session.createSelectionQuery("from Slip", Slip.class)
                            .getSingleResult()
                            .note)
                    .isEqualTo(CANARY + "-2"));
            sessions.inTransaction(session -> session.remove(session.find(Slip.class, 1L)));
            assertThat(logs.printed())
                    .containsExactly(
                            Version.getVersionString().startsWith("6.")
                                    ? "DEBUG org.hibernate.internal.util.EntityPrinter"
                                    : "DEBUG org.hibernate.orm.core");
        }
    }

    private static void use(SessionFactory sessions, Postgres database, Map<String, String> seen) {
        sessions.inTransaction(session -> {
            session.persist(new Dossier(1, CANARY));
            session.persist(new BoundDossier(1, CANARY));
            session.persist(new Leaflet(1, CANARY));
            session.persist(new BoundDossier(3, CANARY.repeat(20_000)));
            session.flush();
            seen.put(
                    "what the server runs",
                    database.rows("select query from pg_stat_activity").toString());
        });
        sessions.inTransaction(session -> session.remove(session.find(BoundDossier.class, 3L)));
        sessions.inTransaction(session -> session.find(Leaflet.class, 1L).leaf = Leaflet.leaf(CANARY + "-2"));
        sessions.inTransaction(session -> {
            Leaflet other = new Leaflet(2, CANARY);
            other.leaf = new Leaf("another", CANARY, List.of());
            session.merge(other);
        });
        database.execute(
                "insert into clearleaflet (id, leaf) select 1, jsonb_build_object('title', 'visible', 'text', one ||"
                        + " other, 'parts', jsonb_build_array(jsonb_build_object('text', one || other))) from two_halves");
        sessions.inTransaction(session ->
                assertThat(session.find(ClearLeaflet.class, 1L).leaf.text()).isEqualTo(CANARY));
        sessions.inStatelessTransaction(session -> session.update(session.get(ClearLeaflet.class, 1L)));
        sessions.inTransaction(session -> session.merge(new Dossier(2, CANARY + " two")));
        sessions.inStatelessTransaction(session -> {
            session.insert(new BoundDossier(2, CANARY));
            BoundDossier found = session.get(BoundDossier.class, 2L);
            found.secret = CANARY + "-2";
            session.update(found);
            session.delete(found);
        });
        sessions.inTransaction(session -> session.find(Dossier.class, 1L).fill(CANARY + " changed"));
        sessions.inTransaction(session -> {
            Dossier found = session.createSelectionQuery("from Dossier d where d.secretIndex = :v", Dossier.class)
                    .setParameter("v", CANARY + " changed")
                    .getSingleResult();
            assertThat(found.tags).contains(CANARY, CANARY + " changed");
            assertThat(session.createSelectionQuery("from Dossier d where d.secretWords = :v", Dossier.class)
                            .setParameter("v", BlindTokens.all(CANARY))
                            .getResultList())
                    .hasSize(2);
            assertThat(session.createSelectionQuery(
                                    "select d.secret, d.guarded, d.notes, d.home.street from Dossier d", Object[].class)
                            .getResultList())
                    .hasSize(2);
            assertThat(session.createSelectionQuery("from BoundDossier b where b.secretIndex in :v", BoundDossier.class)
                            .setParameterList("v", List.of(CANARY, CANARY + "-2"))
                            .getResultList())
                    .hasSize(1);
            assertThat(session.createNativeQuery("select * from dossier", Dossier.class)
                            .getResultList())
                    .hasSize(2);
            var criteria = session.getCriteriaBuilder().createQuery(Dossier.class);
            var root = criteria.from(Dossier.class);
            criteria.where(session.getCriteriaBuilder().equal(root.get("secretIndex"), BlindIndex.of(CANARY)));
            assertThat(session.createQuery(criteria).getResultList()).isEmpty();
            Leaf leaf = session.createSelectionQuery("select l.leaf from Leaflet l where l.id = 1", Leaf.class)
                    .getSingleResult();
            assertThat(leaf).isEqualTo(Leaflet.leaf(CANARY + "-2"));
            List<?> history = AuditReaderFactory.get(session).getRevisions(Dossier.class, 1L);
            assertThat(history).hasSize(2);
            seen.put("an entity as text", found + " " + found.guarded + " " + found.secretIndex + found.secretWords);
            Leaflet leaflet = session.find(Leaflet.class, 1L);
            seen.put("JSON", json(JsonOutput.OMIT, found) + json(JsonOutput.OMIT, leaflet));
            assertThat(json(JsonOutput.INCLUDE, found)).as("who asks for it").contains(CANARY);
            for (Object each : List.of(found, leaflet)) {
                Throwable refused = catchThrowable(() -> json(JsonOutput.FAIL, each));
                assertThat(refused).hasStackTraceContaining("is encrypted, and JSON would show it");
                seen.put("JSON that is refused, of " + each.getClass(), Causes.text(refused));
            }
        });
        sessions.inTransaction(session -> session.remove(session.find(Dossier.class, 2L)));
    }

    private static void fail(SessionFactory sessions, Postgres database, TestTegula tegula, Map<String, String> seen) {
        Map<String, Consumer<Session>> failing = new LinkedHashMap<>();
        failing.put("comparison", session -> session.createSelectionQuery(
                        "from Dossier d where d.secret = :v", Dossier.class)
                .setParameter("v", CANARY)
                .getResultList());
        failing.put(
                "like", session -> session.createSelectionQuery("from Dossier d where d.secret like :v", Dossier.class)
                        .setParameter("v", CANARY)
                        .getResultList());
        failing.put("a parameter of another type", session -> session.createSelectionQuery(
                        "from Dossier d where d.secretIndex = :v", Dossier.class)
                .setParameter("v", List.of(CANARY))
                .getResultList());
        failing.put("a parameter that no one takes", session -> session.createSelectionQuery(
                        "from Dossier d where d.secretWords = :v", Dossier.class)
                .setParameter("v", CANARY)
                .getResultList());
        failing.put("a value that the normaliser refuses, sought", session -> session.createSelectionQuery(
                        "from Dossier d where d.secretIndex = :v", Dossier.class)
                .setParameter("v", CANARY + "!")
                .getResultList());
        failing.put("a value that the normaliser refuses, saved", session -> {
            Dossier dossier = new Dossier(10, CANARY);
            dossier.secret = CANARY + "!";
            session.persist(dossier);
        });
        failing.put("a value whose getter fails", session -> {
            Dossier dossier = new Dossier(11, CANARY + " 11");
            dossier.memo.setText(CANARY + "!");
            session.persist(dossier);
        });
        failing.put("a map that JSON cannot hold", session -> {
            Dossier dossier = new Dossier(12, CANARY + " 12");
            dossier.notes = new HashMap<>();
            dossier.notes.put(null, CANARY);
            session.persist(dossier);
        });
        failing.put("a document of another shape than its paths", session -> {
            Leaflet leaflet = new Leaflet(16, CANARY);
            leaflet.leaf = new Leaf("none", CANARY, Map.of("text", CANARY));
            session.persist(leaflet);
        });
        failing.put("a document that is compared", session -> session.createSelectionQuery(
                        "from Leaflet l where l.leaf = :v", Leaflet.class)
                .setParameter("v", Leaflet.leaf(CANARY))
                .getResultList());
        failing.put("the document of another row", session -> {
            session.createNativeMutationQuery(
                            "update leaflet l set leaf = o.leaf from leaflet o where o.id = 1 and l.id = 2")
                    .executeUpdate();
            session.find(Leaflet.class, 2L);
        });
        failing.put("a value in clear in a document", session -> {
            session.createNativeMutationQuery("update leaflet set leaf = jsonb_set(leaf, '{text}',"
                            + " (select to_jsonb(one || other) from two_halves)) where id = 1")
                    .executeUpdate();
            session.find(Leaflet.class, 1L);
        });
        failing.put("a document in clear of another shape", session -> {
            session.createNativeMutationQuery("insert into clearleaflet (id, leaf) select 2,"
                            + " jsonb_build_object('title', 'visible', 'parts', one || other) from two_halves")
                    .executeUpdate();
            session.find(ClearLeaflet.class, 2L);
        });
        failing.put("a tuple read as another type", session -> session.createSelectionQuery(
                        "select d.secret as secret, d.id as id from Dossier d where d.id = 1", Tuple.class)
                .getSingleResult()
                .get("secret", Long.class));
        failing.put("a result of another class", session -> session.createSelectionQuery(
                        "select d.secret from Dossier d where d.id = 1", Long.class)
                .getSingleResult());
        failing.put("bulk update", session -> session.createMutationQuery("update Dossier d set d.secret = :v")
                .setParameter("v", CANARY)
                .executeUpdate());
        failing.put("a value that is taken", session -> session.persist(new Dossier(13, CANARY + " changed")));
        failing.put("a row that breaks a check", session -> session.persist(new BoundDossier(99, CANARY)));
        failing.put("a stale merge", session -> {
            Dossier stale = new Dossier(1, CANARY + " stale");
            stale.version = 0;
            session.merge(stale);
        });
        failing.put("a connection that ends", session -> {
            session.persist(new BoundDossier(14, CANARY));
            session.createNativeQuery("select pg_terminate_backend(pg_backend_pid())", Object.class)
                    .getResultList();
        });
        failing.put("clear bytes in the column", session -> {
            session.createNativeMutationQuery(
                            "update dossier set secret = (select convert_to(one || other, 'UTF8') from two_halves)"
                                    + " where id = 1")
                    .executeUpdate();
            session.createSelectionQuery("select d.secret from Dossier d where d.id = 1", String.class)
                    .getResultList();
        });
        failing.put("an index of another value", session -> {
            session.createNativeMutationQuery("update dossier set secretindex = sha256(secretindex) where id = 1")
                    .executeUpdate();
            session.createSelectionQuery("from Dossier", Dossier.class).getResultList();
        });
        failing.put("an envelope that was changed", session -> {
            session.createNativeMutationQuery("update dossier set secret = set_byte(secret, 70, 0) where id = 1")
                    .executeUpdate();
            session.createSelectionQuery("from Dossier", Dossier.class).getResultList();
        });
        failing.put("the value of another row", session -> {
            session.createNativeMutationQuery("update bounddossier set id = 7 where id = 1")
                    .executeUpdate();
            session.find(BoundDossier.class, 7L);
        });
        database.execute("alter table bounddossier add constraint small check (id < 50)");
        failing.forEach((name, work) -> {
            Throwable failure = catchThrowable(() -> sessions.inTransaction(work));
            assertThat(failure).as(name).isNotNull();
            seen.put("the failure of " + name, Causes.text(failure));
        });
        tegula.kms().deny();
        Throwable denied =
                catchThrowable(() -> sessions.inTransaction(session -> session.persist(new BoundDossier(15, CANARY))));
        tegula.kms().work();
        assertThat(denied).as("a write while the KMS denies").isNotNull();
        seen.put("the failure of a write while the KMS denies", Causes.text(denied));
        database.execute("alter table bounddossier alter secret type integer using 0");
        Throwable ofAnotherType =
                catchThrowable(() -> sessions.inTransaction(session -> session.persist(new BoundDossier(17, CANARY))));
        assertThat(ofAnotherType).hasStackTraceContaining("of type integer");
        seen.put("the failure of a column of another type", Causes.text(ofAnotherType));
    }

    /** What of Tegula an application, its debugger or its log may print. */
    private static void texts(SessionFactory sessions, TestTegula tegula, Map<String, String> seen) {
        var cipher = tegula.get().field("sentinel.secret", String.class);
        var index = tegula.get().blindIndex(IndexSpec.of("sentinel.secret", String.class));
        var tokens = tegula.get().blindTokens(TokenSpec.of("sentinel.secret", new Words()));
        byte[] envelope = cipher.encrypt(CANARY, Context.noTenant());
        List<Object> ours = new ArrayList<>(List.of(
                tegula,
                tegula.get(),
                tegula.kms(),
                cipher,
                index,
                tokens,
                index.compute(CANARY, Context.noTenant()),
                tokens.compute(CANARY, Context.noTenant()),
                Context.noTenant(),
                new Sensitive<>(CANARY),
                Map.of("key", new Sensitive<>(CANARY)),
                BlindIndex.of(CANARY),
                BlindIndex.candidates(CANARY),
                BlindTokens.all(CANARY),
                BlindTokens.any(CANARY),
                IndexSpec.of("sentinel.secret", String.class),
                TokenSpec.of("sentinel.secret", new Words()),
                TegulaCatalogue.of(sessions),
                TegulaCatalogue.indexesOf(sessions),
                new String(envelope, StandardCharsets.ISO_8859_1)));
        sessions.getMetamodel().getEntities().forEach(ours::add);
        StringBuilder text = new StringBuilder();
        ours.forEach(each -> text.append(each).append('\n'));
        seen.put("the texts of our types", text.toString());
    }

    private static String json(JsonOutput output, Object entity) {
        try {
            return JsonMapper.builder()
                    .addModule(new EncryptedModule(output))
                    .build()
                    .writeValueAsString(entity);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static SessionFactory sessions(
            Postgres database, TestTegula tegula, Consumer<String> calls, Class<?>... classes) {
        return Fixture.sessions(
                database,
                Map.of(
                        "hibernate.connection.datasource",
                        LoggedCalls.of(database.dataSource(), calls),
                        Engine.PROPERTY,
                        tegula,
                        "hibernate.cache.use_second_level_cache",
                        "true",
                        "hibernate.cache.region.factory_class",
                        MemoryRegions.class.getName()),
                classes);
    }
}
