package com.example.kms;

import dev.tegula.failure.CannotOpenException;
import dev.tegula.failure.MalformedException;
import dev.tegula.kms.Kek;
import dev.tegula.kms.KekStatus;
import dev.tegula.kms.WrapContext;
import dev.tegula.kms.WrappedKey;
import java.security.GeneralSecurityException;
import java.util.Arrays;

// docs:begin own-kek
record MasterKeyKek(MasterKeyKms kms, String key) implements Kek {

    private static final String ONLY_VERSION = "1";

    @Override
    public String provider() {
        return MasterKeyKms.PROVIDER;
    }

    @Override
    public WrappedKey wrap(byte[] root, WrapContext context) {
        if (root.length != 32) {
            throw new MalformedException(
                    MalformedException.Kind.ROOT, "A root has 32 bytes, this one has " + root.length + ".");
        }
        try {
            return WrappedKey.copyOf(kms.aead(key).encrypt(root, context.digest()), ONLY_VERSION);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JVM has no AES-256-GCM", e);
        }
    }

    @Override
    public byte[] unwrap(WrappedKey wrapped, WrapContext context) {
        try {
            return kms.aead(key).decrypt(wrapped.bytes(), context.digest());
        } catch (GeneralSecurityException e) {
            throw new CannotOpenException(context.field());
        }
    }

    @Override
    public WrappedKey rewrap(WrappedKey wrapped, WrapContext context) {
        byte[] root = unwrap(wrapped, context);
        try {
            return wrap(root, context);
        } finally {
            Arrays.fill(root, (byte) 0);
        }
    }

    @Override
    public KekStatus status() {
        kms.aead(key);
        return new KekStatus(ONLY_VERSION, true, "derived from the master key of this host");
    }
}
// docs:end own-kek
