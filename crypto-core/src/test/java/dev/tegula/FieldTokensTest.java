package dev.tegula;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.blindindex.BlindTokens;
import dev.tegula.blindindex.Prefixes;
import dev.tegula.blindindex.TokenSpec;
import dev.tegula.blindindex.Tokenizer;
import dev.tegula.blindindex.Trigrams;
import dev.tegula.blindindex.Words;
import dev.tegula.envelope.Purpose;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.IntegrityException;
import dev.tegula.failure.MalformedException;
import dev.tegula.failure.RefusedException;
import dev.tegula.failure.ValueException;
import dev.tegula.kms.LocalKms;
import dev.tegula.registry.InMemoryKeyRegistry;
import dev.tegula.registry.KeyLifecycle;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyUses;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FieldTokensTest {

    private static final Context NONE = Context.noTenant();
    private static final String NAME = "CANARY Anna Berg";

    private final InMemoryKeyRegistry registry = new InMemoryKeyRegistry();
    private final Tegula tegula = Tegula.builder("test")
            .kek("main", new LocalKms(), "main")
            .registry(registry)
            .development()
            .build();
    private final FieldTokens tokens = tegula.blindTokens(TokenSpec.of("patient.name", new Words()));

    @AfterEach
    void close() {
        tegula.close();
    }

    private static List<String> hex(byte[][] tokens) {
        return Arrays.stream(tokens).map(HexFormat.of()::formatHex).toList();
    }

    private static byte[][] stored(FieldTokens tokens, String text) {
        return tokens.compute(text, NONE).bytes();
    }

    private static List<String> wanted(FieldTokens tokens, BlindTokens query) {
        int slot = query.isAny() ? FieldTokens.PARAMETERS - 1 : 0;
        return hex(tokens.parameters(query, NONE).get(slot));
    }

    @Test
    void compute_ofAText_hasTheTokensOfItsWords() {
        List<String> stored = hex(stored(tokens, NAME));

        assertThat(stored).hasSize(8).doesNotHaveDuplicates().isSorted();
        assertThat(stored).containsAll(wanted(tokens, BlindTokens.all("berg canary")));
        assertThat(stored).containsAll(wanted(tokens, BlindTokens.any("anna")));
        assertThat(stored).doesNotContainAnyElementsOf(wanted(tokens, BlindTokens.any("otto")));
        assertThat(stored(tokens, NAME)).isEqualTo(stored(tokens, "berg, ANNA: canary"));
        assertThat(registry.all()).extracting(row -> row.scope().purpose()).contains(Purpose.INDEX);
    }

    @Test
    void compute_ofNull_isNull() {
        assertThat(tokens.compute(null, NONE)).isNull();
        tokens.verify(null, null, NONE);
    }

    @Test
    void number_ofTokens_isAMultipleOfTheStep() {
        FieldTokens four = tegula.blindTokens(tokens.spec().padToMultiple(4));
        List<Integer> sizes = new ArrayList<>();
        for (String text : List.of("", "a", "a b c d", "a b c d e")) {
            sizes.add(stored(four, text).length);
        }
        assertThat(sizes).containsExactly(4, 4, 4, 8);
        FieldTokens bare = tegula.blindTokens(tokens.spec().padToMultiple(1));
        assertThat(stored(bare, "a b c")).hasNumberOfRows(3);
        assertThat(stored(bare, "")).as("no text shows that it has no word").hasNumberOfRows(1);
    }

    @Test
    void dummies_ofTwoTexts_haveNothingInCommon() {
        Set<String> seen = new HashSet<>();
        for (String text : List.of("a", "b", "a b", "")) {
            List<String> dummies = new ArrayList<>(hex(stored(tokens, text)));
            if (!text.isEmpty()) {
                dummies.removeAll(wanted(tokens, BlindTokens.all(text)));
            }
            assertThat(Collections.disjoint(seen, dummies)).as(text).isTrue();
            seen.addAll(dummies);
        }
        assertThat(seen).hasSize(7 + 7 + 6 + 8);
    }

    @Test
    void parameters_findNothingWhereNothingIsAskedFor() {
        List<byte[][]> all = tokens.parameters(BlindTokens.all("anna"), NONE);
        List<byte[][]> any = tokens.parameters(BlindTokens.any("anna"), NONE);

        assertThat(all).hasSize(FieldTokens.PARAMETERS);
        assertThat(all.get(0)).hasNumberOfRows(1);
        assertThat(all.subList(1, FieldTokens.PARAMETERS)).containsOnlyNulls();
        assertThat(any.subList(0, FieldTokens.PARAMETERS - 1)).containsOnlyNulls();
        assertThat(any.get(FieldTokens.PARAMETERS - 1)).hasNumberOfRows(1);
        assertThat(FieldTokens.condition("t.words"))
                .startsWith("(t.words @> cast(? as bytea[]) or ")
                .endsWith(" or t.words && cast(? as bytea[]))")
                .satisfies(sql -> assertThat(sql.chars().filter(c -> c == '?')).hasSize(FieldTokens.PARAMETERS));
    }

    @Test
    void query_withoutAToken_isRefusedWithoutIt() {
        FieldTokens pieces = tegula.blindTokens(TokenSpec.of("patient.name", new Trigrams()));
        for (BlindTokens query : List.of(BlindTokens.all("zq"), BlindTokens.any("zq"), BlindTokens.any("anna zq"))) {
            assertThatThrownBy(() -> pieces.parameters(query, NONE))
                    .isInstanceOf(MalformedException.class)
                    .hasMessageContaining("patient.name")
                    .hasMessageContaining("nothing was looked for")
                    .hasMessageNotContaining("zq");
        }
        assertThatThrownBy(() -> tokens.parameters(BlindTokens.all(" -"), NONE)).isInstanceOf(MalformedException.class);
        assertThat(wanted(pieces, BlindTokens.all("anna zq")))
                .as("what is too short is left to the comparison")
                .isEqualTo(wanted(pieces, BlindTokens.all("anna")));
    }

    @Test
    void verify_ofAnythingElse_isRefusedWithoutTheText() {
        byte[][] right = stored(tokens, NAME);
        byte[][] swapped = right.clone();
        Collections.swap(Arrays.asList(swapped), 0, 1);
        byte[][] flipped = stored(tokens, NAME);
        flipped[7][7] ^= 1;

        tokens.verify(right, NAME, NONE);
        for (byte[][] wrong : Arrays.asList(
                swapped, flipped, Arrays.copyOf(right, 7), stored(tokens, NAME + " more"), new byte[0][], null)) {
            assertThatThrownBy(() -> tokens.verify(wrong, NAME, NONE))
                    .isInstanceOf(IntegrityException.class)
                    .hasMessageContaining("patient.name")
                    .hasMessageNotContaining("CANARY");
        }
        assertThatThrownBy(() -> tokens.verify(right, null, NONE)).isInstanceOf(IntegrityException.class);
    }

    @Test
    void tokens_ofOtherSettings_haveNothingInCommon() {
        TokenSpec spec = tokens.spec();
        Set<String> seen = new HashSet<>();
        for (TokenSpec other : List.of(
                spec,
                spec.named("second"),
                spec.cutToBytes(9),
                spec.padToMultiple(16),
                TokenSpec.of("patient.name", new Prefixes()),
                TokenSpec.of("patient.other", new Words()))) {
            String token = wanted(tegula.blindTokens(other), BlindTokens.all("an"))
                    .get(0)
                    .substring(0, 16);
            assertThat(seen.add(token)).as(other.toString()).isTrue();
        }
        byte[] index = tegula.blindIndex("patient.name", String.class)
                .compute("an", NONE)
                .bytes();
        assertThat(seen).doesNotContain(HexFormat.of().formatHex(index, 0, 8));
    }

    @Test
    void context_ofAnotherKind_isRefused() {
        FieldTokens each = tegula.blindTokens(tokens.spec().withKeyPerTenant());

        assertThatThrownBy(() -> tokens.compute("a", Context.tenant("acme"))).isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> each.compute("a", NONE)).isInstanceOf(MalformedException.class);
        assertThat(each.compute("a", Context.tenant("acme"))).isNotEqualTo(each.compute("a", Context.tenant("zeta")));
    }

    @Test
    void parameters_withAPendingKey_areOfBoth() {
        byte[][] before = stored(tokens, NAME);
        Scope scope = Scope.index(tokens.spec().field(), TenantId.none());
        KeyLifecycle lifecycle = tegula.lifecycle(row -> new KeyUses.Uses(new TreeMap<>(), List.of(), true));
        KeyRow second = lifecycle.prepareNextIndex(scope, "main").row();
        lifecycle.backup(List.of(second.keyId()), rows -> {});
        tegula.keyring().forget();

        List<byte[][]> all = tokens.parameters(BlindTokens.all("anna"), NONE);
        assertThat(all.get(0)).isNotEqualTo(all.get(1));
        assertThat(all.get(2)).isNull();
        assertThat(tokens.parameters(BlindTokens.any("anna"), NONE).get(FieldTokens.PARAMETERS - 1))
                .hasNumberOfRows(2);
        tokens.verify(before, NAME, NONE);
        assertThatThrownBy(() -> lifecycle.activate(second.keyId())).isInstanceOf(RefusedException.class);
    }

    @Test
    void next_underTheFirstKey_isNull_andThenNamesTheNewestKey() {
        assertThat(tokens.computeNext(NAME, NONE)).isNull();
        tokens.verifyNext(null, NAME, NONE);
        KeyLifecycle lifecycle = tegula.lifecycle(row -> new KeyUses.Uses(new TreeMap<>(), List.of(), true));
        KeyRow second = lifecycle
                .prepareNextIndex(Scope.index(tokens.spec().field(), TenantId.none()), "main")
                .row();
        tegula.keyring().forget();

        byte[][] next = tokens.computeNext(NAME, NONE).bytes();

        assertThat(next[0]).isEqualTo(second.keyId().bytes());
        List<String> under = hex(Arrays.copyOfRange(next, 1, next.length));
        assertThat(under)
                .hasSameSizeAs(stored(tokens, NAME))
                .containsAll(
                        hex(tokens.parameters(BlindTokens.all("anna"), NONE).get(1)))
                .doesNotContainAnyElementsOf(hex(stored(tokens, NAME)));
        assertThat(tokens.computeNext(null, NONE)).isNull();
        tokens.verifyNext(next, NAME, NONE);
        byte[][] ofNobody = next.clone();
        ofNobody[0] = new byte[32];
        tokens.verifyNext(ofNobody, NAME, NONE);
        byte[][] underTheFirst = stored(tokens, NAME);
        for (byte[][] wrong : List.of(
                tokens.computeNext(NAME + " more", NONE).bytes(),
                Arrays.copyOf(next, next.length - 1),
                Arrays.copyOf(next, 1),
                underTheFirst,
                new byte[0][])) {
            assertThatThrownBy(() -> tokens.verifyNext(wrong, NAME, NONE))
                    .isInstanceOf(IntegrityException.class)
                    .hasMessageNotContaining("CANARY");
        }
        assertThatThrownBy(() -> tokens.verifyNext(next, null, NONE)).isInstanceOf(IntegrityException.class);
    }

    /**
     * The statement is cached with so many parameters; a key more would find nothing, and say nothing. A next key under each KEK is
     * the way to so many.
     */
    @Test
    void parameters_withAsManyKeysAsSlots_areOfAll_andWithOneMoreAreRefused() {
        LocalKms kms = new LocalKms();
        TegulaBuilder builder =
                Tegula.builder("test").registry(new InMemoryKeyRegistry()).development();
        builder.kek("main", kms, "main");
        for (int version = 2; version <= FieldTokens.PARAMETERS; version++) {
            builder.kek("kek" + version, kms, "main" + version);
        }
        try (Tegula many = builder.build()) {
            FieldTokens wanted = many.blindTokens(tokens.spec());
            Scope scope = Scope.index(tokens.spec().field(), TenantId.none());
            KeyLifecycle lifecycle = many.lifecycle(row -> new KeyUses.Uses(new TreeMap<>(), List.of(), true));
            lifecycle.provide(scope, "main");
            for (int version = 2; version < FieldTokens.PARAMETERS; version++) {
                lifecycle.prepareNextIndex(scope, "kek" + version);
            }

            List<byte[][]> all = wanted.parameters(BlindTokens.all("anna"), NONE);
            assertThat(all.subList(0, FieldTokens.PARAMETERS - 1))
                    .doesNotContainNull()
                    .extracting(FieldTokensTest::hex)
                    .doesNotHaveDuplicates();

            lifecycle.prepareNextIndex(scope, "kek" + FieldTokens.PARAMETERS);
            many.keyring().forget();
            assertThatThrownBy(() -> wanted.parameters(BlindTokens.all("anna"), NONE))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("patient.name has " + FieldTokens.PARAMETERS + " live keys")
                    .hasMessageContaining("tegula keys list patient.name")
                    .hasMessageNotContaining("anna");
        }
    }

    @Test
    void text_withTooManyTokens_isRefused() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i <= TokenSpec.MAX_TOKENS; i++) {
            text.append(" w").append(i);
        }
        assertThatThrownBy(() -> tokens.compute(text.toString(), NONE))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("at most 4096 different tokens, and this has 4097");
    }

    /** A tokeniser that fails. */
    private record Broken(String id, int version) implements Tokenizer {
        @Override
        public Set<String> tokens(String value) {
            return Set.of(LocalDate.parse(value).toString());
        }
    }

    @Test
    void tokeniser_thatFails_quotesNothing() {
        FieldTokens broken = tegula.blindTokens(TokenSpec.of("patient.name", new Broken("clinic.broken", 1)));

        assertThatThrownBy(() -> broken.compute(NAME, NONE))
                .isInstanceOf(ValueException.class)
                .hasNoCause()
                .hasMessageContaining("DateTimeParseException")
                .hasMessageNotContaining("CANARY");
        assertThatThrownBy(() -> tokens.compute("CANARY\u1c89", NONE))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("Unicode 13")
                .hasMessageNotContaining("CANARY");
    }

    @Test
    void spec_ofWhatHasNoTokens_isRefused() {
        assertThatThrownBy(() -> TokenSpec.of("patient.name", new Broken("tegula.words", 1)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("are Tegula's");
        assertThatThrownBy(() -> TokenSpec.of("patient.name", new Broken("a".repeat(81), 1)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("at most 80 characters");
        assertThatThrownBy(() -> TokenSpec.of("patient.name", new Broken("clinic.x", 0)))
                .isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> tokens.spec().cutToBytes(1)).isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> tokens.spec().cutToBytes(33)).isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> tokens.spec().padToMultiple(65)).isInstanceOf(MalformedException.class);
        assertThat(tokens.spec()).hasToString("TokenSpec[patient.name tegula.words v1, 8 bytes, multiples of 8]");
    }
}
