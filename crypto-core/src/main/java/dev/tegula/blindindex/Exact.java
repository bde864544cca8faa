package dev.tegula.blindindex;

/** The value as it is; text compares by code points. Takes every type but floating point and JSON. */
public final class Exact implements Normalizer<Object> {

    /** Stateless. */
    public Exact() {}

    @Override
    public String id() {
        return "tegula.exact";
    }

    @Override
    public int version() {
        return 1;
    }

    @Override
    public Object normalize(Object value) {
        return value;
    }
}
