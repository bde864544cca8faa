package dev.tegula.bench;

import dev.tegula.Context;
import dev.tegula.FieldCipher;
import dev.tegula.FieldSpec;
import dev.tegula.Tegula;
import dev.tegula.hibernate.json.JsonCodec;
import dev.tegula.registry.InMemoryKeyRegistry;
import dev.tegula.test.MemoryKms;
import dev.tegula.value.ValueCodec;
import dev.tegula.value.ValueType;
import java.lang.reflect.Type;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What it costs to read a JSON value back before it is encrypted: the same value through the same codec, with and without
 * the look, alone and with the encryption around it. Arguments: rounds (41).
 */
public final class JsonBenchmark {

    /** Values of one round, so that each takes some ten milliseconds or more. */
    private static final int BYTES_PER_ROUND = 4 << 20;

    private static final int WARM_UP_ROUNDS = 25;

    private final Tegula tegula;
    private final int rounds;

    private JsonBenchmark(Tegula tegula, int rounds) {
        this.tegula = tegula;
        this.rounds = rounds;
    }

    /** Five properties. */
    record Address(String street, String city, int postcode, LocalDate since, boolean primary) {}

    /** A visit in the document. */
    record Visit(LocalDate day, String physician, List<String> codes, double charge, Address place) {}

    /** The document. */
    record History(String patient, List<Visit> visits) {}

    /** The holder of a generic type. */
    record Words(List<String> words) {}

    /** Runs all. */
    public static void main(String[] arguments) throws Exception {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 41;
        try (Tegula tegula = Tegula.builder("bench")
                .kek("main", MemoryKms.create(), "main")
                .registry(new InMemoryKeyRegistry())
                .development()
                .build()) {
            JsonBenchmark benchmark = new JsonBenchmark(tegula, rounds);
            Address address = new Address("12 St James's Square", "London", 10115, LocalDate.of(2024, 2, 29), true);
            List<Visit> visits = IntStream.range(0, 100)
                    .mapToObj(i -> new Visit(
                            LocalDate.of(2020, 1, 1).plusDays(i),
                            "Dr. Ada Lovelace",
                            List.of("A" + i, "B" + i),
                            i * 1.5,
                            address))
                    .toList();
            List<String> words =
                    IntStream.range(0, 1000).mapToObj(i -> "word number " + i).toList();
            benchmark.run("record of 5 properties", Address.class, address);
            benchmark.run("document", History.class, new History("Grace Hopper", visits));
            Type list = Words.class.getRecordComponents()[0].getGenericType();
            benchmark.run("list of 1000 strings", list, words);
        }
    }

    private <T> void run(String what, Type type, T value) throws Exception {
        @SuppressWarnings("unchecked")
        ValueCodec<T> codec = (ValueCodec<T>) JsonCodec.of(type);
        int bytes = codec.encode(value).length;
        int values = Math.max(1, BYTES_PER_ROUND / bytes);
        FieldCipher<T> read = tegula.field(FieldSpec.of("bench.read", codec));
        FieldCipher<T> unread = tegula.field(FieldSpec.of("bench.unread", new Unread<>(codec)));
        Rounds codecs = new Rounds(rounds)
                .with("encode", () -> repeat(values, () -> codec.encode(value)))
                .with(
                        "encode, read back",
                        () -> repeat(values, () -> {
                            byte[] encoded = codec.encode(value);
                            codec.requireReadable(encoded);
                            return encoded;
                        }));
        Rounds fields = new Rounds(rounds)
                .with("encode, encrypt", () -> repeat(values, () -> encrypt(unread, value)))
                .with("encode, read back, encrypt", () -> repeat(values, () -> encrypt(read, value)));
        codecs.warmUp(WARM_UP_ROUNDS).run(what + ", " + bytes + " bytes: JSON alone", values);
        fields.warmUp(WARM_UP_ROUNDS).run(what + ", " + bytes + " bytes: with encryption", values);
    }

    private static <T> byte[] encrypt(FieldCipher<T> field, T value) {
        return Benchmarks.present(field.encrypt(value, Context.noTenant()));
    }

    /** Makes bytes. */
    @FunctionalInterface
    private interface Work {
        byte[] run();
    }

    private static void repeat(int values, Work work) {
        long sum = 0;
        for (int i = 0; i < values; i++) {
            sum += work.run().length;
        }
        if (sum == 0) {
            throw new IllegalStateException("Nothing was made");
        }
    }

    /** The same codec without the look at what it wrote. */
    private record Unread<T>(ValueCodec<T> codec) implements ValueCodec<T> {

        @Override
        public String javaType() {
            return codec.javaType();
        }

        @Override
        public ValueType type() {
            return codec.type();
        }

        @Override
        public byte[] encode(T value) {
            return codec.encode(value);
        }

        @Override
        public T decode(ValueType stored, byte[] source, int offset, int length) {
            return codec.decode(stored, source, offset, length);
        }

        @Override
        public void requireReadable(byte[] encoded) {
            // What is measured is how much cheaper this is.
        }
    }
}
