package dev.tegula.operations.rotation;

import dev.tegula.envelope.KeyId;
import dev.tegula.operations.document.Json;
import dev.tegula.operations.reencrypt.TableTally;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A census of a table page by page, whole or as far as it came, as it is kept.
 *
 * @param relation the oid of the table: one that was dropped and made again is another
 * @param began when it began
 * @param ended when it ended, or last read a page
 * @param tally what was counted
 */
record CensusRecord(long relation, Instant began, Instant ended, TableTally tally) {

    /** Not in hexadecimal: the search before a key is destroyed finds key ids in that, and this is no value. */
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

    /** What the seal is over. */
    String document() {
        List<Object> columns = new ArrayList<>();
        for (TableTally.Column column : tally.columns()) {
            Map<String, Object> values = new LinkedHashMap<>();
            column.values().forEach((key, count) -> values.put(ENCODER.encodeToString(key.bytes()), count));
            columns.add(Json.object(
                    "column",
                    column.column(),
                    "values",
                    values,
                    "nulls",
                    column.nulls(),
                    "notEnvelopes",
                    column.notEnvelopes()));
        }
        return Json.line(Json.object(
                "relation", relation,
                "began", began.toString(),
                "ended", ended.toString(),
                "key", tally.keyColumns(),
                "keyOrders", tally.keyOrders(),
                "cursor", tally.cursor(),
                "complete", tally.complete(),
                "rows", tally.rows(),
                "columns", columns));
    }

    /** What a document says; empty if it is not one of this release. Its seal was verified before. */
    static Optional<CensusRecord> of(String document) {
        try {
            Map<?, ?> root = Json.read(document).orElseThrow(IllegalArgumentException::new);
            List<TableTally.Column> columns = new ArrayList<>();
            for (Object column : member(root, "columns", List.class)) {
                columns.add(column((Map<?, ?>) column));
            }
            return Optional.of(new CensusRecord(
                    number(root, "relation"),
                    Instant.parse(member(root, "began", String.class)),
                    Instant.parse(member(root, "ended", String.class)),
                    new TableTally(
                            texts(root, "key"),
                            texts(root, "keyOrders"),
                            texts(root, "cursor"),
                            member(root, "complete", Boolean.class),
                            number(root, "rows"),
                            columns)));
        } catch (IllegalArgumentException | ClassCastException | DateTimeException e) {
            return Optional.empty();
        }
    }

    private static TableTally.Column column(Map<?, ?> column) {
        SortedMap<KeyId, Long> values = new TreeMap<>();
        for (Map.Entry<?, ?> value : ((Map<?, ?>) member(column, "values", Map.class)).entrySet()) {
            values.put(
                    KeyId.copyOf(Base64.getUrlDecoder().decode((String) value.getKey())),
                    ((Number) value.getValue()).longValue());
        }
        return new TableTally.Column(
                member(column, "column", String.class),
                values,
                number(column, "nulls"),
                number(column, "notEnvelopes"));
    }

    private static <T> T member(Map<?, ?> document, String name, Class<T> type) {
        Object value = document.get(name);
        if (value == null) {
            throw new IllegalArgumentException(name + " is missing");
        }
        return type.cast(value);
    }

    private static long number(Map<?, ?> document, String name) {
        return member(document, name, Number.class).longValue();
    }

    private static List<String> texts(Map<?, ?> document, String name) {
        List<String> texts = new ArrayList<>();
        for (Object text : member(document, name, List.class)) {
            texts.add((String) text);
        }
        return texts;
    }

    /** What was counted of a column, if it was. */
    Optional<TableTally.Column> column(String name) {
        return tally.columns().stream().filter(c -> c.column().equals(name)).findFirst();
    }
}
