package dev.tegula.value;

import dev.tegula.envelope.StrictText;

/** A JSON text as it is stored, without looking into it; the codecs of documents are in the Hibernate module. */
public final class JsonText {

    private JsonText() {}

    /** Its codec. */
    public static ValueCodec<String> codec() {
        return new Encoding<>(
                "JSON", ValueType.JSON, v -> StrictText.encode("value", v), (stored, b) -> TextCodecs.text(b));
    }
}
