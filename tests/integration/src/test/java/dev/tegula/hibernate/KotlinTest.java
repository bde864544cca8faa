package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.hibernate.engine.Engine;
import dev.tegula.value.Sensitive;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.math.BigDecimal;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.hibernate.SessionFactory;
import org.hibernate.boot.registry.BootstrapServiceRegistryBuilder;
import org.hibernate.cfg.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Entities in Kotlin, compiled by its compiler: wherever the annotation ends, it encrypts, is refused at boot, or does not compile. */
@Tag("long")
final class KotlinTest {

    private static final String CANARY = "CANARY-KT-1";

    @TempDir
    static Path folder;

    private static URLClassLoader loader;

    @BeforeAll
    static void compile() throws Exception {
        assertThat(compiled("Entities.kt")).isEmpty();
        loader = new URLClassLoader(
                new URL[] {folder.resolve("Entities.kt.classes").toUri().toURL()}, KotlinTest.class.getClassLoader());
    }

    @AfterAll
    static void close() throws IOException {
        loader.close();
    }

    @Test
    void properties_ofEachKind_areEncryptedAndReadBack() throws Exception {
        Postgres database = Postgres.fresh();
        try (var tegula = Fixture.engine();
                SessionFactory sessions = sessions(database, tegula, "Person", "Address")) {
            Object person = made("Person");
            set(person, "name", "Ada");
            set(person, "ssn", CANARY);
            set(person, "born", LocalDate.of(1815, 12, 10));
            set(person, "weight", 61);
            set(person, "height", 172);
            set(person, "blood", enumConstant("Blood", "AB"));
            set(person, "phone", CANARY);
            set(person, "note", CANARY);
            set(person, "answers", Map.of("question", CANARY));
            set(person, "aliases", new ArrayList<>(List.of(CANARY)));
            Object address = made("Address");
            set(address, "street", CANARY);
            set(address, "city", "London");
            set(person, "address", address);

            sessions.inTransaction(session -> session.persist(person));

            sessions.inTransaction(session -> {
                Object found = session.createSelectionQuery("from Person p where p.ssnIndex = :ssn", Object.class)
                        .setParameter("ssn", CANARY)
                        .getSingleResult();
                assertThat(List.of(get(found, "ssn"), get(found, "phone"), get(found, "note")))
                        .containsOnly(CANARY);
                assertThat(List.of(get(found, "born"), get(found, "weight"), get(found, "height")))
                        .containsExactly(LocalDate.of(1815, 12, 10), 61, 172);
                assertThat(get(found, "blood")).hasToString("AB");
                assertThat(get(found, "answers")).isEqualTo(Map.of("question", CANARY));
                assertThat((List<?>) get(found, "aliases")).hasToString("[" + CANARY + "]");
                assertThat(get(get(found, "address"), "street")).isEqualTo(CANARY);
                assertThat(get(found, "id")).isInstanceOf(UUID.class);
            });
            assertThat(database.dump()).contains("Ada", "London").doesNotContain(CANARY);
            assertThat(database.rows("select table_name, column_name from information_schema.columns"
                            + " where table_schema = 'public' and data_type = 'bytea' order by 1, 2"))
                    .extracting(row -> row.get(1))
                    .containsExactly(
                            "answers",
                            "blood",
                            "born",
                            "height",
                            "note",
                            "phone",
                            "ssn",
                            "ssnindex",
                            "street",
                            "weight",
                            "aliases");
        }
    }

    @Test
    void getters_ofAnEntityByItsProperties_areEncrypted() throws Exception {
        Postgres database = Postgres.fresh();
        try (var tegula = Fixture.engine();
                SessionFactory sessions = sessions(database, tegula, "Visit")) {
            Object visit = made("Visit");
            set(visit, "id", 1L);
            set(visit, "reason", CANARY);
            sessions.inTransaction(session -> session.persist(visit));

            sessions.inTransaction(
                    session -> assertThat(session.createSelectionQuery("select v.reason from Visit v", String.class)
                                    .getSingleResult())
                            .isEqualTo(CANARY));
            assertThat(database.dump()).doesNotContain(CANARY);
        }
    }

    @Test
    void dataClass_asText_showsWhatIsNotSensitive() throws Exception {
        Postgres database = Postgres.fresh();
        try (var tegula = Fixture.engine();
                SessionFactory sessions = sessions(database, tegula, "Card")) {
            Object card = made("Card");
            set(card, "id", 1L);
            set(card, "number", new Sensitive<>(CANARY));
            set(card, "ceiling", new BigDecimal("815.00"));
            sessions.inTransaction(session -> session.persist(card));

            sessions.inTransaction(session -> assertThat(session.createSelectionQuery("from Card", Object.class)
                            .getSingleResult())
                    .hasToString("Card(id=1, number=Sensitive[***], ceiling=815.00)"));
            assertThat(database.dump()).doesNotContain(CANARY);
        }
    }

    @Test
    void converter_onAConstructorPropertyAndInTheBody_isApplied() throws Exception {
        Postgres database = Postgres.fresh();
        try (var tegula = Fixture.engine();
                SessionFactory sessions = sessions(database, tegula, "Letter")) {
            type("Engines").getField("tegula").set(null, tegula);
            Object letter = made("Letter");
            set(letter, "id", 1L);
            set(letter, "note", CANARY);
            set(letter, "more", CANARY);
            sessions.inTransaction(session -> session.persist(letter));

            sessions.inTransaction(session -> {
                Object found = session.createSelectionQuery("from Letter", Object.class)
                        .getSingleResult();
                assertThat(List.of(get(found, "note"), get(found, "more"))).containsOnly(CANARY);
            });
            assertThat(database.dump()).doesNotContain(CANARY);
        }
    }

    /** The annotation is there, and nothing would be encrypted. */
    @ParameterizedTest
    @CsvSource({
        "OnGetter, OnGetter.getSecret",
        "OnSetter, OnSetter.setSecret",
        "OnDelegate, OnDelegate.secret$delegate",
        "InBody, InBody.getSecret",
        "ConvertedGetter, ConvertedGetter.getNote",
        "Holder;GetterInside, GetterInside.getSecret"
    })
    void annotation_besideTheMappedField_stopsTheStart(String names, String member) {
        Postgres database = Postgres.fresh();
        try (var tegula = Fixture.engine()) {
            assertThatThrownBy(() ->
                            sessions(database, tegula, names.split(";", -1)).close())
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining(member);
        }
        database.giveBack();
    }

    /** Neither is a place where Hibernate would look. */
    @Test
    void annotation_onAParameterOrTheProperty_doesNotCompile() throws Exception {
        String complaints = compiled("Nowhere.kt");
        assertThat(complaints.lines().filter(line -> line.contains("not applicable to target")))
                .hasSize(2)
                .anyMatch(line -> line.contains("Nowhere.kt:5:"))
                .anyMatch(line -> line.contains("Nowhere.kt:7:"));
    }

    private static SessionFactory sessions(Postgres database, Object tegula, String... names) throws Exception {
        Configuration configuration = new Configuration(
                new BootstrapServiceRegistryBuilder().applyClassLoader(loader).build());
        configuration.getProperties().put("hibernate.connection.datasource", database.dataSource());
        configuration.getProperties().put("hibernate.hbm2ddl.auto", "create");
        configuration.getProperties().put(Engine.PROPERTY, tegula);
        for (String name : names) {
            configuration.addAnnotatedClass(type(name));
        }
        return configuration.buildSessionFactory();
    }

    private static Class<?> type(String name) throws ClassNotFoundException {
        return loader.loadClass("dev.tegula.kotlin." + name);
    }

    private static Object made(String name) throws ReflectiveOperationException {
        return type(name).getDeclaredConstructor().newInstance();
    }

    private static Object enumConstant(String name, String constant) throws ReflectiveOperationException {
        return type(name).getField(constant).get(null);
    }

    private static void set(Object entity, String name, Object value) throws ReflectiveOperationException {
        field(entity, name).set(entity, value);
    }

    private static Object get(Object entity, String name) {
        try {
            return field(entity, name).get(entity);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Field field(Object entity, String name) throws NoSuchFieldException {
        Field field = entity.getClass().getDeclaredField(name);
        field.setAccessible(true);
        return field;
    }

    /** Runs the compiler beside us, which keeps its classes out of this machine; what it complains of, or nothing. */
    private static String compiled(String source) throws IOException, InterruptedException {
        Path file = folder.resolve(source);
        try (InputStream text = KotlinTest.class.getResourceAsStream("/kotlin/" + source)) {
            Files.write(file, Objects.requireNonNull(text, source).readAllBytes());
        }
        String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        String compiler = Arrays.stream(path.split(File.pathSeparator, -1))
                .filter(entry -> entry.contains("kotlin") || entry.contains("annotations"))
                .collect(Collectors.joining(File.pathSeparator));
        Path said = folder.resolve(source + ".txt");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-cp",
                        compiler,
                        "org.jetbrains.kotlin.cli.jvm.K2JVMCompiler",
                        "-no-stdlib",
                        "-no-reflect",
                        "-nowarn",
                        "-jvm-target",
                        "17",
                        "-classpath",
                        path,
                        "-d",
                        folder.resolve(source + ".classes").toString(),
                        file.toString())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        try {
            assertThat(process.waitFor(5, TimeUnit.MINUTES))
                    .as("the compiler has ended")
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        String text = Files.readString(said, StandardCharsets.UTF_8);
        return process.exitValue() == 0 ? "" : text + "exit " + process.exitValue();
    }
}
