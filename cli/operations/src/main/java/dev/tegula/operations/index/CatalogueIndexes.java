package dev.tegula.operations.index;

import dev.tegula.FieldCipher;
import dev.tegula.FieldSpec;
import dev.tegula.Tegula;
import dev.tegula.blindindex.Exact;
import dev.tegula.blindindex.IndexPart;
import dev.tegula.blindindex.IndexSpec;
import dev.tegula.blindindex.Normalizer;
import dev.tegula.blindindex.Normalizers;
import dev.tegula.blindindex.TokenSpec;
import dev.tegula.blindindex.Tokenizer;
import dev.tegula.blindindex.Tokenizers;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.catalogue.IndexColumn;
import dev.tegula.config.ClassPathServices;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.ShellWord;
import dev.tegula.operations.reencrypt.IndexSource;
import dev.tegula.value.ValueCodec;
import dev.tegula.value.ValueCodecs;
import dev.tegula.value.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.stream.Stream;

/** Makes what fills and compares an index from the rows of the catalogue, without the application. Thread-safe. */
public final class CatalogueIndexes {

    private final Tegula tegula;
    private final List<EncryptedColumn> columns;
    private final List<Normalizer<?>> foreign;

    /**
     * Of one database.
     *
     * @param columns the encrypted columns of its catalogue
     * @param foreign normalisers that are not Tegula's
     */
    public CatalogueIndexes(Tegula tegula, List<EncryptedColumn> columns, List<Normalizer<?>> foreign) {
        this.tegula = tegula;
        this.columns = List.copyOf(columns);
        this.foreign = List.copyOf(foreign);
    }

    /**
     * The normalisers of the class path that are not Tegula's, found by {@link ClassPathServices}.
     *
     * @throws ConfigurationException for one that cannot be loaded
     */
    public static List<Normalizer<?>> normalizersOfClassPath() {
        List<Normalizer<?>> found = new ArrayList<>();
        ofClassPath(Normalizer.class, "normaliser").forEach(found::add);
        return List.copyOf(found);
    }

    private static <T> List<T> ofClassPath(Class<T> type, String what) {
        List<T> found = new ArrayList<>();
        try {
            found.addAll(ClassPathServices.of(type));
        } catch (ServiceConfigurationError | LinkageError e) {
            throw new ConfigurationException(
                    "A " + what + " on the class path cannot be loaded: " + e.getMessage()
                            + ". Mend its jar, or take it off the class path.",
                    e);
        }
        return List.copyOf(found);
    }

    /**
     * The columns with the values of an index, in the order of its parts.
     *
     * @throws ConfigurationException if they are in another table, or not in the catalogue
     */
    public static List<EncryptedColumn> values(IndexColumn index, List<EncryptedColumn> columns) {
        List<EncryptedColumn> values = new ArrayList<>();
        for (IndexColumn.Part part : index.parts()) {
            String column = part.column()
                    .orElseThrow(() -> new ConfigurationException(index.label() + " is an index of " + part.field()
                            + ", whose values are in another table; nothing but the application can compute it. Save its"
                            + " rows again there."));
            values.add(columns.stream()
                    .filter(known -> known.schema().equals(index.schema())
                            && known.table().equals(index.table())
                            && known.column().equals(column)
                            && known.field().equals(part.field()))
                    .findFirst()
                    .orElseThrow(() -> new ConfigurationException(index.label() + " is an index of " + part.field()
                            + " in column " + column + " of its table, which the catalogue does not have. Start the"
                            + " application once, so that it publishes both; or `tegula fields add " + part.field()
                            + " "
                            + ShellWord.of(index.schema() + "." + index.table() + "." + column) + " --type TYPE`.")));
        }
        return List.copyOf(values);
    }

    /**
     * What fills and compares an index.
     *
     * @throws ConfigurationException as {@link #values}; if its normaliser or tokeniser is not known here, or takes what only the
     *     application has; if its values are bound to their rows, or nobody knows whose they are
     */
    public IndexSource source(IndexColumn index) {
        return (index.holdsTokens() ? tokens(index) : whole(index)).withNext(index.next());
    }

    private IndexSource whole(IndexColumn index) {
        List<Part> parts = parts(index);
        IndexSpec<List<?>> spec = IndexSpec.ofAll(
                        parts.stream().map(Part::indexed).toList())
                .named(index.name())
                .cutTo(index.bits());
        return IndexSource.ofAll(
                parts.stream().map(Part::column).toList(),
                parts.stream().<FieldCipher<?>>map(Part::cipher).toList(),
                tegula.blindIndex(index.perTenant() ? spec.withKeyPerTenant() : spec),
                index.column());
    }

    private IndexSource tokens(IndexColumn index) {
        EncryptedColumn values = values(index, columns).get(0);
        if (values.type() != ValueType.STRING) {
            throw new ConfigurationException(values.label() + " holds " + values.type() + ", and " + index.label()
                    + " blind tokens, which only a text has. Start the application once, so that it publishes what it maps"
                    + " now.");
        }
        TokenSpec spec = TokenSpec.of(values.field().value(), tokenizer(index))
                .named(index.name())
                .cutToBytes(index.sizeBytes())
                .padToMultiple(index.tokens().step());
        return IndexSource.ofTokens(
                values,
                cipher(values, ValueCodecs.of(String.class)),
                tegula.blindTokens(index.perTenant() ? spec.withKeyPerTenant() : spec),
                index.column());
    }

    private static Tokenizer tokenizer(IndexColumn index) {
        String id = index.tokens().tokenizer();
        int version = index.parts().get(0).version();
        return Tokenizers.own(id, version)
                .or(() -> one(
                        "tokeniser",
                        id,
                        ofClassPath(Tokenizer.class, "tokeniser").stream()
                                .filter(known -> known.id().equals(id) && known.version() == version)
                                .toList()))
                .orElseThrow(() -> unknown(index, "tokeniser", id, version, Tokenizer.class));
    }

    /** None overrides another: an index computed by the wrong one finds nothing. */
    private static <T> Optional<T> one(String what, String id, List<T> found) {
        if (found.size() > 1) {
            throw new ConfigurationException(
                    "Two " + what + "s on the class path have the id `" + id + "` and one version: "
                            + found.get(0).getClass().getName() + " and "
                            + found.get(1).getClass().getName()
                            + ". Take one of them off the class path, or give it another id or version.");
        }
        return found.stream().findFirst();
    }

    private static ConfigurationException unknown(
            IndexColumn index, String what, String id, int version, Class<?> type) {
        return new ConfigurationException(index.label() + " uses the " + what + " " + id + " version " + version
                + ", which is not known here. Put the jar with"
                + " its class on the class path of the command line, as docs/kms-adapters.md does with an adapter (TEGULA_CLASS_PATH),"
                + " with the class named in META-INF/services/" + type.getName()
                + "; or fill the index by IndexBackfill in a program.");
    }

    /**
     * A value that is indexed.
     *
     * @param column where it is
     * @param indexed how it is brought to one form
     * @param cipher what opens it
     */
    record Part(EncryptedColumn column, IndexPart indexed, FieldCipher<?> cipher) {}

    /** The values of an index, in the order of its parts; throws as {@link #source}. */
    List<Part> parts(IndexColumn index) {
        List<EncryptedColumn> values = values(index, columns);
        List<Part> parts = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            parts.add(part(
                    index.label(),
                    values.get(i),
                    normalizer(index, index.parts().get(i))));
        }
        return parts;
    }

    /** A column as one that is to be indexed; throws as {@link #source}. */
    Part part(EncryptedColumn column, Normalizer<?> normalizer) {
        return part("An index of " + column.label(), column, normalizer);
    }

    private Part part(String label, EncryptedColumn column, Normalizer<?> normalizer) {
        ValueCodec<?> codec = codec(label, column, normalizer);
        return new Part(column, new IndexPart(column.field(), codec, normalizer), cipher(column, codec));
    }

    /** The normaliser of an id: Tegula's, or one of the class path. */
    public Optional<Normalizer<?>> normalizer(String id) {
        return Stream.concat(Normalizers.own().stream(), foreign.stream())
                .filter(known -> known.id().equals(id))
                .reduce((older, newer) -> newer.version() > older.version() ? newer : older);
    }

    /** The ids of all normalisers that are known here. */
    public List<String> normalizerIds() {
        return Stream.concat(Normalizers.own().stream(), foreign.stream())
                .map(Normalizer::id)
                .distinct()
                .toList();
    }

    private <T> FieldCipher<T> cipher(EncryptedColumn column, ValueCodec<T> codec) {
        FieldSpec<T> spec = FieldSpec.of(column.field().value(), codec);
        return tegula.field(column.perTenant() ? spec.withKeyPerTenant() : spec);
    }

    private Normalizer<?> normalizer(IndexColumn index, IndexColumn.Part part) {
        Optional<Normalizer<?>> own = Normalizers.own(part.normalizer(), part.version());
        return own.or(() -> one(
                        "normaliser",
                        part.normalizer(),
                        foreign.stream()
                                .filter(known ->
                                        known.id().equals(part.normalizer()) && known.version() == part.version())
                                .toList()))
                .orElseThrow(() -> unknown(index, "normaliser", part.normalizer(), part.version(), Normalizer.class));
    }

    private static ValueCodec<?> codec(String label, EncryptedColumn column, Normalizer<?> normalizer) {
        if (column.type() == ValueType.ENUM) {
            if (!(normalizer instanceof Exact)) {
                throw new ConfigurationException(label + " normalises constants of an enum by " + normalizer.id()
                        + ", which needs the enum's class. Fill it by IndexBackfill in a program.");
            }
            return new ConstantNames();
        }
        return ValueCodecs.ofType(column.type())
                .orElseThrow(() -> new ConfigurationException(column.label() + " holds " + column.type()
                        + ", of which there is no blind index. Start the application once, so that it publishes what it"
                        + " maps now."));
    }

    /** Constants of an enum whose class is not here, by their names. */
    private static final class ConstantNames implements ValueCodec<String> {

        private final ValueCodec<String> text = ValueCodecs.of(String.class);

        @Override
        public String javaType() {
            return "enum";
        }

        @Override
        public ValueType type() {
            return ValueType.ENUM;
        }

        @Override
        public byte[] encode(String value) {
            return text.encode(value);
        }

        @Override
        public String decode(ValueType stored, byte[] source, int offset, int length) {
            return text.decode(ValueType.STRING, source, offset, length);
        }
    }
}
