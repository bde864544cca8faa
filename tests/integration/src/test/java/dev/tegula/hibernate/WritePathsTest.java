package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.hibernate.PathMappings.*;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.hibernate.LockMode;
import org.hibernate.Session;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Each way to write, of the annotation and of a converter: the database gets envelopes, and they are read as values. */
final class WritePathsTest {

    private static final String CANARY = "CANARY-5678";
    private static final String CHANGED = CANARY + "-changed";
    private static final AtomicLong IDS = new AtomicLong();

    private static Fixture fixture;

    @BeforeAll
    static void open() {
        fixture = Fixture.with(Map.of("hibernate.jdbc.batch_size", "20"), PathMappings.CLASSES);
        PathMappings.tegula = fixture.tegula();
    }

    @AfterAll
    static void close() {
        fixture.close();
    }

    @Test
    void persist_storesEnvelopes() {
        assertHolds(saved(), CANARY);
    }

    @Test
    void cascade_storesEnvelopes() {
        Folder folder = saved();
        assertThat(fixture.call(s -> s.find(Sheet.class, folder.id)).secret).isEqualTo(CANARY);
        assertThat(fixture.call(s -> s.find(Sheet.class, folder.id)).note).isEqualTo(CANARY);
        assertSealed("sheet", folder.id, "secret", "note");
    }

    @Test
    void update_storesEnvelopes() {
        assertChange((session, folder) -> change(session.find(Folder.class, folder.id)));
    }

    @Test
    void merge_storesEnvelopes() {
        assertChange((session, folder) -> session.merge(change(folder)));
        Folder fresh = new Folder(IDS.incrementAndGet(), CANARY);
        fixture.run(session -> session.merge(fresh));
        assertHolds(fresh, CANARY);
    }

    @Test
    void lockAndRefresh_keepEnvelopes() {
        Folder folder = saved();
        fixture.run(session -> {
            Folder found = session.find(Folder.class, folder.id);
            session.lock(found, LockMode.PESSIMISTIC_WRITE);
            found.secret = "forgotten";
            session.refresh(found);
            assertThat(found.secret).isEqualTo(CANARY);
            assertThat(found.note).isEqualTo(CANARY);
        });
        assertHolds(folder, CANARY);
    }

    @Test
    void statelessInsert_storesEnvelopes() {
        Folder folder = new Folder(IDS.incrementAndGet(), CANARY);
        fixture.sessions().inStatelessTransaction(session -> session.insert(folder));
        assertSealed("folder", folder.id, "secret", "note");
    }

    @Test
    void statelessUpdate_storesEnvelopes() {
        assertStateless((session, folder) -> session.update(folder));
    }

    @Test
    void statelessUpsert_storesEnvelopes() {
        assertStateless((session, folder) -> session.upsert(folder));
        Known fresh = new Known();
        fresh.id = IDS.incrementAndGet();
        fresh.code = "fresh" + fresh.id;
        fresh.secret = CANARY;
        fresh.note = CANARY;
        fixture.sessions().inStatelessTransaction(session -> session.upsert(fresh));
        assertSealed("known", fresh.id, "secret", "note");
    }

    private static void assertStateless(BiConsumer<org.hibernate.StatelessSession, Folder> write) {
        Folder folder = saved();
        fixture.sessions().inStatelessTransaction(session -> {
            Folder found = session.get(Folder.class, folder.id);
            assertThat(found.note).isEqualTo(CANARY);
            write.accept(session, change(found));
        });
        assertSealed("folder", folder.id, "secret", "note");
        Folder found = fixture.call(session -> session.find(Folder.class, folder.id));
        assertThat(List.of(found.secret, found.note, found.part.secret, found.part.note))
                .containsOnly(CHANGED);
    }

    @Test
    void collections_storeEnvelopes() {
        Folder folder = saved();
        fixture.run(session -> {
            Folder found = session.find(Folder.class, folder.id);
            found.lines.set(0, CHANGED);
            found.lines.add(CANARY);
            found.notes.clear();
            found.notes.add(CHANGED);
            found.answers.put("b", CHANGED);
            found.answers.remove("a");
            found.parts.add(new PartOfMany(CHANGED));
        });
        fixture.run(session -> {
            Folder found = session.find(Folder.class, folder.id);
            assertThat(found.lines).containsExactly(CHANGED, CANARY);
            assertThat(found.notes).containsExactly(CHANGED);
            assertThat(found.answers).isEqualTo(Map.of("b", CHANGED));
            assertThat(found.parts).extracting(part -> part.secret).containsExactlyInAnyOrder(CANARY, CHANGED);
            assertThat(found.parts).extracting(part -> part.note).containsExactlyInAnyOrder(CANARY, CHANGED);
        });
        assertNotStored();
    }

    @Test
    void generatedKeyAndColumn_besideThem_storeEnvelopes() {
        Made made = new Made();
        made.secret = CANARY;
        made.note = CANARY;
        fixture.run(session -> {
            session.persist(made);
            session.flush();
            assertThat(made.made).isEqualTo(7);
            assertThat(made.secret).isEqualTo(CANARY);
        });
        Made found = fixture.call(session -> session.find(Made.class, made.id));
        assertThat(found.secret).isEqualTo(CANARY);
        assertThat(found.note).isEqualTo(CANARY);
        assertSealed("made", made.id, "secret", "note");
    }

    @Test
    void dynamicInsertAndUpdate_storeEnvelopesOfWhatChanged() {
        Sparse sparse = new Sparse();
        sparse.id = IDS.incrementAndGet();
        sparse.secret = CANARY;
        sparse.note = CANARY;
        fixture.save(sparse);
        String both = "select secret || note from sparse where id = " + sparse.id;
        byte[] before = fixture.database().bytes(both);

        fixture.run(session -> session.find(Sparse.class, sparse.id).name = "changed");
        assertThat(fixture.database().bytes(both)).isEqualTo(before);
        fixture.run(session -> session.find(Sparse.class, sparse.id).note = CHANGED);

        assertThat(fixture.call(session -> session.find(Sparse.class, sparse.id)).note)
                .isEqualTo(CHANGED);
        assertSealed("sparse", sparse.id, "secret", "note");
    }

    @Test
    void inheritanceAndSecondaryTable_ofAConverter_storeEnvelopes() {
        SingleChild single = new SingleChild();
        JoinedChild joined = new JoinedChild();
        PerClassChild perClass = new PerClassChild();
        Split split = new Split();
        single.id = 1L;
        joined.id = 1L;
        perClass.id = 1L;
        split.id = 1L;
        single.note = single.own = CANARY;
        joined.note = joined.own = CANARY;
        perClass.note = perClass.own = CANARY;
        split.note = CANARY;
        List.of(single, joined, perClass, split).forEach(fixture::save);

        fixture.run(session -> {
            assertThat(((SingleChild) session.find(Single.class, 1L)).own).isEqualTo(CANARY);
            assertThat(((JoinedChild) session.find(Joined.class, 1L)).own).isEqualTo(CANARY);
            assertThat(((PerClassChild) session.find(PerClass.class, 1L)).own).isEqualTo(CANARY);
            assertThat(session.find(Joined.class, 1L).note).isEqualTo(CANARY);
            assertThat(session.find(Split.class, 1L).note).isEqualTo(CANARY);
        });
        assertSealed("single", 1L, "note", "own");
        assertSealed("joined", 1L, "note");
        assertSealed("joinedchild", 1L, "own");
        assertSealed("perclasschild", 1L, "note", "own");
        assertSealed("split_more", 1L, "note");
    }

    private static Folder saved() {
        return fixture.save(new Folder(IDS.incrementAndGet(), CANARY));
    }

    private static Folder change(Folder folder) {
        folder.secret = CHANGED;
        folder.note = CHANGED;
        folder.part.secret = CHANGED;
        folder.part.note = CHANGED;
        return folder;
    }

    private static void assertChange(BiConsumer<Session, Folder> change) {
        Folder folder = saved();
        fixture.run(session -> change.accept(session, folder));
        Folder found = fixture.call(session -> session.find(Folder.class, folder.id));
        assertThat(List.of(found.secret, found.note, found.part.secret, found.part.note))
                .containsOnly(CHANGED);
        assertSealed("folder", folder.id, "secret", "note");
    }

    private static void assertHolds(Folder folder, String value) {
        fixture.run(session -> {
            Folder found = session.find(Folder.class, folder.id);
            assertThat(List.of(found.secret, found.note, found.part.secret, found.part.note))
                    .containsOnly(value);
            assertThat(found.lines).containsExactly(value);
            assertThat(found.notes).containsExactly(value);
            assertThat(found.answers).containsExactly(Map.entry("a", value));
            assertThat(found.parts.get(0).secret).isEqualTo(value);
            assertThat(found.parts.get(0).note).isEqualTo(value);
            assertThat(found.flag).isTrue();
            assertThat(found.converted).isTrue();
        });
        assertSealed("folder", folder.id, "secret", "note", "flag", "converted");
    }

    private static void assertSealed(String table, long id, String... columns) {
        for (String column : columns) {
            assertThat(fixture.database().bytes("select " + column + " from " + table + " where id = " + id))
                    .as(table + "." + column)
                    .startsWith(1, 0)
                    .hasSizeGreaterThan(75);
        }
        assertNotStored();
    }

    private static void assertNotStored() {
        assertThat(fixture.database().dump())
                .isNotEmpty()
                .doesNotContain(CANARY, HexFormat.of().formatHex(CANARY.getBytes(StandardCharsets.UTF_8)));
    }
}
