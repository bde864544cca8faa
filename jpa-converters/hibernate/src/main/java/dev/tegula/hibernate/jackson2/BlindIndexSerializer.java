package dev.tegula.hibernate.jackson2;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.jsontype.TypeSerializer;
import dev.tegula.blindindex.BlindIndex;
import java.io.IOException;

/** Writes null for a blind index: its bytes show which rows are equal, and one to look for holds the value itself. */
final class BlindIndexSerializer extends JsonSerializer<BlindIndex> {

    @Override
    public Class<BlindIndex> handledType() {
        return BlindIndex.class;
    }

    @Override
    public void serialize(BlindIndex index, JsonGenerator generator, SerializerProvider provider) throws IOException {
        generator.writeNull();
    }

    @Override
    public void serializeWithType(
            BlindIndex index, JsonGenerator generator, SerializerProvider provider, TypeSerializer typing)
            throws IOException {
        generator.writeNull();
    }
}
