package dev.tegula.cli.database;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tegula.envelope.KeyId;
import dev.tegula.failure.UnavailableException;
import dev.tegula.file.DurableFile;
import dev.tegula.operations.document.Json;
import dev.tegula.operations.rotation.SearchJournal;
import dev.tegula.operations.rotation.SearchMark;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * Keeps how far a search has come in a file beside the configuration: anyone who could write it could hide a table from the
 * search, so it is not in the database. Written every few seconds.
 */
final class SearchFiles implements SearchJournal {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String SCHEMA = "tegula/destroy-search/1";
    private static final Duration EVERY = Duration.ofSeconds(2);

    private final Path folder;
    private final String database;
    private final LongSupplier nanoTime;
    private long written;

    SearchFiles(Path folder, String database, LongSupplier nanoTime) {
        this.folder = folder;
        this.database = database;
        this.nanoTime = nanoTime;
        written = nanoTime.getAsLong();
    }

    @Override
    public Optional<SearchMark> read(KeyId key) {
        if (!Files.exists(file(key))) {
            return Optional.empty();
        }
        try {
            JsonNode root = MAPPER.readTree(file(key).toFile());
            if (!root.path("schema").asText().equals(SCHEMA)
                    || !root.path("keyId").asText().equals(key.hex())
                    || !root.path("database").asText().equals(database)) {
                return Optional.empty();
            }
            TreeMap<Long, SearchMark.Done> done = new TreeMap<>();
            root.path("relations")
                    .properties()
                    .forEach(e -> done.put(
                            Long.parseLong(e.getKey()),
                            new SearchMark.Done(
                                    e.getValue().path(0).asLong(),
                                    e.getValue().path(1).asLong())));
            return Optional.of(new SearchMark(root.path("since").asLong(), done));
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    @Override
    public void write(KeyId key, SearchMark mark) {
        long now = nanoTime.getAsLong();
        if (now - written < EVERY.toNanos()) {
            return;
        }
        written = now;
        Map<String, Object> relations = new LinkedHashMap<>();
        mark.done().forEach((oid, done) -> relations.put(Long.toString(oid), new long[] {done.file(), done.blocks()}));
        String text = Json.line(Json.object(
                "schema",
                SCHEMA,
                "database",
                database,
                "keyId",
                key.hex(),
                "since",
                mark.since(),
                "relations",
                relations));
        DurableFile.replace(
                file(key) + ", where the search of the database notes how far it is,",
                file(key),
                (text + "\n").getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void forget(KeyId key) {
        try {
            Files.deleteIfExists(file(key));
        } catch (IOException e) {
            throw new UnavailableException("Cannot delete " + file(key) + " (" + DurableFile.reason(e)
                    + "). Delete it: the key is destroyed, so its search is no longer needed.");
        }
    }

    private Path file(KeyId key) {
        return folder.resolve("tegula-destroy-" + database + "-" + key.shortHex() + ".json");
    }
}
