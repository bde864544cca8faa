package dev.tegula.docs.pages;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a class file does not show of the rules of the house. */
final class SourceSizeTest {

    private static final int WALL = 400;

    @Test
    void files_ofJava_areNotLongerThanTheWall() {
        List<Path> sources = Repository.javaSources();

        assertThat(sources).as("found with this test among them").hasSizeGreaterThan(1_000);
        assertThat(sources)
                .as("longer than " + WALL + " lines; move the second idea in it to a file of its own")
                .filteredOn(path -> Repository.lines(path).size() > WALL)
                .extracting(path -> Repository.root().relativize(path).toString())
                .isEmpty();
    }
}
