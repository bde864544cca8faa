package dev.tegula.spring;

import dev.tegula.Context;
import dev.tegula.FieldSpec;
import dev.tegula.Tegula;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.catalogue.Misfit;
import dev.tegula.envelope.EnvelopeHead;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Mode;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.KeyUnknownException;
import dev.tegula.failure.TegulaException;
import dev.tegula.jdbc.CatalogueStore;
import dev.tegula.jdbc.Identifiers;
import dev.tegula.jdbc.PlaintextChecks;
import dev.tegula.jdbc.Transactions;
import dev.tegula.spring.EncryptedMappings.IndexColumn;
import dev.tegula.value.ValueCodec;
import dev.tegula.value.ValueType;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Compares the encrypted columns of a mapping with their database: their types, keys, checks, and one value of each. */
final class ColumnCheck {

    private static final Logger LOG = LoggerFactory.getLogger(ColumnCheck.class);

    private static final String SEED =
            " It looks like text in clear. Did a script such as data.sql write it? In development"
                    + " `tegula.seed: encrypt` encrypts such rows.";

    /** No such table or column, or no right to see it. */
    private static final Set<String> MISSING = Set.of("42P01", "42703", "42501", "3F000");

    private final Tegula tegula;
    private final boolean makesKeys;
    private final boolean missingCheckFails;
    private final Transactions transactions;
    private final CatalogueStore store;
    private final List<TegulaException> problems = new ArrayList<>();

    ColumnCheck(Tegula tegula, boolean makesKeys, boolean missingCheckFails, DataSource database) {
        this.tegula = tegula;
        this.makesKeys = makesKeys;
        this.missingCheckFails = missingCheckFails;
        this.transactions = new Transactions(database);
        this.store = new CatalogueStore(transactions, tegula.seal());
    }

    /** What is wrong, in the order of the columns. */
    List<TegulaException> run(List<EncryptedColumn> columns, List<IndexColumn> indexes) {
        Set<String> misfit = new TreeSet<>();
        for (Misfit found : store.misfits(columns)) {
            misfit.add(found.column().label());
            problems.add(problem(found.column(), found.why()));
        }
        if (!makesKeys) {
            columns.stream()
                    .filter(column -> !column.perTenant())
                    .map(EncryptedColumn::field)
                    .distinct()
                    .filter(field -> tegula.registry()
                            .active(Scope.data(field, TenantId.none()))
                            .isEmpty())
                    .forEach(field -> problems.add(new KeyUnknownException(field
                            + " has no ACTIVE key. An operator makes one: `tegula keys create " + field
                            + " --activate`.")));
        }
        List<EncryptedColumn> sound = columns.stream()
                .filter(column -> !misfit.contains(column.label()))
                .toList();
        sound.forEach(this::open);
        sound.forEach(this::fence);
        indexes.forEach(this::index);
        unchecked(sound);
        return problems;
    }

    private static ConfigurationException problem(EncryptedColumn column, String why) {
        String origin = column.origin().isEmpty() ? "" : " (" + column.origin() + ")";
        return new ConfigurationException(column.label() + origin + ": " + why);
    }

    /** One value; of a field with a key for each tenant with the tenant of its row, if the table has it. */
    private void open(EncryptedColumn column) {
        Sample sample = first(column);
        if (sample == null) {
            return;
        }
        try {
            EnvelopeHead.of(column.field().value(), sample.value);
            if (column.mode() != Mode.FIELD || (column.perTenant() && sample.tenant == null)) {
                return; // bound to what is not known here
            }
            FieldSpec<Boolean> spec = FieldSpec.of(column.field().value(), new AnyValue(column.type()));
            if (sample.tenant == null) {
                tegula.field(spec).decrypt(sample.value, Context.noTenant());
            } else {
                tegula.field(spec.withKeyPerTenant()).decrypt(sample.value, Context.tenant(sample.tenant));
            }
        } catch (TegulaException e) {
            problems.add(new ConfigurationException(
                    column.label() + " holds a value that does not open: " + e.getMessage()
                            + (isText(sample) ? SEED : ""),
                    e));
        }
    }

    /** Whether it looks like what a script wrote. */
    private static boolean isText(Sample sample) {
        byte[] value = sample.value;
        return value.length > 0 && value[0] >= ' ' && value[0] < 0x7f;
    }

    /** One value, and whose it is, if the table says so. */
    private static final class Sample {

        final byte[] value;
        final @Nullable String tenant;

        Sample(byte[] value, @Nullable String tenant) {
            this.value = value;
            this.tenant = tenant;
        }
    }

    private @Nullable Sample first(EncryptedColumn column) {
        String name = Identifiers.quote(column.column());
        String tenant = column.tenantColumn().map(Identifiers::quote).orElse("NULL");
        String sql = "SELECT " + name + ", " + tenant + " FROM " + Identifiers.quote(column.schema()) + "."
                + Identifiers.quote(column.table()) + " WHERE " + name + " IS NOT NULL LIMIT 1";
        return transactions
                .read(session -> {
                    try (PreparedStatement select = session.prepare(sql);
                            ResultSet row = select.executeQuery()) {
                        return Optional.ofNullable(row.next() ? new Sample(row.getBytes(1), row.getString(2)) : null);
                    }
                })
                .orElse(null);
    }

    /** What would refuse every write. */
    private void fence(EncryptedColumn column) {
        Map<KeyId, String> refused = transactions.read(session -> FenceLook.refused(session, column));
        FenceLook.problem(tegula, column, refused).ifPresent(problems::add);
    }

    /** Under the names that Hibernate uses in its own statements. */
    private void index(IndexColumn index) {
        String sql = "SELECT " + index.column() + " FROM " + index.table() + " WHERE 1 = 0";
        String wrong = transactions.read(session -> {
            try (PreparedStatement select = session.prepare(sql);
                    ResultSet none = select.executeQuery()) {
                String type = none.getMetaData().getColumnTypeName(1);
                return index.tokens() ? wrongArray(type) : wrongBytes(type);
            } catch (SQLException e) {
                if (!MISSING.contains(String.valueOf(e.getSQLState()))) {
                    throw e;
                }
                session.rollback();
                return "is not there, or this login may not see it; bytea" + (index.tokens() ? "[]" : "")
                        + " was expected";
            }
        });
        if (!wrong.isEmpty()) {
            problems.add(new ConfigurationException((index.tokens() ? "The blind tokens " : "The blind index ")
                    + index.attribute() + (index.tokens() ? " need" : " needs") + " the column " + index.column()
                    + " of " + index.table() + ", which " + wrong
                    + ". Add it in a migration of the application, and save the rows that are there again."));
        }
    }

    private static String wrongBytes(String type) {
        return type.equals("bytea") || type.equals("bytes") ? "" : "is " + type + "; bytea was expected";
    }

    /** The driver puts an underscore before the name of an array's elements. */
    private static String wrongArray(String type) {
        return type.equals("_bytea") || type.equals("_bytes") ? "" : "is " + type + "; bytea[] was expected";
    }

    /** Only told, unless a property says otherwise: an application works without. */
    private void unchecked(List<EncryptedColumn> columns) {
        String bare = columns.stream()
                .filter(column -> !PlaintextChecks.keepsOut(transactions, column))
                .map(EncryptedColumn::label)
                .collect(Collectors.joining(", "));
        if (bare.isEmpty()) {
            return;
        }
        String said = "No CHECK keeps plaintext out of " + bare + ". `tegula schema checks` prints what to add.";
        if (missingCheckFails) {
            problems.add(new ConfigurationException(said));
        } else {
            LOG.warn("{}", said);
        }
    }

    /** Reads a value up to its type, and makes nothing of it. */
    private record AnyValue(ValueType type) implements ValueCodec<Boolean> {

        @Override
        public String javaType() {
            return "any " + type;
        }

        @Override
        public byte[] encode(Boolean value) {
            throw new UnsupportedOperationException("A check writes nothing");
        }

        @Override
        public Boolean decode(ValueType stored, byte[] source, int offset, int length) {
            return Boolean.TRUE;
        }
    }
}
