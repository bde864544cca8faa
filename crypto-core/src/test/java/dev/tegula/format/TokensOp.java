package dev.tegula.format;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tegula.blindindex.BlindTokens;
import dev.tegula.blindindex.IndexDoor;
import dev.tegula.blindindex.Prefixes;
import dev.tegula.blindindex.TokenSpec;
import dev.tegula.blindindex.Tokenizer;
import dev.tegula.blindindex.Trigrams;
import dev.tegula.blindindex.Words;
import dev.tegula.cipher.CipherDoor;
import dev.tegula.cipher.IndexMac;
import dev.tegula.cipher.RootKey;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.Suite;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/** Blind tokens. */
final class TokensOp {

    private TokensOp() {}

    /** A tokeniser of a user, that takes nothing apart. */
    private record AsWritten(String id, int version) implements Tokenizer {
        @Override
        public Set<String> tokens(String value) {
            return Set.of(value);
        }
    }

    private static final class TwoToFour extends Prefixes {
        TwoToFour() {
            super(2, 4);
        }
    }

    static void run(VectorFile file) {
        String id = file.text("tokenizer");
        int version = file.input().required("version").intValue();
        Tokenizer tokenizer = List.of(new Words(), new TwoToFour(), new Trigrams()).stream()
                .filter(own -> own.id().equals(id) && own.version() == version)
                .findFirst()
                .orElseGet(() -> new AsWritten(id, version));
        int bits = file.input().required("bits").intValue();
        TokenSpec spec = TokenSpec.of(file.text("field"), tokenizer)
                .named(file.text("name"))
                .cutToBytes(bits % Byte.SIZE == 0 ? bits / Byte.SIZE : 0)
                .padToMultiple(file.input().required("step").intValue());
        Scope scope = Scope.index(spec.field(), VectorFile.tenant(file.text("tenant")));
        try (RootKey root = RootKey.takeOwnership(file.input("root"))) {
            IndexMac mac = IndexMac.of(root, Suite.XAES_256_GCM, scope);
            String text = file.text("text");
            byte[][] stored = spec.stored(mac, spec.items(text));
            String query = file.text("query");
            if (query != null) {
                looked(file, spec, mac, query);
            }
            assertThat(CipherDoor.indexKey(mac, IndexDoor.parameters(spec))).isEqualTo(file.expected("key"));
            assertThat(hex(stored)).isEqualTo(texts(file, "stored"));
            if (file.json().required("expected").has("next")) {
                assertThat(hex(spec.next(mac, spec.items(text)))).isEqualTo(texts(file, "next"));
            }
        }
    }

    private static void looked(VectorFile file, TokenSpec spec, IndexMac mac, String text) {
        BlindTokens query = file.input().required("any").booleanValue() ? BlindTokens.any(text) : BlindTokens.all(text);
        byte[][] wanted = spec.lookedFor(mac, spec.wanted(query));
        assertThat(hex(wanted)).isEqualTo(texts(file, "wanted"));
        assertThat(query.matches(spec.tokenizer(), file.text("text"))).isTrue();
    }

    private static List<String> hex(byte[][] tokens) {
        return List.of(tokens).stream().map(HexFormat.of()::formatHex).toList();
    }

    private static List<String> texts(VectorFile file, String member) {
        List<String> texts = new ArrayList<>();
        for (JsonNode text : file.json().required("expected").required(member)) {
            texts.add(text.textValue());
        }
        return texts;
    }
}
