package dev.tegula.eclipselink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tegula.Tegula;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.jdbc.CatalogueStore;
import dev.tegula.jdbc.Transactions;
import dev.tegula.operations.schema.Schema;
import dev.tegula.registry.InMemoryKeyRegistry;
import dev.tegula.test.MemoryKms;
import dev.tegula.test.TestTegula;
import dev.tegula.value.Sensitive;
import dev.tegula.value.ValueType;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import javax.sql.DataSource;
import org.eclipse.persistence.Version;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the converter does under EclipseLink, and what nobody guards there. */
final class EclipseLinkTest {

    private static final String CANARY = "CANARY-123-45-6789";

    private static EmbeddedPostgres server;

    private final Logged logged = new Logged();
    private TestTegula tegula;
    private EntityManagerFactory factory;

    @BeforeAll
    static void startServer() throws IOException {
        server = EmbeddedPostgres.builder()
                .setPGStartupWait(Duration.ofMinutes(2))
                .setServerConfig("fsync", "off")
                .start();
    }

    @AfterAll
    static void stopServer() throws IOException {
        server.close();
    }

    @BeforeEach
    void start() {
        Logger.getLogger("").addHandler(logged);
        tegula = TestTegula.create();
        Engine.set(tegula.get());
        factory = Unit.factory(database(), Visit.class, Visit.Note.class, Visit.Hidden.class);
    }

    @AfterEach
    void stop() {
        factory.close();
        tegula.close();
        Logger.getLogger("").removeHandler(logged);
    }

    @Test
    void version_isTheOneThatThisRunIsAbout() {
        String expected = System.getProperty("tegula.test.eclipselink");

        assertThat(Version.getVersion()).startsWith(expected == null ? "" : expected);
    }

    @Test
    void values_comeBackAndAreStoredNowhere() {
        store(CANARY);

        Visit found = factory.createEntityManager().find(Visit.class, 1L);

        assertThat(found.note).isEqualTo(CANARY);
        assertThat(found.hidden).isEqualTo(new Sensitive<>(CANARY));
        TestTegula.assertNotStored(database(), CANARY);
        assertThat(logged.text()).contains("INSERT INTO visit").doesNotContain(CANARY);
    }

    @Test
    void nulls_stayNull() {
        run(session -> session.persist(visit(null, null)));

        assertThat(factory.createEntityManager().find(Visit.class, 1L).note).isNull();
    }

    @Test
    void aFailingWriteOfASensitiveAttribute_isQuotedNowhere() {
        tegula.kms().deny();

        Throwable failure = catchThrowable(() -> run(session -> session.persist(visit(null, CANARY))));

        assertThat(text(failure)).contains("Sensitive[***]").doesNotContain("CANARY");
        assertThat(logged.text()).doesNotContain("CANARY");
        assertThat(count()).isZero();
    }

    /** Of the provider, not of the converter. Should this turn red, EclipseLink stopped, and the documents may say so. */
    @Test
    void aFailingWriteOfAString_isQuotedByEclipseLink() {
        tegula.kms().deny();

        Throwable failure = catchThrowable(() -> run(session -> session.persist(visit(CANARY, null))));

        assertThat(text(failure) + logged.text()).contains("CANARY");
        assertThat(count()).isZero();
    }

    @Test
    void aFailingRead_isQuotedNowhere() throws Exception {
        store(CANARY);
        try (var connection = database().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("update visit set note = convert_to('OTHER-CANARY', 'UTF8')");
        }
        factory.getCache().evictAll();

        assertThatThrownBy(() -> factory.createEntityManager().find(Visit.class, 1L))
                .satisfies(failure -> assertThat(text(failure))
                        .contains("looks like plaintext")
                        .doesNotContain("CANARY"));
        assertThat(logged.text()).doesNotContain("OTHER-CANARY");
    }

    @Test
    void aColumnOfTextThatWasPublished_takesNoEnvelope() throws SQLException {
        Transactions transactions = new Transactions(database());
        Schema.apply(transactions);
        execute("alter table visit alter note type text using null");
        try (Tegula published = Tegula.builder("tests")
                .kek("main", MemoryKms.create(), "primary")
                .registry(new InMemoryKeyRegistry())
                .catalogue(seal -> new CatalogueStore(transactions, seal))
                .development()
                .build()) {
            Engine.set(published);
            published.publish(EncryptedColumn.of("visit.note", "public.visit.note", ValueType.STRING, "id"));

            assertThatThrownBy(() -> run(session -> session.persist(visit("secret", null))))
                    .hasStackTraceContaining("visit.note: nothing was encrypted. The column is text");
            run(session -> session.persist(visit(null, CANARY)));

            assertThat(factory.createEntityManager().find(Visit.class, 1L).hidden)
                    .isEqualTo(new Sensitive<>(CANARY));
        }
        assertThat(count()).isEqualTo(1);
    }

    private void execute(String sql) throws SQLException {
        try (var connection = database().getConnection();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private void store(String value) {
        run(session -> session.persist(visit(value, value)));
        factory.getCache().evictAll();
    }

    private long count() {
        return factory.createEntityManager()
                .createQuery("select count(v) from Visit v", Long.class)
                .getSingleResult();
    }

    private static Visit visit(String note, String hidden) {
        Visit visit = new Visit();
        visit.id = 1L;
        visit.note = note;
        visit.hidden = hidden == null ? null : new Sensitive<>(hidden);
        return visit;
    }

    private void run(Consumer<EntityManager> work) {
        EntityManager session = factory.createEntityManager();
        try {
            session.getTransaction().begin();
            work.accept(session);
            session.getTransaction().commit();
        } finally {
            session.close();
        }
    }

    private DataSource database() {
        return server.getPostgresDatabase();
    }

    private static String text(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    /** Everything that EclipseLink logs. */
    private static final class Logged extends Handler {

        private final List<String> messages = new CopyOnWriteArrayList<>();

        Logged() {
            setLevel(Level.ALL);
        }

        @Override
        public void publish(LogRecord message) {
            messages.add(new SimpleFormatter().format(message));
        }

        @Override
        public void flush() {
            // kept in memory
        }

        @Override
        public void close() {
            // kept in memory
        }

        String text() {
            return String.join("\n", messages);
        }
    }
}
