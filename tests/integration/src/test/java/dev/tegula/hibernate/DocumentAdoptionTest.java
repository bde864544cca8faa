package dev.tegula.hibernate;

import static dev.tegula.hibernate.DocumentMappings.sheet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.hibernate.DocumentMappings.Contact;
import dev.tegula.hibernate.DocumentMappings.Sheet;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.hibernate.LockMode;
import org.hibernate.SessionFactory;
import org.hibernate.annotations.CompositeType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Documents that were stored in clear are brought in by their own application, while it runs. */
@SuppressWarnings("SameNameButDifferent") // each type has its columns
@Tag("long")
final class DocumentAdoptionTest {

    private static final int ROWS = 120;

    // docs:begin jpa-document-clear
    public static class FormerType extends DocumentType<Sheet> {

        public static class Columns {
            @DocumentColumn(acceptClear = true)
            @Column(name = "sheet")
            String document;

            @Encrypted("patient.sheet.number")
            @Column(name = "sheet_number")
            String number;

            @Encrypted("patient.sheet.phone")
            @Column(name = "sheet_phone")
            String phones;
        }

        public FormerType() {
            super(Columns.class, Map.of("number", "$.insurance.number", "phones", "$.contacts[*].phone"));
        }
    }
    // docs:end jpa-document-clear

    @Entity(name = "Former")
    @Table(name = "former")
    static class Former {
        @Id
        Long id;

        @CompositeType(FormerType.class)
        Sheet sheet;
    }

    // docs:begin jpa-document-move
    /** Moves what is in clear at the paths; gives how many documents had some. Run again to resume. */
    static long move(SessionFactory sessions) {
        String inClear = "select id from former where id > :last and not (" + new FormerType().check("sheet") + ")"
                + " order by id limit 50";
        long moved = 0;
        long last = Long.MIN_VALUE;
        while (true) {
            long after = last;
            List<Long> page =
                    sessions.fromStatelessTransaction(session -> session.createNativeQuery(inClear, Long.class)
                            .setParameter("last", after)
                            .getResultList());
            if (page.isEmpty()) {
                return moved;
            }
            sessions.inStatelessTransaction(session -> {
                for (Long id : page) {
                    // locked before it is read: who writes the row meanwhile waits, and nothing of theirs is lost
                    Former former = session.get(Former.class, id, LockMode.PESSIMISTIC_WRITE);
                    if (former != null) {
                        session.update(former);
                    }
                }
            });
            moved += page.size();
            last = page.get(page.size() - 1);
        }
    }
    // docs:end jpa-document-move

    private Fixture fixture;

    @BeforeEach
    void start() {
        fixture = Fixture.of(Former.class);
        for (long id = 1; id <= ROWS; id++) {
            fixture.database()
                    .execute("insert into former (id, sheet) values (" + id + ", '"
                            + ("{'city': 'Zurich',"
                                            + " 'insurance': {'company': 'Helvetia', 'number': 'H-9753'},"
                                            + " 'contacts': [{'name': 'Ben', 'phone': '+41 44 0'}, {'name': 'Cleo'}]}")
                                    .replace('\'', '"')
                            + "')");
        }
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private static Sheet of(String phone) {
        return sheet("Zurich", "H-9753", new Contact("Ben", phone), new Contact("Cleo", null));
    }

    private Sheet stored(long id) {
        return fixture.call(session -> session.find(Former.class, id).sheet);
    }

    private Object inClear() {
        return fixture.database()
                .value("select count(*) from former where not (" + new FormerType().check("sheet") + ")");
    }

    @Test
    void documentInClear_isReadAndLeftUntilItIsWritten() {
        fixture.run(session -> assertThat(session.find(Former.class, 1L).sheet).isEqualTo(of("+41 44 0")));
        assertThat(inClear()).as("a flush without a change writes nothing").isEqualTo((long) ROWS);

        fixture.run(session -> session.find(Former.class, 1L).sheet = of("+41 44 1"));

        assertThat(inClear()).isEqualTo(ROWS - 1L);
        assertThat(stored(1)).isEqualTo(of("+41 44 1"));
    }

    @Test
    void move_ofAllDocuments_leavesNoneInClear_andTheCheckHolds() {
        assertThat(fixture.database().dump()).contains("H-9753", "+41 44");

        assertThat(move(fixture.sessions())).isEqualTo(ROWS);

        assertThat(inClear()).isEqualTo(0L);
        assertThat(fixture.database().dump()).contains("Zurich").doesNotContain("H-9753", "+41 44");
        for (long id = 1; id <= ROWS; id++) {
            assertThat(stored(id)).isEqualTo(of("+41 44 0"));
        }
        fixture.database()
                .execute("alter table former add constraint marks check (" + new FormerType().check("sheet")
                        + ") not valid");
        fixture.database().execute("alter table former validate constraint marks");
        assertThat(move(fixture.sessions())).as("again").isZero();
    }

    /** Of an entity, and of SQL that goes on writing in clear: what each wrote last is what is there. */
    @Test
    void move_besideRunningWriters_losesNothing() throws Exception {
        AtomicBoolean ending = new AtomicBoolean();
        ExecutorService writers = Executors.newFixedThreadPool(2);
        try {
            Future<Integer> byEntity = writers.submit(() -> {
                int n = 0;
                while (!ending.get() || n % 10 > 0) {
                    n++;
                    Sheet next = of("+41 44 " + n);
                    long id = n % 10 + 1L;
                    fixture.run(session -> session.find(Former.class, id).sheet = next);
                }
                return n;
            });
            Future<Integer> bySql = writers.submit(() -> {
                int n = 0;
                while (!ending.get() || n % 10 > 0) {
                    n++;
                    fixture.database()
                            .execute("update former set sheet = jsonb_set(sheet, '{contacts,0,phone}', '\"+41 55 " + n
                                    + "\"') where id = " + (n % 10 + 61));
                }
                return n;
            });
            for (int run = 0; run < 8; run++) {
                move(fixture.sessions());
            }
            ending.set(true);
            int entities = byEntity.get(2, TimeUnit.MINUTES);
            int updates = bySql.get(2, TimeUnit.MINUTES);
            move(fixture.sessions());

            assertThat(inClear()).isEqualTo(0L);
            for (int last = 0; last < 10; last++) {
                int n = entities - last;
                if (n > 0) {
                    assertThat(stored(n % 10 + 1L)).isEqualTo(of("+41 44 " + n));
                }
                int m = updates - last;
                if (m > 0) {
                    assertThat(stored(m % 10 + 61L)).isEqualTo(of("+41 55 " + m));
                }
            }
        } finally {
            ending.set(true);
            writers.shutdown();
        }
    }

    /** What is written and not committed when the move comes to its row is what is moved. */
    @Test
    void move_ofARowThatIsBeingWritten_waitsAndMovesWhatWasWritten() throws Exception {
        ExecutorService mover = Executors.newSingleThreadExecutor();
        try {
            Future<Long> moved = fixture.call(session -> {
                session.createNativeMutationQuery("update former set sheet = jsonb_set(sheet, '{contacts,0,phone}',"
                                + " '\"+41 77 1\"') where id = 1")
                        .executeUpdate();
                Future<Long> begun = mover.submit(() -> move(fixture.sessions()));
                Instant end = Instant.now().plusSeconds(120);
                while (fixture.database()
                        .value("select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
                                + " and datname = current_database()")
                        .equals(0L)) {
                    assertThat(Instant.now())
                            .as("the time until the move waits")
                            .isBefore(end);
                }
                return begun;
            });

            assertThat(moved.get(2, TimeUnit.MINUTES)).isEqualTo(ROWS);
            assertThat(stored(1)).isEqualTo(of("+41 77 1"));
            assertThat(inClear()).isEqualTo(0L);
        } finally {
            mover.shutdown();
        }
    }

    @Test
    void move_thatIsKilled_isResumed() {
        fixture.database()
                .execute("create function kill() returns trigger language plpgsql as $$ begin"
                        + " perform pg_terminate_backend(pg_backend_pid()); return new; end $$");
        fixture.database()
                .execute("create trigger killing before update on former for each row when (new.id = 75)"
                        + " execute function kill()");

        assertThatThrownBy(() -> move(fixture.sessions())).isNotNull();

        assertThat(inClear()).as("the first page of two was moved").isEqualTo(ROWS - 50L);
        for (long id : List.of(1L, 50L, 51L, 74L, 75L)) {
            assertThat(stored(id)).isEqualTo(of("+41 44 0"));
        }
        fixture.database().execute("drop trigger killing on former");
        assertThat(move(fixture.sessions())).isEqualTo(ROWS - 50L);
        assertThat(inClear()).isEqualTo(0L);
        assertThat(stored(75)).isEqualTo(of("+41 44 0"));
    }

    /** What looks like a mark is one: nobody's value is guessed. */
    @Test
    void markWithoutAValue_isRefusedAsEver() {
        fixture.database()
                .execute("update former set sheet = jsonb_set(sheet, '{contacts,0,phone}', '\"tgp1.AAAAAAAAAAAAAAAA\"')"
                        + " where id = 1");

        assertThatThrownBy(() -> stored(1)).hasStackTraceContaining("`$.contacts[*].phone` has no value in the column");
    }

    @Test
    void documentOfAnotherShape_isRefusedAsEver() {
        fixture.database()
                .execute("update former set sheet = jsonb_set(sheet, '{contacts}', '{\"phone\": \"+41 44 8\"}')"
                        + " where id = 1");

        assertThatThrownBy(() -> stored(1))
                .hasStackTraceContaining("an array was expected at `$.contacts`, not OBJECT")
                .satisfies(e -> assertThat(Causes.text(e)).doesNotContain("44 8"));
    }

    @Test
    void start_whileItIsAccepted_warns() {
        try (Logs logs = Logs.open();
                Fixture other = Fixture.of(Former.class)) {
            assertThat(other.sessions().isOpen()).isTrue();
            List<String> warned = new ArrayList<>(logs.text().lines().toList());
            warned.removeIf(line -> !line.contains("acceptClear = true"));
            assertThat(warned).singleElement().asString().contains("Former.sheet takes what stands in clear");
        }
    }
}
