package dev.tegula.blindindex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.failure.ConfigurationException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TokenizersTest {

    /** Made on JDK 17; the same on JDK 25. */
    private static final String INSIDE = "a594f0ba04a93001ce2eae5155f1c5fc4359594ff9484504ffc4391fbe843fd5";

    @Test
    void words_ofEveryCodePoint_areTheSameOnEveryJdk() throws Exception {
        StringBuilder inside = new StringBuilder();
        for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
            if (Unicode13.contains(c)) {
                inside.append(TextWords.inside(c) ? '1' : '0');
            }
        }
        byte[] digest =
                MessageDigest.getInstance("SHA-256").digest(inside.toString().getBytes(StandardCharsets.US_ASCII));
        assertThat(HexFormat.of().formatHex(digest)).isEqualTo(INSIDE);
    }

    @Test
    void words_ofAText_areRunsOfLettersDigitsAndMarks() {
        assertThat(new Words().tokens("O'Neill-Ferreira, Dr. 12b \u20ac"))
                .containsExactly("o", "neill", "ferreira", "dr", "12b");
        assertThat(new Words().tokens("ZU\u0308RICH")).containsExactly("zürich");
        assertThat(new Words().tokens("हिन्दी")).containsExactly("हिन्दी");
        assertThat(new Words().tokens(" - ")).isEmpty();
    }

    @Test
    void prefixes_ofAWord_endWithTheWordOrTheLongest() {
        assertThat(new Prefixes().tokens("Berg x")).containsExactly("be", "ber", "berg");
        assertThat(new Prefixes(1, 3).tokens("\ud801\udc28\ud801\udc29\ud801\udc2a\ud801\udc2b"))
                .as("characters beyond 16 bits are not cut")
                .hasSize(3);
        assertThat(new Prefixes().tokensOf("ferreirasilva")).containsExactly("ferreira");
        assertThat(new Prefixes().tokensOf("f")).isEmpty();
        assertThat(new Prefixes(3, 5).id()).isEqualTo("tegula.prefixes.3.5");
        for (int[] wrong : new int[][] {{0, 4}, {5, 4}, {1, 33}}) {
            assertThatThrownBy(() -> new Prefixes(wrong[0], wrong[1]))
                    .as(Arrays.toString(wrong))
                    .isInstanceOf(ConfigurationException.class);
        }
    }

    @Test
    void trigrams_ofAText_stayInItsWords() {
        assertThat(new Trigrams().tokens("Berg an Ada")).containsExactly("ber", "erg", "ada");
    }

    @Test
    void matches_asksForAllOrAnyTerm() {
        String name = "Anna Maria Ferreira";
        Words words = new Words();
        assertThat(BlindTokens.all("ferreira ANNA").matches(words, name)).isTrue();
        assertThat(BlindTokens.all("ferreira otto").matches(words, name)).isFalse();
        assertThat(BlindTokens.any("ferreira otto").matches(words, name)).isTrue();
        assertThat(BlindTokens.all("ferr").matches(words, name)).isFalse();
        assertThat(BlindTokens.all("ferr an").matches(new Prefixes(), name)).isTrue();
        assertThat(BlindTokens.all("rrei").matches(new Prefixes(), name)).isFalse();
        assertThat(BlindTokens.all("rrei").matches(new Trigrams(), name)).isTrue();
        assertThat(BlindTokens.all("reirre").matches(new Trigrams(), "reir irr rre"))
                .as("all its pieces are there, and it is not")
                .isFalse();
        assertThat(BlindTokens.all("anna").matches(words, null)).isFalse();
        assertThat(BlindTokens.all(" ").matches(words, name))
                .as("nothing is everywhere")
                .isFalse();
    }

    /** All that a tokeniser of one's own has to say. */
    private static final class Initials implements Tokenizer {
        @Override
        public String id() {
            return "clinic.initials";
        }

        @Override
        public int version() {
            return 1;
        }

        @Override
        public Set<String> tokens(String value) {
            return Set.of(value.substring(0, 1));
        }
    }

    @Test
    void tokeniser_ofOnesOwn_looksForItsTokens() {
        Tokenizer own = new Initials();
        assertThat(own.terms("Anna")).containsExactly("A");
        assertThat(own.tokensOf("A")).containsExactly("A");
        assertThat(BlindTokens.all("Anna").matches(own, "Ada")).isTrue();
        assertThat(BlindTokens.all("Anna").matches(own, "Otto")).isFalse();
    }

    @Test
    void blindTokens_printNeitherWordsNorBytes() {
        BlindTokens query = BlindTokens.all("CANARY");
        BlindTokens stored = BlindTokens.copyOf(new byte[][] {{1, 2}, {3, 4}});
        assertThat(query).hasToString("BlindTokens[***]").isEqualTo(BlindTokens.all("CANARY"));
        assertThat(query).isNotEqualTo(BlindTokens.any("CANARY")).hasSameHashCodeAs(BlindTokens.all("other"));
        assertThat(stored).hasToString("BlindTokens[2]").isEqualTo(BlindTokens.copyOf(new byte[][] {{1, 2}, {3, 4}}));
        assertThat(stored).isNotEqualTo(BlindTokens.copyOf(new byte[][] {{1, 2}}));
        stored.bytes()[0][0] = 9;
        assertThat(stored.bytes()[0]).containsExactly(1, 2);
        for (Runnable wrong : List.<Runnable>of(query::bytes, stored::query, () -> stored.matches(new Words(), "x"))) {
            assertThatThrownBy(wrong::run).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void own_byWhatTheCatalogueSays_isThatTokeniser() {
        assertThat(Tokenizers.own("tegula.words", 1)).containsInstanceOf(Words.class);
        assertThat(Tokenizers.own("tegula.trigrams", 1)).containsInstanceOf(Trigrams.class);
        assertThat(Tokenizers.own("tegula.prefixes.3.12", 1).orElseThrow().id()).isEqualTo("tegula.prefixes.3.12");
        for (String other : new String[] {
            "tegula.prefixes.4.3", "tegula.prefixes.02.8", "tegula.prefixes.2.33", "tegula.prefixes", "clinic.words", ""
        }) {
            assertThat(Tokenizers.own(other, 1)).as(other).isEmpty();
        }
        assertThat(Tokenizers.own("tegula.words", 2)).isEmpty();
    }
}
