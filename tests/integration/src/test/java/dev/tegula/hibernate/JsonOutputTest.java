package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tegula.hibernate.jackson2.EncryptedModule;
import dev.tegula.value.Sensitive;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.hibernate.Hibernate;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** JSON that leaves the application shows no encrypted attribute, and JSON that is stored loses none. */
final class JsonOutputTest {

    private static final String SSN = "123-45-6789";

    record Profile(String diet, Sensitive<String> allergy) {}

    /** Hibernate makes its own mapper for this column, by the services that it finds. */
    record Preferences(Sensitive<String> newsletter) {}

    @Entity(name = "Guest")
    @JsonIgnoreProperties("hibernateLazyInitializer")
    static class Guest {
        @Id
        private Long id = 1L;

        private String name = "Ada";

        @Encrypted("guest.ssn")
        private @Nullable String ssn = SSN;

        @Encrypted("guest.profile")
        private Profile profile = new Profile("vegan", new Sensitive<>("peanuts"));

        @JdbcTypeCode(SqlTypes.JSON)
        private Preferences preferences = new Preferences(new Sensitive<>("weekly"));

        public Long getId() {
            return id;
        }

        public String getName() {
            return name;
        }

        public void setName(String name) {
            this.name = name;
        }

        public @Nullable String getSsn() {
            return ssn;
        }

        public void setSsn(@Nullable String ssn) {
            this.ssn = ssn;
        }

        public Profile getProfile() {
            return profile;
        }

        public void setProfile(Profile profile) {
            this.profile = profile;
        }
    }

    private static ObjectMapper mapper() {
        // docs:begin json-module
        ObjectMapper mapper =
                JsonMapper.builder().addModule(new EncryptedModule()).build();
        // docs:end json-module
        return mapper;
    }

    @Test
    void write_ofAProxyThatHibernateMade_leavesOutWhatIsEncrypted() throws Exception {
        try (Fixture fixture = Fixture.of(Guest.class)) {
            fixture.save(new Guest());
            fixture.run(session -> {
                Guest proxy = session.getReference(Guest.class, 1L);
                Hibernate.initialize(proxy);
                assertThat(proxy.getClass()).isNotEqualTo(Guest.class);
                assertThat(proxy.getSsn()).isEqualTo(SSN);
                String json = written(proxy);
                assertThat(json).isEqualTo("{\"id\":1,\"name\":\"Ada\"}");
            });
        }
    }

    private static String written(Object value) {
        try {
            return mapper().writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void store_ofJson_losesNothingThatTheModuleWouldLeaveOut() {
        try (Fixture fixture = Fixture.of(Guest.class)) {
            fixture.save(new Guest());
            fixture.run(session -> {
                Guest guest = session.find(Guest.class, 1L);
                assertThat(guest.profile.allergy().value()).isEqualTo("peanuts");
                assertThat(guest.preferences.newsletter().value()).isEqualTo("weekly");
            });
        }
    }

    @Test
    void put_ofADocumentOverAnEntity_keepsWhatItDoesNotName() throws Exception {
        try (Fixture fixture = Fixture.of(Guest.class)) {
            fixture.save(new Guest());
            byte[] body = "{\"name\":\"Ada Ferreira\"}".getBytes(StandardCharsets.UTF_8);
            fixture.run(session -> {
                Guest guest = session.find(Guest.class, 1L);
                put(guest, body);
            });
            Guest after = fixture.call(session -> session.find(Guest.class, 1L));
            assertThat(Map.of("name", after.getName(), "ssn", String.valueOf(after.getSsn())))
                    .isEqualTo(Map.of("name", "Ada Ferreira", "ssn", SSN));
        }
    }

    private static void put(Guest guest, byte[] body) {
        try {
            ObjectMapper mapper = mapper();
            // docs:begin json-put
            // keeps what the body does not name
            mapper.readerForUpdating(guest).readValue(body);
            // docs:end json-put
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void put_ofADocumentThatDoesNotNameIt_isRefusedIfAsked() {
        ObjectMapper mapper = JsonMapper.builder()
                .addModule(new EncryptedModule().requiringOnInput())
                .build();
        assertThatThrownBy(() -> mapper.readValue("{\"name\":\"Ada\",\"ssn\":null}", Guest.class))
                .isInstanceOf(MismatchedInputException.class)
                .hasMessageStartingWith(
                        "The document says nothing of `profile` of Guest, which is encrypted and left out of"
                                + " documents that are read. Written like this, its value would be lost. Send the value, or null"
                                + " to delete it.");
    }
}
