package dev.tegula.bench;

import dev.tegula.kms.Kek;
import dev.tegula.kms.KekStatus;
import dev.tegula.kms.WrapContext;
import dev.tegula.kms.WrappedKey;

/**
 * A KEK behind something that each call meets first. It does what a KMS of one key a call does; what is made of many at once is
 * the interface's own.
 */
record FrontedKek(Kek real, Runnable before) implements Kek {

    @Override
    public String provider() {
        return real.provider();
    }

    @Override
    public String key() {
        return real.key();
    }

    @Override
    public WrappedKey wrap(byte[] root, WrapContext context) {
        before.run();
        return real.wrap(root, context);
    }

    @Override
    public byte[] unwrap(WrappedKey wrapped, WrapContext context) {
        before.run();
        return real.unwrap(wrapped, context);
    }

    @Override
    public WrappedKey rewrap(WrappedKey wrapped, WrapContext context) {
        before.run();
        return real.rewrap(wrapped, context);
    }

    @Override
    public KekStatus status() {
        return real.status();
    }
}
