package dev.tegula.hibernate.jackson3;

import dev.tegula.hibernate.output.JsonOutput;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.deser.std.DelegatingDeserializer;
import tools.jackson.databind.util.TokenBuffer;

/** Refuses an object that lacks one of some properties; null is named too. An update of an object may leave them out. */
final class NamedDeserializer extends DelegatingDeserializer {

    private final Set<String> names;

    NamedDeserializer(ValueDeserializer<?> reader, Set<String> names) {
        super(reader);
        this.names = names;
    }

    @Override
    protected ValueDeserializer<?> newDelegatingInstance(ValueDeserializer<?> reader) {
        return new NamedDeserializer(reader, names);
    }

    @Override
    public @Nullable Object deserialize(JsonParser parser, DeserializationContext context) {
        TokenBuffer document = context.bufferForInputBuffering(parser);
        document.copyCurrentStructure(parser);
        require(document, context);
        return super.deserialize(document.asParserOnFirstToken(context), context);
    }

    private void require(TokenBuffer document, DeserializationContext context) {
        Set<String> missing = new TreeSet<>(names);
        try (JsonParser parser = document.asParserOnFirstToken(context)) {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                return;
            }
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
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
