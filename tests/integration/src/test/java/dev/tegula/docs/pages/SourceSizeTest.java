package dev.tegula.docs.pages;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What a class file does not show of the rules of the house. */
final class SourceSizeTest {

    private static final int WALL = 400;
    private static final int WIDTH = 150;
    private static final Pattern COMMENT = Pattern.compile("\\s*(\\*|/\\*|//)");

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

    /** The formatter breaks code, and leaves these as they are. */
    @Test
    void comments_ofJava_haveAtMost150Characters() {
        List<String> tooLong = new ArrayList<>();
        for (Path source : Repository.javaSources()) {
            List<String> lines = Repository.lines(source);
            for (int i = 0; i < lines.size(); i++) {
                if (lines.get(i).length() > WIDTH
                        && COMMENT.matcher(lines.get(i)).lookingAt()) {
                    tooLong.add(Repository.root().relativize(source) + ":" + (i + 1));
                }
            }
        }
        assertThat(tooLong).isEmpty();
    }
}
