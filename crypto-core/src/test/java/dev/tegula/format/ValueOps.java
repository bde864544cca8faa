package dev.tegula.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.value.Inner;

/** Values to bytes. */
final class ValueOps {

    private ValueOps() {}

    static void encode(VectorFile file) {
        Mapped<?> mapped = Mapped.named(file.text("type"));
        byte[] inner = encode(
                mapped, file.text("text"), file.input().required("padToBytes").intValue());
        assertThat(inner).isEqualTo(file.expected("inner"));
    }

    static <T> byte[] encode(Mapped<T> mapped, String text, int padToBytes) {
        return Inner.encode(mapped.codec(), mapped.parse().apply(text), padToBytes);
    }
}
