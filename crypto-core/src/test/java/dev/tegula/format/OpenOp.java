package dev.tegula.format;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tegula.Context;
import dev.tegula.FieldSpec;
import dev.tegula.RowContexts;
import dev.tegula.Tegula;
import dev.tegula.envelope.Mode;
import dev.tegula.envelope.RowId;
import dev.tegula.envelope.Scope;
import dev.tegula.value.Inner;
import java.util.EnumSet;
import org.jspecify.annotations.Nullable;

/** Envelopes read by the engine, as an application reads them. */
final class OpenOp {

    private OpenOp() {}

    static void run(VectorFile file) {
        run(file, Mapped.named(file.text("type")));
    }

    private static <T> void run(VectorFile file, Mapped<T> mapped) {
        T value;
        try (Tegula tegula = Registered.engine(file.keys())) {
            Mode mode = mode(file);
            FieldSpec<T> spec =
                    new FieldSpec<>(file.scope().field(), mapped.codec(), mode, file.text("tenant") != null, true, 0);
            value = tegula.field(spec).decrypt(file.input("envelope"), context(file, mode));
        }
        if (file.outcome().equals("ok")) {
            String text = file.expectedNode("text").textValue();
            assertThat(value).isEqualTo(text == null ? null : mapped.parse().apply(text));
            rewrite(file, text);
        }
    }

    /** Writing the same value as the stored type gives the same inner, where a writer makes it at all. */
    private static void rewrite(VectorFile file, @Nullable String text) {
        JsonNode padToBytes = file.expectedNode("padToBytes");
        if (padToBytes.isNull()) {
            return;
        }
        byte[] inner = text == null
                ? Inner.encode(Mapped.named(file.text("type")).codec(), null, padToBytes.intValue())
                : ValueOps.encode(Mapped.named(file.expectedNode("stored").textValue()), text, padToBytes.intValue());
        assertThat(inner).isEqualTo(file.expected("inner"));
    }

    /** A reader has one mode; one that accepts both takes that of the envelope. */
    private static Mode mode(VectorFile file) {
        EnumSet<Mode> accepted = EnumSet.noneOf(Mode.class);
        file.input().required("accept").forEach(m -> accepted.add(Mode.valueOf(m.textValue())));
        byte[] envelope = file.input("envelope");
        return accepted.stream()
                .filter(m -> envelope.length > 1 && envelope[1] == m.id())
                .findFirst()
                .orElseGet(() -> accepted.iterator().next());
    }

    private static Context context(VectorFile file, Mode mode) {
        Scope scope = file.scope();
        Context context = Context.of(scope.tenant());
        return mode == Mode.ROW ? RowContexts.of(context, RowId.copyOf(file.input("rowId"))) : context;
    }
}
