package dev.tegula.hibernate.output;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.ser.impl.SimpleBeanPropertyFilter;
import com.fasterxml.jackson.databind.ser.impl.SimpleFilterProvider;
import dev.tegula.hibernate.Encrypted;
import dev.tegula.hibernate.jackson2.EncryptedModule;
import java.io.IOException;
import org.junit.jupiter.api.Test;

final class Jackson2OutputTest extends OutputContract {

    @Override
    String write(Options options, Object value) throws Exception {
        JsonMapper.Builder builder = JsonMapper.builder()
                .addModule(new EncryptedModule(options.output()))
                .configure(MapperFeature.INFER_PROPERTY_MUTATORS, !options.inferNothing());
        if (options.mixIn() != null) {
            builder.addMixIn(options.mixedInto(), options.mixIn());
        }
        ObjectMapper mapper = builder.build();
        return mapper.writer(new SimpleFilterProvider().addFilter("all", SimpleBeanPropertyFilter.serializeAll()))
                .withView(options.view())
                .writeValueAsString(value);
    }

    @Override
    <T> T read(String json, Class<T> type) throws Exception {
        return mapper(new EncryptedModule()).readValue(json, type);
    }

    @Override
    <T> T readNaming(String json, Class<T> type) throws Exception {
        return mapper(new EncryptedModule().requiringOnInput()).readValue(json, type);
    }

    @Override
    <T> T update(T existing, String json) throws Exception {
        return mapper(new EncryptedModule().requiringOnInput())
                .readerForUpdating(existing)
                .readValue(json);
    }

    private static ObjectMapper mapper(EncryptedModule module) {
        return JsonMapper.builder()
                .addModule(module)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .build();
    }

    static final class Masked {
        @Encrypted("patient.ssn")
        @JsonSerialize(using = LastFour.class)
        public String ssn = Shapes.SENTINEL;
    }

    static final class LastFour extends JsonSerializer<String> {
        @Override
        public void serialize(String value, JsonGenerator generator, SerializerProvider provider) throws IOException {
            generator.writeString("***" + value.substring(value.length() - 4));
        }
    }

    @Test
    void omit_ofAnAttributeWithItsOwnSerializer_letsThatDecide() throws Exception {
        assertThat(write(OMIT, new Masked())).isEqualTo("{\"ssn\":\"***6789\"}");
    }

    /** What stores JSON and reads it again must not lose anything by a mapper that finds its modules itself. */
    @Test
    void module_isNotFoundByService() {
        assertThat(ObjectMapper.findModules()).noneMatch(EncryptedModule.class::isInstance);
    }
}
