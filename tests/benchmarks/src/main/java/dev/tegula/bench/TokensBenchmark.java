package dev.tegula.bench;

import dev.tegula.Context;
import dev.tegula.FieldCipher;
import dev.tegula.FieldTokens;
import dev.tegula.Tegula;
import dev.tegula.blindindex.BlindTokens;
import dev.tegula.blindindex.TokenSpec;
import dev.tegula.blindindex.Words;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;

/**
 * Rows looked for by two words of a name, by their blind tokens, beside the same words looked for in a plain array of words; both columns
 * have a GIN index. Arguments: rows (200000), rounds (7).
 */
public final class TokensBenchmark extends SearchBenchmark {

    private static final int LOOK_UPS = 1_000;
    private static final int GIVEN_NAMES = 1_000;
    private static final long SEED = 20261130;

    private final FieldTokens tokens;
    private final FieldCipher<String> cipher;

    private TokensBenchmark(Connection connection, Tegula tegula, int rows) {
        super(connection, rows, SEED);
        this.tokens = tegula.blindTokens(TokenSpec.of("bench.name", new Words()));
        this.cipher = tegula.field("bench.name", String.class);
    }

    /** Runs it. */
    public static void main(String[] arguments) throws Exception {
        run(arguments, 200_000, 7, TokensBenchmark::new);
    }

    @Override
    void compare(Rounds rounds) throws Exception {
        rounds.with("plain array of words", this::plain)
                .with("blind tokens, rows only", this::blind)
                .with("blind tokens, opened, compared and kept", this::opened)
                .run(String.format(Locale.ROOT, "look-ups by two words in %,d rows", rows), LOOK_UPS);
    }

    /** Two words, the first shared by about a thousandth of the rows. */
    private static String name(int row) {
        return String.format(Locale.ROOT, "given%d surname%d", row % GIVEN_NAMES, row / 3);
    }

    @Override
    void fill() throws SQLException {
        execute("CREATE TABLE bench (id int PRIMARY KEY, plain text[], name bytea, tokens bytea[])");
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO bench VALUES (?, ?, ?, ?)")) {
            connection.setAutoCommit(false);
            for (int row = 0; row < rows; row++) {
                String name = name(row);
                insert.setInt(1, row);
                insert.setArray(2, connection.createArrayOf("text", name.split(" ", -1)));
                insert.setBytes(3, Benchmarks.present(cipher.encrypt(name, Context.noTenant())));
                insert.setArray(4, connection.createArrayOf("bytea", computed(name)));
                insert.addBatch();
                if ((row + 1) % BATCH == 0 || row + 1 == rows) {
                    insert.executeBatch();
                }
            }
            connection.commit();
            connection.setAutoCommit(true);
        }
        execute("CREATE INDEX bench_plain ON bench USING gin (plain)");
        execute("CREATE INDEX bench_blind ON bench USING gin (tokens)");
    }

    private byte[][] computed(String name) {
        BlindTokens computed = Benchmarks.present(tokens.compute(name, Context.noTenant()));
        return computed.bytes();
    }

    @Override
    void sizes() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT pg_relation_size('bench_plain') / 1048576.0, pg_relation_size('bench_blind') / 1048576.0,"
                                + " avg(pg_column_size(plain)), avg(pg_column_size(tokens)) FROM bench")) {
            row.next();
            System.out.printf(
                    Locale.ROOT,
                    "%nindex on %,d rows: plain %.1f MB, blind %.1f MB; column: plain %.0f bytes a row, blind %.0f%n",
                    rows,
                    row.getDouble(1),
                    row.getDouble(2),
                    row.getDouble(3),
                    row.getDouble(4));
        }
    }

    private void plain() throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT id FROM bench WHERE plain @> ?")) {
            for (int i = 0; i < LOOK_UPS; i++) {
                int wanted = random.nextInt(rows);
                Array words = connection.createArrayOf("text", name(wanted).split(" ", -1));
                select.setArray(1, words);
                try (ResultSet row = select.executeQuery()) {
                    require(row.next() && row.getInt(1) == wanted);
                }
            }
        }
    }

    private void blind() throws SQLException {
        find("SELECT id FROM bench WHERE ", false);
    }

    /** As an entity is loaded. */
    private void opened() throws SQLException {
        find("SELECT id, name, tokens FROM bench WHERE ", true);
    }

    private void find(String sql, boolean open) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(sql + FieldTokens.condition("tokens"))) {
            for (int i = 0; i < LOOK_UPS; i++) {
                int wanted = random.nextInt(rows);
                BlindTokens query = BlindTokens.all(name(wanted));
                tokens.bind(select, 1, query, Context.noTenant());
                try (ResultSet row = select.executeQuery()) {
                    require(row.next() && row.getInt(1) == wanted);
                    if (open) {
                        String found = Benchmarks.present(cipher.decrypt(row.getBytes(2), Context.noTenant()));
                        Object[] stored = (Object[]) row.getArray(3).getArray();
                        byte[][] array = new byte[stored.length][];
                        System.arraycopy(stored, 0, array, 0, array.length);
                        tokens.verify(array, found, Context.noTenant());
                        require(query.matches(tokens.spec().tokenizer(), found));
                    }
                }
            }
        }
    }
}
