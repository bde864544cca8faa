package dev.tegula.eclipselink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.jpa.EncryptedConverter;
import dev.tegula.test.TestTegula;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Converter;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MapKeyColumn;
import jakarta.persistence.Version;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Places where EclipseLink finds rows by what a converter encrypts: refused, before anything is written. */
@Tag("long")
final class EclipseLinkPlacesTest {

    private static final String CANARY = "CANARY-1212";
    private static final String REFUSED = "an identifier, the key of a map and what an association refers to cannot be"
            + " encrypted under EclipseLink";

    private static EmbeddedPostgres server;

    private TestTegula tegula;
    private EntityManagerFactory factory;

    @Entity(name = "Keyed")
    public static class Keyed {
        @Id
        @Convert(converter = Form.Text.class)
        @Column(columnDefinition = "bytea")
        String key = CANARY;
    }

    @Converter
    public static class LongNumber extends EncryptedConverter<Long> implements AttributeConverter<Long, byte[]> {
        public LongNumber() {
            super(Engine::get, "form.number", Long.class);
        }
    }

    @Entity(name = "Versioned")
    public static class Versioned {
        @Id
        Long id = 1L;

        @Version
        @Convert(converter = LongNumber.class)
        @Column(columnDefinition = "bytea")
        Long version;
    }

    @Entity(name = "Mapped")
    public static class Mapped {
        @Id
        Long id = 1L;

        @ElementCollection
        @Convert(converter = Form.Text.class, attributeName = "key")
        @MapKeyColumn(name = "answers_key", columnDefinition = "bytea")
        Map<String, String> answers = new HashMap<>(Map.of(CANARY, "answer"));
    }

    @Entity(name = "Marked")
    public static class Marked {
        @Id
        Long id;

        @Convert(converter = Form.Text.class)
        @Column(columnDefinition = "bytea", unique = true)
        String text = CANARY;

        public Marked() {}

        Marked(long id) {
            this.id = id;
        }
    }

    @Entity(name = "Referring")
    public static class Referring {
        @Id
        Long id = 1L;

        @ManyToOne
        @JoinColumn(name = "marked_text", referencedColumnName = "text", columnDefinition = "bytea")
        Marked marked;
    }

    @BeforeAll
    static void startServer() throws IOException {
        server = EmbeddedPostgres.builder()
                .setPGStartupWait(Duration.ofMinutes(2))
                .start();
    }

    @AfterAll
    static void stopServer() throws IOException {
        server.close();
    }

    @BeforeEach
    void start() {
        tegula = TestTegula.create();
        Engine.set(tegula.get());
        factory = Unit.factory(
                server.getPostgresDatabase(),
                Form.Text.class,
                LongNumber.class,
                Keyed.class,
                Versioned.class,
                Mapped.class,
                Marked.class,
                Referring.class);
    }

    @AfterEach
    void stop() {
        factory.close();
        tegula.close();
    }

    @Test
    void identifier_thatIsWrittenOrFound_isRefused() {
        assertThatThrownBy(() -> run(session -> session.persist(new Keyed()))).hasStackTraceContaining(REFUSED);
        assertThatThrownBy(() -> run(session -> session.find(Keyed.class, CANARY)))
                .hasStackTraceContaining(REFUSED);
        assertThatThrownBy(() -> run(session -> session.merge(new Keyed()))).hasStackTraceContaining(REFUSED);
        assertThat(count("Keyed")).isZero();
    }

    /** By EclipseLink itself: it raises a number, and gives the converter that. */
    @Test
    void version_isRefusedByEclipseLink() {
        assertThatThrownBy(() -> run(session -> session.persist(new Versioned())))
                .hasStackTraceContaining("ClassCastException");
        assertThat(count("Versioned")).isZero();
    }

    @Test
    void keyOfAMap_isRefusedWhenItIsWritten() {
        assertThatThrownBy(() -> run(session -> session.persist(new Mapped()))).hasStackTraceContaining(REFUSED);
        assertThat(count("Mapped")).isZero();
    }

    @Test
    void association_byIt_isRefusedWhenItIsWritten() {
        run(session -> session.persist(new Marked(1)));
        assertThatThrownBy(() -> run(session -> {
                    Referring referring = new Referring();
                    referring.marked = session.find(Marked.class, 1L);
                    session.persist(referring);
                }))
                .hasStackTraceContaining(REFUSED);
        assertThat(count("Referring")).isZero();
    }

    /** Not guarded: the database compares ciphertext, which differs each time. */
    @Test
    void uniqueColumn_takesEqualValues() {
        run(session -> {
            session.persist(new Marked(1));
            session.persist(new Marked(2));
        });
        assertThat(count("Marked")).isEqualTo(2);
    }

    private long count(String entity) {
        try (EntityManager session = factory.createEntityManager()) {
            return session.createQuery("select count(x) from " + entity + " x", Long.class)
                    .getSingleResult();
        }
    }

    private void run(Consumer<EntityManager> work) {
        EntityManager session = factory.createEntityManager();
        try {
            session.getTransaction().begin();
            work.accept(session);
            session.getTransaction().commit();
        } finally {
            if (session.getTransaction().isActive()) {
                session.getTransaction().rollback();
            }
            session.close();
        }
    }
}
