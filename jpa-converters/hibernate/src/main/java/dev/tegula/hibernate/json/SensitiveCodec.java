package dev.tegula.hibernate.json;

import dev.tegula.value.Sensitive;
import dev.tegula.value.ValueCodec;
import dev.tegula.value.ValueType;

/** A codec's values inside a {@link Sensitive}; the bytes are the same. */
record SensitiveCodec<T>(ValueCodec<T> inside) implements ValueCodec<Sensitive<T>> {

    static <T> ValueCodec<Sensitive<T>> of(ValueCodec<T> inside) {
        return new SensitiveCodec<>(inside);
    }

    @Override
    public String javaType() {
        return "Sensitive<" + inside.javaType() + ">";
    }

    @Override
    public ValueType type() {
        return inside.type();
    }

    @Override
    public byte[] encode(Sensitive<T> value) {
        return inside.encode(value.value());
    }

    @Override
    public Sensitive<T> decode(ValueType stored, byte[] source, int offset, int length) {
        return new Sensitive<>(inside.decode(stored, source, offset, length));
    }

    @Override
    public Sensitive<T> copy(Sensitive<T> value) {
        return new Sensitive<>(inside.copy(value.value()));
    }

    @Override
    public boolean mutable() {
        return inside.mutable();
    }
}
