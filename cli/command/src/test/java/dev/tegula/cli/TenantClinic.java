package dev.tegula.cli;

import static dev.tegula.cli.ClinicDatabase.expect;

import dev.tegula.Context;
import dev.tegula.FieldCipher;
import dev.tegula.FieldSpec;
import dev.tegula.Tegula;
import dev.tegula.TegulaBuilder;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.cli.config.ConfigurationFile;
import dev.tegula.config.Configuration;
import dev.tegula.value.ValueType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A database with a table of two encrypted columns that have a key for each tenant, and an application that makes keys. */
public final class TenantClinic {

    /** The fields. */
    public static final List<String> FIELDS = List.of("note.text", "note.phone");

    /** What a configuration says so that leases are short. */
    public static final String NORMAL = """
              keys:
                write-lease: 500ms
                cache-ttl: 1ms
                outage-limit: 2h
                retention: { backups: 0s, changefeeds: 0s }
            """;

    /** The same where no cache holds a key, so that a receipt is due at once; too short to work with. */
    public static final String SHORT = """
              keys:
                write-lease: 500ms
                cache-ttl: 1ms
                outage-limit: 1ms
                retention: { backups: 0s, changefeeds: 0s }
            """;

    /** The same where no cache holds a key for longer than a test waits. */
    public static final String BRIEF = """
              keys:
                write-lease: 500ms
                cache-ttl: 1ms
                outage-limit: 300ms
                retention: { backups: 0s, changefeeds: 0s }
            """;

    private final ClinicDatabase clinic;

    private TenantClinic(ClinicDatabase clinic) {
        this.clinic = clinic;
    }

    /** With so many rows of each tenant, all of them made by an application. */
    public static TenantClinic of(Path folder, int rows, String... tenants) {
        return of(ClinicDatabase.initialised(folder), rows, tenants);
    }

    /** The same on a database that is there. */
    public static TenantClinic of(ClinicDatabase clinic, int rows, String... tenants) {
        TenantClinic made = new TenantClinic(clinic);
        made.keys(NORMAL);
        clinic.execute("CREATE TABLE note (id int8 GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant text NOT NULL,"
                + " text bytea, phone bytea)");
        try (Tegula tegula = made.engine()) {
            tegula.catalogue()
                    .orElseThrow()
                    .publish(FIELDS.stream()
                            .map(field -> EncryptedColumn.of(
                                            field,
                                            "public.note." + field.substring("note.".length()),
                                            ValueType.STRING,
                                            "id")
                                    .withTenant("tenant"))
                            .toList());
            for (String tenant : tenants) {
                for (int row = 1; row <= rows; row++) {
                    made.write(tegula, tenant, "canary-" + row);
                }
            }
        }
        return made;
    }

    /** The database. */
    public ClinicDatabase clinic() {
        return clinic;
    }

    /** Replaces what the configuration says of keys. */
    public void keys(String yaml) {
        keys(clinic, yaml);
    }

    /** The same of any. */
    public static void keys(ClinicDatabase clinic, String yaml) {
        try {
            String all = Files.readString(clinic.file());
            Files.writeString(
                    clinic.file(),
                    all.replaceFirst("(?m)^  keys:.*\\R(?: {4}.*\\R)*", "")
                            .replaceFirst("(?m)^  keks:", yaml + "  keks:"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An application that makes keys on demand and looks at the registry often; the caller closes it. */
    public Tegula engine() {
        Configuration configuration = ConfigurationFile.read(clinic.file(), Map.of());
        TegulaBuilder builder = Tegula.builder(configuration.deployment())
                .registry(clinic.dataSource(), configuration.database("").pins().toArray(String[]::new))
                .settings(configuration.keys().keyring())
                .createKeysOnDemand();
        configuration
                .keks()
                .forEach((alias, kek) ->
                        builder.kek(alias, configuration.kms().get(kek.kms()).open(), kek.key()));
        return builder.build();
    }

    /** A field of an application. */
    public static FieldCipher<String> field(Tegula tegula, String field) {
        return tegula.field(FieldSpec.of(field, String.class).withKeyPerTenant());
    }

    /** Writes one row of a tenant; gives its id. */
    public long write(Tegula tegula, String tenant, String value) {
        try (Connection connection = clinic.dataSource().getConnection()) {
            return write(connection, tegula, tenant, value);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The same in a transaction of the caller. */
    public static long write(Connection connection, Tegula tegula, String tenant, String value) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO note (tenant, text, phone) VALUES (?, ?, ?) RETURNING id")) {
            insert.setString(1, tenant);
            insert.setBytes(2, field(tegula, "note.text").encrypt(value, Context.tenant(tenant)));
            insert.setBytes(3, field(tegula, "note.phone").encrypt(value, Context.tenant(tenant)));
            try (ResultSet row = insert.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    /** All texts of a tenant, as an application reads them. */
    public List<String> read(Tegula tegula, String tenant) {
        List<String> values = new ArrayList<>();
        try (Connection connection = clinic.dataSource().getConnection();
                PreparedStatement select =
                        connection.prepareStatement("SELECT text, phone FROM note WHERE tenant = ? ORDER BY id")) {
            select.setString(1, tenant);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    values.add(field(tegula, "note.text").decrypt(rows.getBytes(1), Context.tenant(tenant)));
                    field(tegula, "note.phone").decrypt(rows.getBytes(2), Context.tenant(tenant));
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return values;
    }

    /** Runs a command for which no cache holds a key. */
    public Transcript runLater(int exit, String... arguments) {
        keys(SHORT);
        try {
            return run(exit, arguments);
        } finally {
            keys(NORMAL);
        }
    }

    /** Runs a command that must end so. */
    public Transcript run(int exit, String... arguments) {
        return expect(exit, clinic.run(arguments));
    }
}
