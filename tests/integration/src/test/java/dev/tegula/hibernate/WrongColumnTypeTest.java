package dev.tegula.hibernate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tegula.Context;
import dev.tegula.FieldCipher;
import dev.tegula.Tegula;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Mode;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.MalformedException;
import dev.tegula.hibernate.engine.Engine;
import dev.tegula.registry.InMemoryKeyRegistry;
import dev.tegula.test.MemoryKms;
import dev.tegula.value.ValueType;
import java.time.LocalDate;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hibernate.SessionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** PostgreSQL casts an envelope into a column of text: the engine refuses what the database does not. */
@Tag("long")
final class WrongColumnTypeTest {

    private static final String REFUSED = "patient.ssn: nothing was encrypted. The column is ";

    private final Postgres database = Postgres.fresh();
    private Tegula tegula;

    @BeforeEach
    void open() {
        tegula = Fixture.engine(database);
    }

    @AfterEach
    void close() {
        tegula.close();
    }

    private void patients(String type) {
        database.execute("create table patient (id uuid primary key, name text, ssn " + type + ", born bytea)");
    }

    private SessionFactory sessions() {
        return Fixture.sessions(
                database,
                Map.of(Engine.PROPERTY, tegula, "hibernate.hbm2ddl.auto", "none"),
                EncryptedTest.Patient.class);
    }

    private static EncryptedTest.Patient secret() {
        EncryptedTest.Patient patient = new EncryptedTest.Patient();
        patient.ssn = "123-45-6789";
        return patient;
    }

    @ParameterizedTest
    @ValueSource(strings = {"text", "varchar(2000)", "char(2000)"})
    void persist_intoAColumnOfText_isRefusedUntilItIsMendedAndTheRestGoesOn(String type) {
        patients(type);
        try (SessionFactory sessions = sessions()) {
            EncryptedTest.Patient dated = new EncryptedTest.Patient();
            dated.born = LocalDate.EPOCH;
            sessions.inTransaction(session -> session.persist(dated));

            assertThatThrownBy(() -> sessions.inTransaction(session -> session.persist(secret())))
                    .hasStackTraceContaining(REFUSED)
                    .hasStackTraceContaining(
                            "rename the column, `ALTER TABLE \"public\".\"patient\" ADD \"ssn\" bytea`");
            assertThat(database.value("select count(*) from patient where ssn is not null"))
                    .isEqualTo(0L);
            assertThat(tegula.catalogue().orElseThrow().columns())
                    .extracting(EncryptedColumn::column)
                    .containsExactly("born", "ssn");
            assertThat(sessions.fromTransaction(session -> session.find(EncryptedTest.Patient.class, dated.id)).born)
                    .isEqualTo(dated.born);

            database.execute("alter table patient rename ssn to ssn_text");
            database.execute("alter table \"public\".\"patient\" add \"ssn\" bytea");
            tegula.publish(TegulaCatalogue.of(sessions));
            sessions.inTransaction(session -> session.persist(secret()));

            assertThat(database.bytes("select ssn from patient where ssn is not null"))
                    .startsWith(1, 0);
        }
    }

    /** The statement that the message proposes, on envelopes, clear text and text that bytea would take for escapes. */
    @ParameterizedTest
    @CsvSource({"hex, text", "escape, text", "hex, varchar(2000)", "escape, varchar(2000)", "hex, char(2000)"})
    void castEnvelopes_areNamedByTheReaderAndTurnedBackByTheStatementThatIsProposed(String output, String type) {
        patients(type);
        FieldCipher<String> ssn = tegula.field("patient.ssn", String.class);
        byte[] envelope = ssn.encrypt("123-45-6789", Context.noTenant());
        database.execute("set bytea_output = " + output + "; insert into patient (id, name, ssn) values"
                + " (gen_random_uuid(), 'cast', decode('" + HexFormat.of().formatHex(envelope) + "', 'hex')),"
                + " (gen_random_uuid(), 'clear', 'C:\\101\\é'), (gen_random_uuid(), 'null', null)");
        byte[] stored = database.bytes("select convert_to(ssn::text, 'UTF8') from patient where name = 'cast'");
        assertThat(stored).startsWith('\\').hasSizeGreaterThan(envelope.length);
        assertThatThrownBy(() -> ssn.decrypt(stored, Context.noTenant()))
                .isInstanceOf(MalformedException.class)
                .hasMessageContainingAll(
                        "patient.ssn: this is the text form of an envelope", "the column has a text type");

        tegula.publish(EncryptedColumn.of("patient.ssn", "public.patient.ssn", ValueType.STRING, "id"));
        database.execute(proposed(ssn));
        // docs:begin jdbc-publish
        tegula.publish(EncryptedColumn.of("patient.ssn", "public.patient.ssn", ValueType.STRING, "id"));
        // docs:end jdbc-publish

        assertThat(database.bytes("select ssn from patient where name = 'cast'"))
                .isEqualTo(envelope);
        byte[] clear = database.bytes("select ssn from patient where name = 'clear'");
        assertThat(clear).isEqualTo("C:\\101\\é".getBytes(UTF_8));
        assertThatThrownBy(() -> ssn.decrypt(clear, Context.noTenant()))
                .hasMessageContaining("plaintext that was never encrypted");
        assertThat(database.value("select ssn from patient where name = 'null'"))
                .isNull();
        assertThat(ssn.encrypt("x", Context.noTenant())).startsWith(1, 0);
    }

    private static String proposed(FieldCipher<String> cipher) {
        Throwable refused = catchThrowable(() -> cipher.encrypt("x", Context.noTenant()));
        assertThat(refused).isInstanceOf(ConfigurationException.class);
        Matcher statement = Pattern.compile("`(ALTER TABLE [^`]* USING [^`]*)`").matcher(refused.getMessage());
        assertThat(statement.find()).isTrue();
        return statement.group(1);
    }

    @Test
    void publish_ofAColumnThatIsNoText_proposesAColumnBesideIt() {
        patients("jsonb");
        tegula.publish(EncryptedColumn.of("patient.ssn", "public.patient.ssn", ValueType.STRING, "id"));

        assertThatThrownBy(() -> tegula.field("patient.ssn", String.class).encrypt("x", Context.noTenant()))
                .hasMessageContaining(REFUSED + "jsonb")
                .hasMessageContaining("ADD \"ssn\" bytea")
                .hasMessageNotContaining("USING");
    }

    @Test
    void publish_ofAView_isRefusedWhereItShowsText() {
        patients("bytea");
        database.execute("create view envelopes as select id, ssn from patient");
        database.execute("create view texts as select id, ssn::text as ssn from patient");
        tegula.publish(List.of(EncryptedColumn.of("patient.good", "public.envelopes.ssn", ValueType.STRING, "id")));
        tegula.publish(List.of(EncryptedColumn.of("patient.ssn", "public.texts.ssn", ValueType.STRING, "id")));

        assertThat(tegula.field("patient.good", String.class).encrypt("x", Context.noTenant()))
                .isNotNull();
        assertThatThrownBy(() -> tegula.field("patient.ssn", String.class).encrypt("x", Context.noTenant()))
                .hasMessageContaining(REFUSED + "text")
                .hasMessageContaining("make the column of the table behind it bytea");
    }

    @Test
    void publish_ofTheSameColumnAsAnotherField_liftsNoRefusal() {
        patients("text");
        tegula.publish(EncryptedColumn.of("patient.ssn", "public.patient.ssn", ValueType.STRING, "id"));

        assertThatThrownBy(() ->
                        tegula.publish(EncryptedColumn.of("patient.tax", "public.patient.ssn", ValueType.STRING, "id")))
                .isInstanceOf(ConfigurationException.class);

        for (String field : List.of("patient.ssn", "patient.tax")) {
            assertThatThrownBy(() -> tegula.field(field, String.class).encrypt("x", Context.noTenant()))
                    .hasMessageContaining(field + ": nothing was encrypted");
        }
    }

    @Test
    void publish_ofNamesWithDots_keepsThemApart() {
        patients("bytea");
        database.execute("create schema \"a.b\"; create table \"a.b\".c (id uuid, ssn text)");
        database.execute("create schema a; create table a.\"b.c\" (id uuid, ssn bytea)");
        tegula.publish(List.of(named("a.b", "c")));
        tegula.publish(List.of(named("a", "b.c")));

        assertThatThrownBy(() -> tegula.field("patient.ssn", String.class).encrypt("x", Context.noTenant()))
                .hasMessageContaining(REFUSED + "text");
    }

    private static EncryptedColumn named(String schema, String table) {
        return new EncryptedColumn(
                FieldId.of("patient.ssn"),
                schema,
                table,
                "ssn",
                List.of("id"),
                false,
                Optional.empty(),
                Mode.FIELD,
                ValueType.STRING,
                false,
                "");
    }

    @Test
    void publish_ofAGoodColumnOfTheSameField_doesNotLiftTheRefusalOfTheOther() {
        patients("text");
        database.execute("create table archive (id uuid primary key, ssn bytea)");
        tegula.publish(List.of(EncryptedColumn.of("patient.ssn", "public.patient.ssn", ValueType.STRING, "id")));
        tegula.publish(EncryptedColumn.of("patient.ssn", "public.archive.ssn", ValueType.STRING, "id"));

        assertThatThrownBy(() -> tegula.field("patient.ssn", String.class).encrypt("x", Context.noTenant()))
                .hasMessageContaining(REFUSED + "text");
        assertThat(tegula.field("patient.name", String.class).encrypt("x", Context.noTenant()))
                .isNotNull();
    }

    @Test
    void persist_intoDomainsOverBytes_isNotRefused() {
        database.execute("create domain blob as bytea");
        database.execute("create domain envelope as blob check (octet_length(value) > 70)");
        patients("envelope");
        try (SessionFactory sessions = sessions()) {
            sessions.inTransaction(session -> session.persist(secret()));
        }
        assertThat(database.bytes("select ssn from patient")).startsWith(1, 0);
    }

    @Test
    void publish_ofAColumnThatIsNotThere_isRefusedOnlyWhereItWasWrittenByHand() {
        patients("bytea");
        for (EncryptedColumn column : List.of(
                EncryptedColumn.of("patient.ssn", "public.nobody.ssn", ValueType.STRING, "id"),
                EncryptedColumn.of("patient.ssn", "public.patient.snn", ValueType.STRING, "id"),
                EncryptedColumn.of("patient.ssn", "public.patient.ssn", ValueType.STRING, "nr"),
                EncryptedColumn.of("patient.ssn", "public.patient.ssn", ValueType.STRING, "id")
                        .withTenant("clinic"))) {
            assertThatThrownBy(() -> tegula.publish(column))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("Nothing was published");
        }
        assertThat(tegula.catalogue().orElseThrow().columns()).isEmpty();

        tegula.publish(List.of(EncryptedColumn.of("patient.ssn", "public.nobody.ssn", ValueType.STRING, "id")));
        assertThat(tegula.field("patient.ssn", String.class).encrypt("x", Context.noTenant()))
                .isNotNull();
    }

    @Test
    void publish_withoutACatalogue_saysSo() {
        try (Tegula none = Tegula.builder("tests")
                .kek("main", MemoryKms.create(), "primary")
                .registry(new InMemoryKeyRegistry())
                .development()
                .build()) {
            assertThatThrownBy(() ->
                            none.publish(EncryptedColumn.of("patient.ssn", "public.patient.ssn", ValueType.STRING)))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("without a catalogue");
        }
    }
}
