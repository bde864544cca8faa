package dev.tegula.registry;

import dev.tegula.kms.Kek;
import dev.tegula.kms.KekStatus;
import dev.tegula.kms.WrapContext;
import dev.tegula.kms.WrappedKey;
import java.util.ArrayList;
import java.util.List;

/** Keeps the arrays that went through it. */
final class KeepingKek implements Kek {
    private final Kek inner;
    final List<byte[]> handedOver = new ArrayList<>();
    final List<byte[]> givenBack = new ArrayList<>();
    boolean heedless;
    byte[] comeBack;
    private WrapContext first;

    KeepingKek(Kek inner) {
        this.inner = inner;
    }

    @Override
    public String provider() {
        return inner.provider();
    }

    @Override
    public String key() {
        return inner.key();
    }

    @Override
    public WrappedKey wrap(byte[] root, WrapContext context) {
        handedOver.add(root);
        return inner.wrap(root, context);
    }

    @Override
    public byte[] unwrap(WrappedKey wrapped, WrapContext context) {
        first = first == null ? context : first;
        byte[] opened = inner.unwrap(wrapped, heedless ? first : context);
        byte[] root = comeBack == null ? opened : comeBack;
        givenBack.add(root);
        return root;
    }

    @Override
    public WrappedKey rewrap(WrappedKey wrapped, WrapContext context) {
        return inner.rewrap(wrapped, context);
    }

    @Override
    public KekStatus status() {
        return inner.status();
    }
}
