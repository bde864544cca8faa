package dev.tegula.bench;

import dev.tegula.Context;
import dev.tegula.FieldCipher;
import dev.tegula.FieldIndex;
import dev.tegula.Tegula;
import dev.tegula.blindindex.BlindIndex;
import dev.tegula.blindindex.DigitsOnly;
import dev.tegula.blindindex.IndexSpec;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;

/**
 * A row of a large table looked for by its blind index, beside the same row looked for in a plain column with an index of its
 * own. Arguments: rows (1000000), rounds (9).
 */
public final class LookUpBenchmark extends SearchBenchmark {

    private static final int LOOK_UPS = 2_000;
    private static final long SEED = 20261129;

    private final FieldIndex<String> index;
    private final FieldCipher<String> cipher;

    private LookUpBenchmark(Connection connection, Tegula tegula, int rows) {
        super(connection, rows, SEED);
        this.index = tegula.blindIndex(IndexSpec.of("bench.ssn", String.class, new DigitsOnly()));
        this.cipher = tegula.field("bench.ssn", String.class);
    }

    /** Runs it. */
    public static void main(String[] arguments) throws Exception {
        run(arguments, 1_000_000, 9, LookUpBenchmark::new);
    }

    @Override
    void compare(Rounds rounds) throws Exception {
        rounds.with("plain column", this::plain)
                .with("blind index, row only", this::blind)
                .with("blind index, opened and compared", this::opened)
                .run(String.format(Locale.ROOT, "look-ups of one row of %,d", rows), LOOK_UPS);
    }

    private static String ssn(int row) {
        return String.format(Locale.ROOT, "%03d-%02d-%04d", row / 1_000_000, row / 10_000 % 100, row % 10_000);
    }

    @Override
    void fill() throws SQLException {
        execute(
                "CREATE TABLE bench (id int PRIMARY KEY, plain text NOT NULL, ssn bytea NOT NULL, ssn_index bytea NOT NULL)");
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO bench SELECT * FROM unnest(?::int[], ?::text[], ?::bytea[], ?::bytea[])")) {
            for (int from = 0; from < rows; from += BATCH) {
                int size = Math.min(BATCH, rows - from);
                Integer[] ids = new Integer[size];
                String[] plain = new String[size];
                byte[][] envelopes = new byte[size][];
                byte[][] indexes = new byte[size][];
                for (int i = 0; i < size; i++) {
                    ids[i] = from + i;
                    plain[i] = ssn(from + i);
                    envelopes[i] = Benchmarks.present(cipher.encrypt(plain[i], Context.noTenant()));
                    indexes[i] = computed(plain[i]);
                }
                insert.setArray(1, connection.createArrayOf("int4", ids));
                insert.setArray(2, connection.createArrayOf("text", plain));
                insert.setArray(3, connection.createArrayOf("bytea", envelopes));
                insert.setArray(4, connection.createArrayOf("bytea", indexes));
                insert.executeUpdate();
            }
        }
        execute("CREATE UNIQUE INDEX bench_plain ON bench (plain)");
        execute("CREATE UNIQUE INDEX bench_blind ON bench (ssn_index)");
    }

    private byte[] computed(String value) {
        BlindIndex computed = Benchmarks.present(index.compute(value, Context.noTenant()));
        return computed.bytes();
    }

    @Override
    void sizes() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT pg_relation_size('bench_plain') / 1048576.0, pg_relation_size('bench_blind') / 1048576.0")) {
            row.next();
            System.out.printf(
                    Locale.ROOT,
                    "%nindex on %,d rows: plain %.0f MB, blind %.0f MB%n",
                    rows,
                    row.getDouble(1),
                    row.getDouble(2));
        }
    }

    private void plain() throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT id, plain FROM bench WHERE plain = ?")) {
            for (int i = 0; i < LOOK_UPS; i++) {
                int wanted = random.nextInt(rows);
                select.setString(1, ssn(wanted));
                try (ResultSet row = select.executeQuery()) {
                    require(row.next()
                            && row.getInt(1) == wanted
                            && !row.getString(2).isEmpty());
                }
            }
        }
    }

    private void blind() throws SQLException {
        find("SELECT id FROM bench WHERE ssn_index = ANY (?)", false);
    }

    /** As an entity is loaded. */
    private void opened() throws SQLException {
        find("SELECT id, ssn, ssn_index FROM bench WHERE ssn_index = ANY (?)", true);
    }

    private void find(String sql, boolean open) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            for (int i = 0; i < LOOK_UPS; i++) {
                int wanted = random.nextInt(rows);
                String value = ssn(wanted);
                select.setArray(1, connection.createArrayOf("bytea", index.lookUp(value, Context.noTenant())));
                try (ResultSet row = select.executeQuery()) {
                    require(row.next() && row.getInt(1) == wanted);
                    if (open) {
                        String found = Benchmarks.present(cipher.decrypt(row.getBytes(2), Context.noTenant()));
                        index.verify(row.getBytes(3), found, Context.noTenant());
                        require(found.equals(value));
                    }
                }
            }
        }
    }
}
