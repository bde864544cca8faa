package dev.tegula.hibernate.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;

/** Refuses a null key of a map with a failure that can be told from others. */
final class NullKeys extends StdSerializer<Object> {

    private static final long serialVersionUID = 1L;

    NullKeys() {
        super(Object.class);
    }

    @Override
    public void serialize(Object key, JsonGenerator target, SerializerProvider provider) throws IOException {
        throw new Found(target);
    }

    /** A map has a null key. */
    static final class Found extends JsonMappingException {

        private static final long serialVersionUID = 1L;

        Found(JsonGenerator target) {
            super(target, "null key");
        }
    }
}
