package dev.tegula.hibernate.jackson3;

import dev.tegula.blindindex.BlindTokens;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.jsontype.TypeSerializer;

/** Writes null for blind tokens: their bytes show which rows have words in common, and those to look for hold the words. */
final class BlindTokensSerializer extends ValueSerializer<BlindTokens> {

    @Override
    public Class<BlindTokens> handledType() {
        return BlindTokens.class;
    }

    @Override
    public void serialize(BlindTokens tokens, JsonGenerator generator, SerializationContext context) {
        generator.writeNull();
    }

    @Override
    public void serializeWithType(
            BlindTokens tokens, JsonGenerator generator, SerializationContext context, TypeSerializer typing) {
        generator.writeNull();
    }
}
