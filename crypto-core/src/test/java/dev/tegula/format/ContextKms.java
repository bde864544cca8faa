package dev.tegula.format;

import dev.tegula.failure.CannotOpenException;
import dev.tegula.kms.Kek;
import dev.tegula.kms.KekStatus;
import dev.tegula.kms.Kms;
import dev.tegula.kms.WrapContext;
import dev.tegula.kms.WrappedKey;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** A KMS that hides nothing, but refuses another context as every real one does. */
final class ContextKms implements Kms {

    private static final int DIGEST_BYTES = 32;

    @Override
    public String provider() {
        return "vectors";
    }

    @Override
    public Kek kek(String key) {
        return new ContextKek(key);
    }

    @Override
    public void close() {
        // holds nothing
    }

    private record ContextKek(String key) implements Kek {

        @Override
        public String provider() {
            return "vectors";
        }

        @Override
        public WrappedKey wrap(byte[] root, WrapContext context) {
            byte[] bytes = ByteBuffer.allocate(DIGEST_BYTES + root.length)
                    .put(context.digest())
                    .put(root)
                    .array();
            return WrappedKey.copyOf(bytes, "1");
        }

        @Override
        public byte[] unwrap(WrappedKey wrapped, WrapContext context) {
            byte[] bytes = wrapped.bytes();
            if (!Arrays.equals(Arrays.copyOf(bytes, DIGEST_BYTES), context.digest())) {
                throw new CannotOpenException(context.field());
            }
            return Arrays.copyOfRange(bytes, DIGEST_BYTES, bytes.length);
        }

        @Override
        public WrappedKey rewrap(WrappedKey wrapped, WrapContext context) {
            return wrap(unwrap(wrapped, context), context);
        }

        @Override
        public KekStatus status() {
            return new KekStatus("1", true, "keeps roots in clear, for vectors only");
        }
    }
}
