package dev.tegula.hibernate.jackson2;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.jsontype.TypeSerializer;
import dev.tegula.blindindex.BlindTokens;
import java.io.IOException;

/** Writes null for blind tokens: their bytes show which rows have words in common, and those to look for hold the words. */
final class BlindTokensSerializer extends JsonSerializer<BlindTokens> {

    @Override
    public Class<BlindTokens> handledType() {
        return BlindTokens.class;
    }

    @Override
    public void serialize(BlindTokens tokens, JsonGenerator generator, SerializerProvider provider) throws IOException {
        generator.writeNull();
    }

    @Override
    public void serializeWithType(
            BlindTokens tokens, JsonGenerator generator, SerializerProvider provider, TypeSerializer typing)
            throws IOException {
        generator.writeNull();
    }
}
