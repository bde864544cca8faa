package dev.tegula.hibernate.jackson2;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.deser.std.DelegatingDeserializer;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import dev.tegula.hibernate.output.JsonOutput;
import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Refuses an object that lacks one of some properties; null is named too. An update of an object may leave them out. */
final class NamedDeserializer extends DelegatingDeserializer {

    private static final long serialVersionUID = 1;

    @SuppressWarnings("serial") // an immutable set of the JDK, which is serializable
    private final Set<String> names;

    NamedDeserializer(JsonDeserializer<?> reader, Set<String> names) {
        super(reader);
        this.names = names;
    }

    @Override
    protected JsonDeserializer<?> newDelegatingInstance(JsonDeserializer<?> reader) {
        return new NamedDeserializer(reader, names);
    }

    @Override
    public @Nullable Object deserialize(JsonParser parser, DeserializationContext context) throws IOException {
        TokenBuffer document = context.bufferForInputBuffering(parser);
        document.copyCurrentStructure(parser);
        require(document, context);
        return super.deserialize(document.asParserOnFirstToken(), context);
    }

    private void require(TokenBuffer document, DeserializationContext context) throws IOException {
        Set<String> missing = new TreeSet<>(names);
        try (JsonParser parser = document.asParserOnFirstToken()) {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                return;
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                missing.remove(parser.currentName());
                parser.nextToken();
                parser.skipChildren();
            }
        }
        if (!missing.isEmpty()) {
            context.reportInputMismatch(
                    handledType(),
                    JsonOutput.missing(handledType(), missing.iterator().next()));
        }
    }
}
