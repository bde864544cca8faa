package dev.tegula.cli;

import dev.tegula.Context;
import dev.tegula.Tegula;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.catalogue.IndexColumn;
import dev.tegula.cli.config.ConfigurationFile;
import dev.tegula.cli.output.Terminal;
import dev.tegula.config.Configuration;
import dev.tegula.config.KekSettings;
import dev.tegula.envelope.FieldId;
import dev.tegula.keyring.KeyringSettings;
import dev.tegula.kms.Kms;
import dev.tegula.test.servers.RememberedStretching;
import dev.tegula.value.ValueType;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** A database of its own on one server for all tests, a folder with its configuration, and commands on both. */
public final class ClinicDatabase {

    /** Four digits always: what is printed beneath a name is indented by its length. */
    private static final AtomicInteger COUNT = new AtomicInteger(1000);

    static {
        RememberedStretching.install();
    }

    private final Path folder;
    private final String url;
    private final String user;

    /** One that is there, on whatever server, or on another way to it. */
    public ClinicDatabase(Path folder, String url, String user) {
        this.folder = folder;
        this.url = url;
        this.user = user;
        Recorder.watch(this);
    }

    private static final class Server {
        static final EmbeddedPostgres POSTGRES = start();

        private static EmbeddedPostgres start() {
            try {
                return EmbeddedPostgres.builder()
                        .setPGStartupWait(Duration.ofMinutes(2))
                        .setServerConfig("fsync", "off")
                        .setServerConfig("max_prepared_transactions", "5")
                        // What the planner believes is printed, and must not depend on when it last looked.
                        .setServerConfig("autovacuum", "off")
                        .start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** What copies are made of; nobody else may use them. */
    private static final class Made {
        static final ClinicDatabase INITIALISED = Recorder.apart(() -> byTheUser(ClinicDatabase::fresh));
        static final ClinicDatabase WITH_TABLE = Recorder.apart(() -> byTheUser(ClinicDatabase::withTable));

        /** The audit trail names who made it, and any test may be the first to want it. */
        private static ClinicDatabase byTheUser(Supplier<ClinicDatabase> made) {
            String user = System.setProperty("user.name", Recorder.USER);
            try {
                return made.get();
            } finally {
                System.setProperty("user.name", user);
            }
        }
    }

    /** An empty database and an empty folder. */
    public static ClinicDatabase empty(Path folder) {
        return made(folder, "");
    }

    private static ClinicDatabase made(Path folder, String template) {
        String name = "clinic" + COUNT.incrementAndGet();
        execute(Server.POSTGRES.getPostgresDatabase(), "CREATE DATABASE " + name + template);
        return new ClinicDatabase(folder, "jdbc:postgresql://localhost:" + port() + "/" + name, "postgres");
    }

    /** The same database, seen from another folder. */
    public ClinicDatabase in(Path other) {
        return new ClinicDatabase(other, url, user);
    }

    /** With everything that {@code init} makes; a copy, because each opening of a keyset takes its time. */
    public static ClinicDatabase initialised(Path folder) {
        return Made.INITIALISED.copyTo(folder);
    }

    /** With a key, a table and so many values, {@code canary-<number>}. */
    public static ClinicDatabase withPatients(Path folder, int patients) {
        ClinicDatabase database = Made.WITH_TABLE.copyTo(folder);
        database.admit(1, patients);
        return database;
    }

    /** The same database and configuration under another name and in another folder. */
    public ClinicDatabase copyTo(Path target) {
        ClinicDatabase copy = made(target, " TEMPLATE " + name());
        try {
            for (String file : List.of("tegula.keyset", "tegula.passphrase")) {
                Files.copy(folder.resolve(file), target.resolve(file), StandardCopyOption.COPY_ATTRIBUTES);
            }
            String yaml = Files.readString(file()).replace("/" + name() + "\"", "/" + copy.name() + "\"");
            Files.writeString(copy.file(), yaml);
            Files.setPosixFilePermissions(copy.file(), PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return copy;
    }

    private static ClinicDatabase fresh() {
        try {
            Path folder = Files.createTempDirectory("tegula-clinic");
            folder.toFile().deleteOnExit();
            ClinicDatabase database = empty(folder);
            expect(0, database.init());
            return database;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ClinicDatabase withTable() {
        ClinicDatabase database = fresh();
        expect(0, database.run("keys", "create", "patient.ssn", "--activate"));
        database.execute("CREATE TABLE patient (id int4 PRIMARY KEY, ssn bytea)");
        database.publish("patient.ssn");
        return database;
    }

    /** Publishes the encrypted column as one of a field, as an application does when it starts. */
    public void publish(String field) {
        publish(field, "patient", "id", "test");
    }

    /** The same of another table. */
    public void publish(String field, String table, String keyColumn, String origin) {
        try (Tegula tegula = engine()) {
            tegula.catalogue()
                    .orElseThrow()
                    .publish(List.of(EncryptedColumn.of(field, "public." + table + ".ssn", ValueType.STRING, keyColumn)
                            .withOrigin(origin)));
        }
    }

    /** Gives the table a column for a blind index and makes its key, and publishes it, as an application does that maps one. */
    public void index() {
        execute("ALTER TABLE patient ADD ssn_index bytea");
        expect(0, run("keys", "create", "patient.ssn", "--index", "--activate"));
        publishIndex("ssn_index", "tegula.digits_only", 256, "ssn_index");
    }

    /** The same with all that the rotation of its key needs, and so short a lease that nobody waits for it. */
    public void rotatingIndex() {
        execute("ALTER TABLE patient ADD ssn_index bytea UNIQUE");
        execute("ALTER TABLE patient ADD ssn_next bytea UNIQUE");
        edit("  keys:\n", "  keys:\n    write-lease: 500ms\n");
        expect(0, run("keys", "create", "patient.ssn", "--index", "--activate"));
        publishIndex("ssn_index", Optional.of("ssn_next"), "tegula.digits_only", 256, "ssn_index");
    }

    /** Publishes a column as one of a blind index of the field. */
    public void publishIndex(String column, String normalizer, int bits, String... unique) {
        publishIndex(column, Optional.empty(), normalizer, bits, unique);
    }

    /** The same with a next column. */
    public void publishIndex(String column, Optional<String> next, String normalizer, int bits, String... unique) {
        try (Tegula tegula = engine()) {
            tegula.publishIndexes(List.of(new IndexColumn(
                    "public",
                    "patient",
                    column,
                    next,
                    "",
                    bits,
                    false,
                    List.of(new IndexColumn.Part(FieldId.of("patient.ssn"), Optional.of("ssn"), normalizer, 1)),
                    List.of(unique),
                    "test")));
        }
    }

    /** Saves patients with these numbers, as an application without JPA does. */
    public void admit(int first, int last) {
        try (Tegula tegula = engine();
                Connection connection = dataSource().getConnection();
                PreparedStatement insert = connection.prepareStatement("INSERT INTO patient (id, ssn) VALUES (?, ?)")) {
            var ssn = tegula.field("patient.ssn", String.class);
            for (int id = first; id <= last; id++) {
                insert.setInt(1, id);
                insert.setBytes(2, ssn.encrypt("canary-" + id, Context.noTenant()));
                insert.executeUpdate();
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** All values, as an application reads them. */
    public List<String> read() {
        List<String> values = new ArrayList<>();
        try (Tegula tegula = engine();
                Connection connection = dataSource().getConnection();
                Statement select = connection.createStatement();
                ResultSet rows = select.executeQuery("SELECT ssn FROM patient ORDER BY id")) {
            var ssn = tegula.field("patient.ssn", String.class);
            while (rows.next()) {
                values.add(ssn.decrypt(rows.getBytes(1), Context.noTenant()));
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return values;
    }

    /** An engine on it, as an application has; the caller closes it. */
    public Tegula engine() {
        return engine(KeyringSettings.defaults());
    }

    /** The same whose keys serve so long. */
    public Tegula engine(KeyringSettings settings) {
        Configuration configuration = ConfigurationFile.read(file(), Map.of());
        KekSettings main = configuration.keks().get("main");
        Kms kms = configuration.kms().get(main.kms()).open();
        return Tegula.builder(configuration.deployment())
                .kek("main", kms, main.key())
                .registry(dataSource(), configuration.database("").pins().toArray(String[]::new))
                .settings(settings)
                .build();
    }

    /** The port of its server. */
    public static int port() {
        return Server.POSTGRES.getPort();
    }

    /** Its name on the server. */
    public String name() {
        return url.replaceFirst("\\?.*", "").replaceFirst(".*/", "");
    }

    /** Runs {@code tegula init}. */
    public Transcript init() {
        return run("init", "--url", url, "--username", user);
    }

    /** The same for a deployment that has a name. */
    public Transcript init(String deployment) {
        return run("init", "--url", url, "--username", user, "--deployment", deployment);
    }

    /** Runs a command on the configuration, without a terminal. */
    public Transcript run(String... arguments) {
        return pipe("", arguments);
    }

    /** Runs a command that reads this from a pipe. */
    public Transcript pipe(String stdin, String... arguments) {
        List<String> line = new ArrayList<>(List.of(arguments));
        line.add("--config=" + file());
        return Transcript.with(Map.of(), Terminal.none(), stdin, line.toArray(String[]::new));
    }

    /** Runs a command whose output is another each time. */
    public Transcript unrecorded(String... arguments) {
        return Recorder.apart(() -> run(arguments));
    }

    /** Runs a command on a terminal where somebody types the answer. */
    public Transcript answer(String answer, String... arguments) {
        List<String> line = new ArrayList<>(List.of(arguments));
        line.add("--config=" + file());
        return Transcript.with(
                Map.of(), new Terminal(true, true, true, false, 160), answer + "\n", line.toArray(String[]::new));
    }

    /** Fails with everything that was printed, unless the exit code is the expected one. */
    public static Transcript expect(int exit, Transcript run) {
        if (run.exit() != exit) {
            throw new AssertionError("expected exit " + exit + ", not " + run.exit() + "\n" + run.all());
        }
        return run;
    }

    /** The folder of the configuration. */
    public Path folder() {
        return folder;
    }

    /** The configuration. */
    public Path file() {
        return folder.resolve("tegula.yaml");
    }

    /** Replaces a text of the configuration, which must be there. */
    public void edit(String from, String to) {
        try {
            String yaml = Files.readString(file());
            if (!yaml.contains(from)) {
                throw new AssertionError("There is no `" + from + "` in\n" + yaml);
            }
            Files.writeString(file(), yaml.replace(from, to));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Declares a namespace of secrets, makes its key, and puts two versions of {@code key} below it. */
    public ClinicDatabase withSecrets(String namespace) {
        declare(namespace);
        expect(0, run("keys", "create", "tegula.secret", "--tenant", namespace, "--activate"));
        expect(0, pipe("canary-1", "secrets", "put", namespace + "/key"));
        expect(0, pipe("canary-2", "secrets", "put", namespace + "/key"));
        return this;
    }

    /** Declares namespaces of secrets at the end of the configuration. */
    public void declare(String... namespaces) {
        StringBuilder yaml = new StringBuilder("  secrets:\n");
        for (String namespace : namespaces) {
            yaml.append("    \"").append(namespace).append("\": { kek: main }\n");
        }
        try {
            Files.writeString(file(), yaml, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The database. */
    public String url() {
        return url;
    }

    /** The database. */
    public DataSource dataSource() {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(url);
        source.setUser(user);
        return source;
    }

    /** Runs a statement as a writer of the database. */
    public void execute(String sql) {
        execute(dataSource(), sql);
    }

    /** One number. */
    public long number(String sql) {
        try (Connection connection = dataSource().getConnection();
                Statement select = connection.createStatement();
                ResultSet rows = select.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void execute(DataSource source, String sql) {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
