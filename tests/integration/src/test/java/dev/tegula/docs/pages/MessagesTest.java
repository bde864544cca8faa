package dev.tegula.docs.pages;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Messages are in the English of everybody, without the turns of phrase that once spread through this house. */
class MessagesTest {

    private static final Pattern TEXT = Pattern.compile("\"((?:[^\"\\\\\n]++|\\\\.)*+)\"");
    private static final Pattern DIALECT =
            Pattern.compile("\\bcame([.;,]|$)|\\bof (ours|yours)\\b|\\b[Ww]hoever\\b|\\belse than\\b"
                    + "|\\b[Nn]obody (knows|can|could)\\b");

    @Test
    void messages_ofEverySource_areInPlainEnglish() {
        List<String> found = new ArrayList<>();
        for (Path source : Repository.mainSources()) {
            for (String text : texts(String.join("\n", Repository.lines(source)))) {
                if (DIALECT.matcher(text).find()) {
                    found.add(source.getFileName() + ": " + text);
                }
            }
        }
        assertThat(found)
                .as(
                        "say what is wrong, what was expected and what to do: \"expected …, not …\", \"your …\", \"other than\"")
                .isEmpty();
    }

    @Test
    void texts_overLines_areOne() {
        assertThat(texts("\"3 pins\"\n    + \" came.\"")).containsExactly("3 pins came.");
        assertThat(DIALECT.matcher("3 pins came.").find()).isTrue();
    }

    private static List<String> texts(String source) {
        Matcher text = TEXT.matcher(source.replaceAll("\"\\s*\\+\\s*\"", ""));
        return text.results().map(found -> found.group(1)).toList();
    }
}
