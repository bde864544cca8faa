package dev.tegula.format;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tegula.blindindex.DigitsOnly;
import dev.tegula.blindindex.Exact;
import dev.tegula.blindindex.IgnoreCase;
import dev.tegula.blindindex.IndexDoor;
import dev.tegula.blindindex.IndexPart;
import dev.tegula.blindindex.IndexSpec;
import dev.tegula.blindindex.Nfc;
import dev.tegula.blindindex.Normalizer;
import dev.tegula.cipher.CipherDoor;
import dev.tegula.cipher.IndexMac;
import dev.tegula.cipher.RootKey;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.Suite;
import java.util.ArrayList;
import java.util.List;

/** Blind indexes. */
final class IndexOp {

    private static final List<Normalizer<?>> OURS = List.of(new Exact(), new Nfc(), new IgnoreCase(), new DigitsOnly());

    private IndexOp() {}

    /** A normaliser of a user, that changes nothing. */
    private record AsWritten(String id, int version) implements Normalizer<Object> {
        @Override
        public Object normalize(Object value) {
            return value;
        }
    }

    static void run(VectorFile file) {
        List<IndexPart> parts = new ArrayList<>();
        List<Object> values = new ArrayList<>();
        for (JsonNode part : file.input().required("parts")) {
            Mapped<?> mapped = Mapped.named(part.required("type").textValue());
            parts.add(part(part, mapped));
            values.add(mapped.parse().apply(part.required("text").textValue()));
        }
        IndexSpec<List<?>> spec = IndexSpec.ofAll(parts)
                .named(file.text("name"))
                .cutTo(file.input().required("bits").intValue());
        Scope scope = Scope.index(spec.field(), VectorFile.tenant(file.text("tenant")));
        try (RootKey root = RootKey.takeOwnership(file.input("root"))) {
            IndexMac mac = IndexMac.of(root, Suite.XAES_256_GCM, scope);
            byte[] index = spec.compute(mac, spec.input(values));
            assertThat(CipherDoor.indexKey(mac, IndexDoor.parameters(spec))).isEqualTo(file.expected("key"));
            assertThat(index).isEqualTo(file.expected("index"));
        }
    }

    private static IndexPart part(JsonNode part, Mapped<?> mapped) {
        String id = part.required("normalizer").textValue();
        int version = part.required("version").intValue();
        Normalizer<?> ours = OURS.stream()
                .filter(n -> n.id().equals(id) && n.version() == version)
                .findFirst()
                .orElseGet(() -> new AsWritten(id, version));
        return new IndexPart(new FieldId(part.required("field").textValue()), mapped.codec(), ours);
    }
}
