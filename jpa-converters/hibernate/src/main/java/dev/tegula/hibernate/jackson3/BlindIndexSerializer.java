package dev.tegula.hibernate.jackson3;

import dev.tegula.blindindex.BlindIndex;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.jsontype.TypeSerializer;

/** Writes null for a blind index: its bytes show which rows are equal, and one to look for holds the value itself. */
final class BlindIndexSerializer extends ValueSerializer<BlindIndex> {

    @Override
    public Class<BlindIndex> handledType() {
        return BlindIndex.class;
    }

    @Override
    public void serialize(BlindIndex index, JsonGenerator generator, SerializationContext context) {
        generator.writeNull();
    }

    @Override
    public void serializeWithType(
            BlindIndex index, JsonGenerator generator, SerializationContext context, TypeSerializer typing) {
        generator.writeNull();
    }
}
