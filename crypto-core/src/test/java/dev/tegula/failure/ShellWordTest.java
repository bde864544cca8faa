package dev.tegula.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A proposed command, given to a real shell, has the words it was made of. */
class ShellWordTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "acme",
                "",
                " ",
                "acme ",
                "a b",
                "it's",
                "*",
                "$HOME",
                "`id`",
                "a\"b",
                "\\",
                "a\nb",
                "\u001b[2J",
                "ac\u200bme",
                "Z\u00fcrich",
                "Zu\u0308rich",
                "'\u200b\\",
                "\ud83d\ude00",
                "-x",
                "~",
                "a;b",
                "#a"
            })
    void of_anyWord_isReadByAShellAsThatWord(String word) throws IOException, InterruptedException {
        String line = "printf %s " + ShellWord.of(word);
        assertThat(line.codePoints()).allMatch(c -> Character.isLetterOrDigit(c) || (c >= ' ' && c < 0x7f));
        ProcessBuilder bash = new ProcessBuilder("bash", "-c", line);
        bash.environment().put("LC_ALL", "C.UTF-8");
        Process process = bash.start();
        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo(word);
        assertThat(process.waitFor()).isZero();
    }
}
