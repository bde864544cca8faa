package dev.tegula.config;

import dev.tegula.kms.BoundKey;
import dev.tegula.kms.Kek;
import dev.tegula.kms.KekResult;
import dev.tegula.kms.KekStatus;
import dev.tegula.kms.Kms;
import dev.tegula.kms.WrapContext;
import dev.tegula.kms.WrappedKey;
import java.util.List;
import java.util.function.Supplier;

/** What somebody else's adapter opened, held to its contract in every call. */
final class CheckedKms implements Kms {

    private final KmsAdapter adapter;
    private final Kms kms;

    CheckedKms(KmsAdapter adapter, Kms kms) {
        this.adapter = adapter;
        this.kms = kms;
    }

    @Override
    public String provider() {
        return adapter.answer("provider()", kms::provider);
    }

    @Override
    public Kek kek(String key) {
        return new CheckedKek(adapter.answer("kek(`" + key + "`)", () -> kms.kek(key)));
    }

    @Override
    public void close() {
        adapter.answer("close()", () -> {
            kms.close();
            return true;
        });
    }

    private final class CheckedKek implements Kek {

        private final Kek kek;

        CheckedKek(Kek kek) {
            this.kek = kek;
        }

        /** An adapter moves keys inside its service only if it knows its own. */
        private static Kek asMade(Kek kek) {
            return kek instanceof CheckedKek checked ? checked.kek : kek;
        }

        /** As many results as there are keys, none of them null. */
        private <T> List<KekResult<T>> all(String call, int keys, Supplier<List<KekResult<T>>> asked) {
            return adapter.answer(call, () -> {
                List<KekResult<T>> results = asked.get();
                if (results == null) {
                    return null;
                }
                if (results.size() != keys) {
                    throw new IllegalStateException(results.size() + " results of " + keys + " keys");
                }
                return List.copyOf(results);
            });
        }

        @Override
        public String provider() {
            return adapter.answer("provider() of a KEK", kek::provider);
        }

        @Override
        public String key() {
            return adapter.answer("key()", kek::key);
        }

        @Override
        public WrappedKey wrap(byte[] root, WrapContext context) {
            return adapter.answer("wrap", () -> kek.wrap(root, context));
        }

        @Override
        public byte[] unwrap(WrappedKey wrapped, WrapContext context) {
            return adapter.answer("unwrap", () -> kek.unwrap(wrapped, context));
        }

        @Override
        public WrappedKey rewrap(WrappedKey wrapped, WrapContext context) {
            return adapter.answer("rewrap", () -> kek.rewrap(wrapped, context));
        }

        @Override
        public WrappedKey rewrapFrom(Kek from, WrappedKey wrapped, WrapContext context) {
            return adapter.answer("rewrapFrom", () -> kek.rewrapFrom(asMade(from), wrapped, context));
        }

        @Override
        public List<KekResult<WrappedKey>> wrapAll(List<byte[]> roots, List<WrapContext> contexts) {
            Kek.requireAsMany(roots, contexts);
            return all("wrapAll", roots.size(), () -> kek.wrapAll(roots, contexts));
        }

        @Override
        public List<KekResult<byte[]>> unwrapAll(List<BoundKey> keys) {
            return all("unwrapAll", keys.size(), () -> kek.unwrapAll(keys));
        }

        @Override
        public List<KekResult<WrappedKey>> rewrapAll(List<BoundKey> keys) {
            return all("rewrapAll", keys.size(), () -> kek.rewrapAll(keys));
        }

        @Override
        public List<KekResult<WrappedKey>> rewrapAllFrom(Kek from, List<BoundKey> keys) {
            return all("rewrapAllFrom", keys.size(), () -> kek.rewrapAllFrom(asMade(from), keys));
        }

        @Override
        public KekStatus status() {
            return adapter.answer("status()", kek::status);
        }
    }
}
