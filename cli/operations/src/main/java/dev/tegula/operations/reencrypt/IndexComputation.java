package dev.tegula.operations.reencrypt;

import dev.tegula.Context;
import dev.tegula.FieldIndex;
import dev.tegula.FieldTokens;
import dev.tegula.blindindex.BlindIndex;
import dev.tegula.blindindex.BlindTokens;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What is computed of values that were opened, as one string of bytes. Each throws as {@link FieldIndex} and {@link FieldTokens} do. */
sealed interface IndexComputation {

    /** For the column. */
    byte[] of(List<?> values, Context context);

    /** For the next column; empty while there is but the first key. */
    Optional<byte[]> next(List<?> values, Context context);

    void verify(Cell stored, List<?> values, Context context);

    void verifyNext(Cell stored, List<?> values, Context context);

    boolean perTenant();

    /** A blind index. */
    record OfIndex<T>(FieldIndex<T> index, Function<List<?>, T> value) implements IndexComputation {

        @Override
        public byte[] of(List<?> values, Context context) {
            return computed(index.compute(value.apply(values), context)).bytes();
        }

        @Override
        public Optional<byte[]> next(List<?> values, Context context) {
            return Optional.ofNullable(index.computeNext(value.apply(values), context))
                    .map(BlindIndex::bytes);
        }

        @Override
        public void verify(Cell stored, List<?> values, Context context) {
            index.verifyLive(stored.value(), value.apply(values), context);
        }

        @Override
        public void verifyNext(Cell stored, List<?> values, Context context) {
            index.verifyNext(stored.value(), value.apply(values), context);
        }

        @Override
        public boolean perTenant() {
            return index.spec().perTenant();
        }
    }

    /** Blind tokens, the one behind the other. */
    record OfTokens(FieldTokens tokens) implements IndexComputation {

        @Override
        public byte[] of(List<?> values, Context context) {
            return joined(computed(tokens.compute((String) values.get(0), context)));
        }

        @Override
        public Optional<byte[]> next(List<?> values, Context context) {
            return Optional.ofNullable(tokens.computeNext((String) values.get(0), context))
                    .map(OfTokens::joined);
        }

        private static byte[] joined(BlindTokens computed) {
            ByteArrayOutputStream joined = new ByteArrayOutputStream();
            for (byte[] token : computed.bytes()) {
                joined.writeBytes(token);
            }
            return joined.toByteArray();
        }

        @Override
        public void verify(Cell stored, List<?> values, Context context) {
            tokens.verifyLive(IndexForm.tokens(stored.value()).orElse(new byte[0][]), (String) values.get(0), context);
        }

        @Override
        public void verifyNext(Cell stored, List<?> values, Context context) {
            tokens.verifyNext(IndexForm.tokens(stored.value()).orElse(new byte[0][]), (String) values.get(0), context);
        }

        @Override
        public boolean perTenant() {
            return tokens.spec().perTenant();
        }
    }

    private static <T> T computed(@Nullable T computed) {
        if (computed == null) {
            throw new IllegalStateException("Values that were opened are not null, and have an index");
        }
        return computed;
    }
}
