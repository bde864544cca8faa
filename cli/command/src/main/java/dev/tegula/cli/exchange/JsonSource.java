package dev.tegula.cli.exchange;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.tegula.cli.exchange.SourceEntry.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** One JSON object. Messages of the parser quote the text, so only the line is told. */
final class JsonSource {

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private JsonSource() {}

    static List<SourceEntry> read(String text, Problems problems) {
        List<SourceEntry> entries = new ArrayList<>();
        try (JsonParser parser = JSON.createParser(text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                problems.add(1, "does not begin a JSON object, {…}");
                return entries;
            }
            object(parser, new ArrayList<>(), entries);
            if (parser.nextToken() != null) {
                problems.add(parser.currentTokenLocation().getLineNr(), "goes on behind the object");
            }
        } catch (JsonProcessingException e) {
            problems.add(
                    e.getLocation() == null ? 1 : e.getLocation().getLineNr(),
                    "is no JSON there, or has a name that stands twice in one object");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return entries;
    }

    private static void object(JsonParser parser, List<String> path, List<SourceEntry> entries) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            path.add(parser.currentName());
            JsonToken value = parser.nextToken();
            int line = parser.currentTokenLocation().getLineNr();
            switch (value) {
                case START_OBJECT -> object(parser, path, entries);
                case START_ARRAY -> {
                    parser.skipChildren();
                    entries.add(SourceEntry.other(line, path, Kind.LIST));
                }
                case VALUE_NULL -> entries.add(SourceEntry.other(line, path, Kind.NONE));
                case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT ->
                    entries.add(
                            PlainNumber.written(parser.getText())
                                    ? SourceEntry.text(line, path, parser.getText())
                                    : SourceEntry.other(line, path, Kind.DIFFERS));
                default -> entries.add(text(line, path, parser.getText()));
            }
            path.remove(path.size() - 1);
        }
    }

    /** JSON can name half a character, which no file holds. */
    private static SourceEntry text(int line, List<String> path, String text) {
        boolean whole = StandardCharsets.UTF_8.newEncoder().canEncode(text);
        return whole ? SourceEntry.text(line, path, text) : SourceEntry.other(line, path, Kind.HALF);
    }
}
