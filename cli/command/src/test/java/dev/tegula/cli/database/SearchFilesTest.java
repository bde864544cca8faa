package dev.tegula.cli.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.JsonDocuments;
import dev.tegula.envelope.KeyId;
import dev.tegula.operations.rotation.SearchMark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SearchFilesTest {

    private static final KeyId KEY = KeyId.copyOf(new byte[KeyId.SIZE_BYTES]);
    private static final SearchMark MARK =
            new SearchMark(812, new TreeMap<>(Map.of(16_384L, new SearchMark.Done(16_384, 40))));

    private final AtomicLong now = new AtomicLong();

    @TempDir
    Path folder;

    @Test
    void write_afterAWhile_isADocumentOfItsSchemaThatIsReadAndForgotten() throws IOException {
        SearchFiles files = new SearchFiles(folder, "clinic", now::get);
        files.write(KEY, MARK);
        assertThat(files.read(KEY)).isEmpty();

        now.addAndGet(TimeUnit.SECONDS.toNanos(2));
        files.write(KEY, MARK);

        assertThat(files.read(KEY)).contains(MARK);
        try (Stream<Path> all = Files.list(folder)) {
            assertThat(all).singleElement().satisfies(file -> assertThat(
                            JsonDocuments.schema(JsonDocuments.requireDocument(Files.readString(file))))
                    .isEqualTo("tegula/destroy-search/1"));
        }
        assertThat(new SearchFiles(folder, "other", now::get).read(KEY)).isEmpty();
        files.forget(KEY);
        assertThat(folder).isEmptyDirectory();
    }
}
