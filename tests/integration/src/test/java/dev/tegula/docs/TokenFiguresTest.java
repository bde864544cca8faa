package dev.tegula.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tegula.Context;
import dev.tegula.FieldTokens;
import dev.tegula.Tegula;
import dev.tegula.blindindex.BlindTokens;
import dev.tegula.blindindex.Prefixes;
import dev.tegula.blindindex.TokenSpec;
import dev.tegula.blindindex.Tokenizer;
import dev.tegula.blindindex.Trigrams;
import dev.tegula.blindindex.Words;
import dev.tegula.registry.InMemoryKeyRegistry;
import dev.tegula.test.MemoryKms;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What blind tokens show, in the figures of docs/search.md: made-up names whose frequencies fall as those of real ones do, and somebody who
 * has the table and knows from elsewhere how frequent each name is.
 */
class TokenFiguresTest {

    private static final int PEOPLE = 4_000;
    private static final int GIVEN = 300;
    private static final int SURNAMES = 3_000;
    private static final int GUESSES = 200;
    private static final String NO_WORD = "~";
    private static final String[] SYLLABLES = {
        "ba", "ber", "car", "da", "del", "fe", "fer", "gan", "ha", "ira", "jo", "ka", "lin", "ma", "mor", "na", "no",
        "ola", "pe", "ra", "ri", "sa", "sen", "ta", "tor", "ul", "va", "vi", "wen", "zo"
    };

    private static Tegula tegula;
    private static List<String> names;
    private static List<String> published;

    @BeforeAll
    static void people() {
        tegula = Tegula.builder("tests")
                .kek("main", MemoryKms.create(), "primary")
                .registry(new InMemoryKeyRegistry())
                .development()
                .build();
        names = people(1);
        published = people(2);
    }

    @AfterAll
    static void close() {
        tegula.close();
    }

    /** Of both kinds of names the n-th is n times as rare as the first. */
    private static List<String> people(long seed) {
        List<String> given = made(GIVEN, 2, 7);
        List<String> last = made(SURNAMES, 3, 8);
        Random random = new Random(seed);
        List<String> people = new ArrayList<>();
        for (int i = 0; i < PEOPLE; i++) {
            people.add(given.get(rank(random, GIVEN)) + " " + last.get(rank(random, SURNAMES)));
        }
        return people;
    }

    private static List<String> made(int count, int syllables, long seed) {
        Random random = new Random(seed);
        Set<String> made = new HashSet<>();
        List<String> inOrder = new ArrayList<>();
        while (inOrder.size() < count) {
            StringBuilder name = new StringBuilder();
            for (int i = 0; i < syllables; i++) {
                name.append(SYLLABLES[random.nextInt(SYLLABLES.length)]);
            }
            if (made.add(name.toString())) {
                inOrder.add(name.toString());
            }
        }
        return inOrder;
    }

    private static int rank(Random random, int many) {
        return (int) Math.exp(random.nextDouble() * Math.log(many + 1.0)) - 1;
    }

    /** What the table shows to somebody without a key. */
    private static final class Shown {
        private final FieldTokens column;
        private final List<List<String>> rows = new ArrayList<>();
        private final Map<String, Integer> tokens = new HashMap<>();

        Shown(Tokenizer tokenizer) {
            column = tegula.blindTokens(TokenSpec.of("figures.name", tokenizer));
            for (String name : names) {
                BlindTokens stored = column.compute(name, Context.noTenant());
                List<String> row = new ArrayList<>();
                for (byte[] token : stored.bytes()) {
                    row.add(HexFormat.of().formatHex(token));
                }
                rows.add(row);
                row.forEach(token -> tokens.merge(token, 1, Integer::sum));
            }
        }

        /**
         * The token of each rank is guessed to be the published word of that rank: in how many rows at least one guess is right. Of what is
         * equally frequent the guesses come in the order of the words, of both lists: in the order of the tokens, which no two runs share,
         * the figure would be chance.
         */
        double perCentNamed(Words tokenizer) {
            Map<String, Integer> known = new HashMap<>();
            published.forEach(name -> tokenizer.tokens(name).forEach(word -> known.merge(word, 1, Integer::sum)));
            Map<String, String> wordOf = new HashMap<>();
            names.forEach(name -> tokenizer.tokens(name).forEach(word -> wordOf.putIfAbsent(token(word), word)));
            List<String> byRank = ranked(tokens, token -> wordOf.getOrDefault(token, NO_WORD));
            List<String> words = ranked(known, word -> word);
            Set<String> right = new HashSet<>();
            for (int i = 0; i < GUESSES; i++) {
                if (words.get(i).equals(wordOf.get(byRank.get(i)))) {
                    right.add(byRank.get(i));
                }
            }
            return perCent(rows.stream().filter(row -> row.stream().anyMatch(right::contains)), rows.size());
        }

        private String token(String word) {
            byte[][] computed =
                    column.parameters(BlindTokens.any(word), Context.noTenant()).get(FieldTokens.PARAMETERS - 1);
            return HexFormat.of().formatHex(computed[0]);
        }

        private static List<String> ranked(Map<String, Integer> counts, UnaryOperator<String> word) {
            return counts.keySet().stream()
                    .sorted(Comparator.comparing((String each) -> -counts.get(each))
                            .thenComparing(word))
                    .toList();
        }

        double perCentOnce() {
            return perCent(tokens.values().stream().filter(count -> count == 1), tokens.size());
        }

        int distinctSizes() {
            return (int) rows.stream().map(List::size).distinct().count();
        }

        double perCentAlone() {
            Map<List<String>, Integer> groups = new HashMap<>();
            rows.forEach(row -> groups.merge(row, 1, Integer::sum));
            return perCent(rows.stream().filter(row -> groups.get(row) == 1), rows.size());
        }

        private static double perCent(Stream<?> some, int all) {
            return 100.0 * some.count() / all;
        }
    }

    @Test
    void figures_ofWords_areThoseOfThePage() {
        Shown words = new Shown(new Words());

        assertThat(words.distinctSizes()).as("every row has eight").isEqualTo(1);
        assertThat(100.0 * Collections.max(words.tokens.values()) / PEOPLE)
                .as("the most frequent token is the most frequent word")
                .isCloseTo(12, within(0.5));
        assertThat(words.perCentNamed(new Words())).isCloseTo(35, within(0.5));
        assertThat(words.perCentOnce()).as("dummies and rare words").isCloseTo(87, within(1.0));
        assertThat(words.perCentAlone()).isCloseTo(72, within(1.0));
    }

    @Test
    void figures_ofBeginningsAndPieces_areThoseOfThePage() {
        for (Tokenizer tokenizer : List.of(new Prefixes(), new Trigrams())) {
            Shown shown = new Shown(tokenizer);
            assertThat(shown.distinctSizes())
                    .as("8 or 16: the length of the name, roughly")
                    .isEqualTo(2);
            assertThat(shown.perCentAlone()).isCloseTo(72, within(1.0));
        }
    }
}
