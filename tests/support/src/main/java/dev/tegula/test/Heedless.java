package dev.tegula.test;

import dev.tegula.kms.Kek;
import dev.tegula.kms.KekStatus;
import dev.tegula.kms.WrapContext;
import dev.tegula.kms.WrappedKey;

/** A KEK that ignores context, as a transit key that is not derived does: the probe must refuse it. */
record Heedless(Kek kek, WrapContext always) implements Kek {

    @Override
    public String provider() {
        return kek.provider();
    }

    @Override
    public String key() {
        return kek.key();
    }

    @Override
    public WrappedKey wrap(byte[] root, WrapContext context) {
        return kek.wrap(root, always);
    }

    @Override
    public byte[] unwrap(WrappedKey wrapped, WrapContext context) {
        return kek.unwrap(wrapped, always);
    }

    @Override
    public WrappedKey rewrap(WrappedKey wrapped, WrapContext context) {
        return kek.rewrap(wrapped, always);
    }

    @Override
    public KekStatus status() {
        return kek.status();
    }
}
