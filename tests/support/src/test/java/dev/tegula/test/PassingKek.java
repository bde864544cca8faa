package dev.tegula.test;

import dev.tegula.kms.Kek;
import dev.tegula.kms.KekStatus;
import dev.tegula.kms.WrapContext;
import dev.tegula.kms.WrappedKey;

/** Passes every call on; what breaks the contract overrides one. */
abstract class PassingKek implements Kek {

    final Kek sound;

    PassingKek(Kek sound) {
        this.sound = sound;
    }

    @Override
    public String provider() {
        return sound.provider();
    }

    @Override
    public String key() {
        return sound.key();
    }

    @Override
    public WrappedKey wrap(byte[] root, WrapContext context) {
        return sound.wrap(root, context);
    }

    @Override
    public byte[] unwrap(WrappedKey wrapped, WrapContext context) {
        return sound.unwrap(wrapped, context);
    }

    @Override
    public WrappedKey rewrap(WrappedKey wrapped, WrapContext context) {
        return wrap(unwrap(wrapped, context), context);
    }

    @Override
    public KekStatus status() {
        return sound.status();
    }
}
