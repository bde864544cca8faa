package dev.tegula.operations.index;

import dev.tegula.FieldCipher;
import dev.tegula.blindindex.IndexSpec;
import dev.tegula.blindindex.Normalizer;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.catalogue.IndexColumn;
import dev.tegula.failure.MalformedException;
import dev.tegula.failure.ValueException;
import dev.tegula.operations.reencrypt.RunControl;
import dev.tegula.operations.reencrypt.ValueReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Says from the values that are there what a blind index would find and what it would show, alone and beside the other indexes
 * of its table. Opens values, keeps none of them, and changes nothing. Thread-safe.
 */
public final class IndexPlanner {

    private static final int FIRST_ROWS = 1_024;

    private final DataSource source;
    private final CatalogueIndexes known;

    /**
     * Of one database.
     *
     * @param source gives connections that may SELECT from the tables
     * @param known opens their values
     */
    public IndexPlanner(DataSource source, CatalogueIndexes known) {
        this.source = source;
        this.known = known;
    }

    /**
     * What was found.
     *
     * @param column the column with the values
     * @param normalizer how they were brought to one form
     * @param forecast what an index of them would be
     * @param beside the other indexes of the table that were added up with it
     * @param complete whether all rows were looked at, and not only the first
     */
    public record Plan(
            EncryptedColumn column,
            Normalizer<?> normalizer,
            IndexForecast forecast,
            List<IndexColumn> beside,
            boolean complete) {

        /** Copies the list. */
        public Plan {
            beside = List.copyOf(beside);
        }
    }

    /**
     * Plans an index of one column.
     *
     * @param normalizer brings equal values to one form
     * @param beside the other indexes of the table; those whose values are elsewhere, and blind tokens, are left out
     * @param rows how many rows are looked at, about; at most 2 to the power of 30
     * @throws dev.tegula.failure.ConfigurationException if a value cannot be opened or indexed here
     */
    public Plan plan(
            EncryptedColumn column, Normalizer<?> normalizer, List<IndexColumn> beside, long rows, RunControl control) {
        Table table = new Table();
        Shown candidate = table.add(known.part(column, normalizer));
        List<IndexColumn> added = new ArrayList<>();
        List<Shown> others = new ArrayList<>();
        for (IndexColumn index : beside) {
            if (!index.holdsTokens()
                    && index.parts().stream().allMatch(part -> part.column().isPresent())) {
                others.add(table.add(index));
                added.add(index);
            }
        }
        Digests digests = new Digests();
        Collected collected = new Collected();
        boolean complete = new ValueReader(source)
                .read(
                        table.columns,
                        table.ciphers,
                        Math.min(rows, 1L << 30),
                        control,
                        (List<@Nullable Object> values) -> {
                            OptionalLong own = candidate.of(values, digests);
                            if (own.isPresent()) {
                                long together = 0;
                                for (Shown other : others) {
                                    together = Digests.mixed(
                                            together, other.of(values, digests).orElse(0));
                                }
                                collected.add(own.getAsLong(), together);
                            }
                        });
        return new Plan(column, normalizer, collected.forecast(), added, complete);
    }

    /** The columns that are read, each once. */
    private final class Table {

        private final List<EncryptedColumn> columns = new ArrayList<>();
        private final List<FieldCipher<?>> ciphers = new ArrayList<>();

        Shown add(CatalogueIndexes.Part part) {
            return new Shown(IndexSpec.ofAll(List.of(part.indexed())), List.of(place(part)), Long.SIZE);
        }

        Shown add(IndexColumn index) {
            List<CatalogueIndexes.Part> parts = known.parts(index);
            return new Shown(
                    IndexSpec.ofAll(
                            parts.stream().map(CatalogueIndexes.Part::indexed).toList()),
                    parts.stream().map(this::place).toList(),
                    index.bits());
        }

        private int place(CatalogueIndexes.Part part) {
            int at = columns.indexOf(part.column());
            if (at < 0) {
                columns.add(part.column());
                ciphers.add(part.cipher());
                return columns.size() - 1;
            }
            return at;
        }
    }

    /** What an index shows of a row. */
    private record Shown(IndexSpec<List<?>> spec, List<Integer> places, int bits) {

        OptionalLong of(List<@Nullable Object> row, Digests digests) {
            List<@Nullable Object> values = new ArrayList<>();
            places.forEach(place -> values.add(row.get(place)));
            if (values.stream().anyMatch(Objects::isNull)) {
                return OptionalLong.empty();
            }
            try {
                long digest = digests.of(spec.input(values));
                return OptionalLong.of(bits >= Long.SIZE ? digest : digest >>> (Long.SIZE - bits));
            } catch (MalformedException | ValueException refused) {
                return OptionalLong.empty();
            }
        }
    }

    /** Two numbers a row, and nothing else. */
    private static final class Collected {

        private long[] own = new long[FIRST_ROWS];
        private long[] others = new long[FIRST_ROWS];
        private int size;

        void add(long digest, long together) {
            if (size == own.length) {
                own = Arrays.copyOf(own, 2 * size);
                others = Arrays.copyOf(others, 2 * size);
            }
            own[size] = digest;
            others[size] = together;
            size++;
        }

        IndexForecast forecast() {
            return IndexForecast.of(Arrays.copyOf(own, size), Arrays.copyOf(others, size));
        }
    }
}
