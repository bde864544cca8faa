package dev.tegula.spring;

import dev.tegula.blindindex.BlindIndex;
import dev.tegula.blindindex.BlindTokens;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.hibernate.type.Companion;
import dev.tegula.hibernate.type.EncryptedJavaType;
import dev.tegula.jdbc.SqlFailures;
import dev.tegula.spring.MappedTable.MappedColumn;
import jakarta.persistence.EntityManagerFactory;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;

/**
 * Encrypts in place what a script wrote in clear into encrypted columns, and fills the blind indexes and tokens of these rows. Each
 * session factory in one transaction, by its own types: padding and tenant are those of the mapping.
 */
final class PlaintextSeed implements SeedRows {

    /** More rows are no seed. */
    static final int MOST_ROWS = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(PlaintextSeed.class);
    /** How every envelope begins; no text that a script writes does. */
    private static final byte ENVELOPE = 1;

    private final ListableBeanFactory beans;

    PlaintextSeed(ListableBeanFactory beans) {
        this.beans = beans;
    }

    @Override
    public void encrypt() {
        BeanFactoryUtils.beansOfTypeIncludingAncestors(beans, EntityManagerFactory.class)
                .values()
                .forEach(factory -> {
                    SessionFactoryImplementor sessions = factory.unwrap(SessionFactoryImplementor.class);
                    List<MappedTable> tables = MappedTable.of(sessions).stream()
                            .filter(table -> !table.encrypted().isEmpty())
                            .toList();
                    if (!tables.isEmpty()) {
                        sessions.inTransaction(session -> session.doWork(connection -> {
                            for (MappedTable table : tables) {
                                seed(table, connection, session.unwrap(SharedSessionContractImplementor.class));
                            }
                        }));
                    }
                });
    }

    private static void seed(MappedTable table, Connection connection, SharedSessionContractImplementor session) {
        try {
            encrypt(table, connection, session);
        } catch (SQLException e) {
            throw new ConfigurationException(
                    "tegula.seed: the rows of " + table.name() + " were not encrypted (SQLSTATE " + SqlFailures.state(e)
                            + "). Either the table refuses an envelope, by a constraint or a trigger, or its encrypted columns are"
                            + " not as they are mapped: then the start check, without tegula.seed, says which.",
                    SqlFailures.of(e, "encrypting the rows of " + table.name()));
        }
    }

    private static void encrypt(MappedTable table, Connection connection, SharedSessionContractImplementor session)
            throws SQLException {
        int rows = 0;
        String columns = Stream.concat(
                        table.keys().stream(), table.encrypted().stream().map(MappedColumn::name))
                .collect(Collectors.joining(", "));
        try (PreparedStatement select = connection.prepareStatement("SELECT " + columns + " FROM " + table.name());
                PreparedStatement update = connection.prepareStatement(update(table))) {
            select.setMaxRows(MOST_ROWS + 1);
            try (ResultSet row = select.executeQuery()) {
                for (int read = 1; row.next(); read++) {
                    if (read > MOST_ROWS) {
                        throw new ConfigurationException(
                                "tegula.seed: " + table.name() + " has more than " + MOST_ROWS
                                        + " rows, which is no seed. Take the setting away, or save them through the application.");
                    }
                    rows += encrypt(table, row, update, session) ? 1 : 0;
                }
            }
        }
        if (rows > 0) {
            LOG.warn("tegula.seed: encrypted {} rows of {} that held values in clear.", rows, table.name());
        }
    }

    private static String update(MappedTable table) {
        String set = Stream.concat(
                        table.encrypted().stream().map(MappedColumn::name),
                        table.indexes().stream().map(MappedColumn::name))
                .map(name -> name + " = ?")
                .collect(Collectors.joining(", "));
        return "UPDATE " + table.name() + " SET " + set + " WHERE "
                + table.keys().stream().map(name -> name + " = ?").collect(Collectors.joining(" AND "));
    }

    /** Whether it held anything in clear. */
    private static boolean encrypt(
            MappedTable table, ResultSet row, PreparedStatement update, SharedSessionContractImplementor session)
            throws SQLException {
        List<byte @Nullable []> stored = new ArrayList<>();
        boolean clear = false;
        for (int i = 0; i < table.encrypted().size(); i++) {
            byte[] bytes = row.getBytes(table.keys().size() + 1 + i);
            stored.add(bytes);
            clear |= isClear(bytes);
        }
        if (!clear) {
            return false;
        }
        IdentityHashMap<EncryptedJavaType, @Nullable Object> values = new IdentityHashMap<>();
        int at = 1;
        for (int i = 0; i < stored.size(); i++) {
            EncryptedJavaType type = table.encrypted().get(i).type();
            byte[] bytes = stored.get(i);
            if (bytes != null && isClear(bytes)) {
                Object value = SeedText.value(type, bytes);
                values.put(type, value);
                bytes = type.unwrap(value, byte[].class, session);
            } else if (!table.indexes().isEmpty()) {
                values.put(type, type.wrap(bytes, session));
            }
            update.setBytes(at++, bytes);
        }
        for (var index : table.indexes()) {
            List<@Nullable Object> parts = new ArrayList<>();
            Companion companion = index.type().companion();
            companion.indexed().forEach(type -> parts.add(values.get(type)));
            bind(update, at++, companion.compute(parts, session));
        }
        for (int i = 1; i <= table.keys().size(); i++) {
            update.setObject(at++, row.getObject(i));
        }
        update.executeUpdate();
        return true;
    }

    private static void bind(PreparedStatement update, int at, @Nullable Object computed) throws SQLException {
        if (computed instanceof BlindIndex index) {
            update.setBytes(at, index.bytes());
        } else if (computed instanceof BlindTokens tokens) {
            update.setArray(at, update.getConnection().createArrayOf("bytea", tokens.bytes()));
        } else {
            update.setNull(at, Types.NULL);
        }
    }

    private static boolean isClear(byte @Nullable [] bytes) {
        return bytes != null && (bytes.length == 0 || bytes[0] != ENVELOPE);
    }
}
