package dev.tegula.spring;

import dev.tegula.FieldSpec;
import dev.tegula.Tegula;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.catalogue.Misfit;
import dev.tegula.envelope.EnvelopeHead;
import dev.tegula.envelope.Mode;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.KeyUnknownException;
import dev.tegula.failure.TegulaException;
import dev.tegula.jdbc.CatalogueStore;
import dev.tegula.jdbc.Identifiers;
import dev.tegula.jdbc.Transactions;
import dev.tegula.value.ValueCodec;
import dev.tegula.value.ValueType;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
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

    private static final String CHECKED = """
            SELECT EXISTS (SELECT 1 FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
              JOIN pg_namespace n ON n.oid = c.relnamespace
              JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (k.conkey)
              WHERE n.nspname = ? AND c.relname = ? AND a.attname = ? AND k.contype = 'c'
                AND pg_get_constraintdef(k.oid) LIKE '%get_byte(%' AND pg_get_constraintdef(k.oid) LIKE '%length(%')""";

    private final Tegula tegula;
    private final boolean makesKeys;
    private final Transactions transactions;
    private final CatalogueStore store;
    private final List<TegulaException> problems = new ArrayList<>();

    ColumnCheck(Tegula tegula, boolean makesKeys, DataSource database) {
        this.tegula = tegula;
        this.makesKeys = makesKeys;
        this.transactions = new Transactions(database);
        this.store = new CatalogueStore(transactions, tegula.seal());
    }

    /** What is wrong, in the order of the columns. */
    List<TegulaException> run(List<EncryptedColumn> columns) {
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
        unchecked(sound);
        return problems;
    }

    private static ConfigurationException problem(EncryptedColumn column, String why) {
        String origin = column.origin().isEmpty() ? "" : " (" + column.origin() + ")";
        return new ConfigurationException(column.label() + origin + ": " + why);
    }

    /** One value: of a field with a key for each tenant only its head, because the tenant of a row is not known here. */
    private void open(EncryptedColumn column) {
        byte @Nullable [] value = first(column);
        if (value == null || column.mode() != Mode.FIELD) {
            return;
        }
        try {
            EnvelopeHead.of(column.field().value(), value);
            if (!column.perTenant()) {
                tegula.field(FieldSpec.of(column.field().value(), new AnyValue(column.type())))
                        .fromColumn(value);
            }
        } catch (TegulaException e) {
            problems.add(new ConfigurationException(
                    column.label() + " holds a value that does not open: " + e.getMessage(), e));
        }
    }

    private byte @Nullable [] first(EncryptedColumn column) {
        String name = Identifiers.quote(column.column());
        String sql = "SELECT " + name + " FROM " + Identifiers.quote(column.schema()) + "."
                + Identifiers.quote(column.table()) + " WHERE " + name + " IS NOT NULL LIMIT 1";
        return transactions
                .readCommitted(session -> {
                    try (PreparedStatement select = session.prepare(sql);
                            ResultSet row = select.executeQuery()) {
                        return Optional.ofNullable(row.next() ? row.getBytes(1) : null);
                    }
                })
                .orElse(null);
    }

    /** Only told: an application works without. */
    private void unchecked(List<EncryptedColumn> columns) {
        String bare = columns.stream()
                .filter(column -> !transactions.readCommitted(session -> {
                    try (PreparedStatement select = session.prepare(CHECKED)) {
                        select.setString(1, column.schema());
                        select.setString(2, column.table());
                        select.setString(3, column.column());
                        try (ResultSet row = select.executeQuery()) {
                            return row.next() && row.getBoolean(1);
                        }
                    }
                }))
                .map(EncryptedColumn::label)
                .collect(Collectors.joining(", "));
        if (!bare.isEmpty()) {
            LOG.warn("No CHECK keeps plaintext out of {}. `tegula schema checks` prints what to add.", bare);
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
