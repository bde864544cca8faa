package dev.tegula.cli;

import static dev.tegula.cli.ClinicDatabase.expect;

import dev.tegula.Tegula;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Mode;
import dev.tegula.envelope.RowId;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.value.Inner;
import dev.tegula.value.ValueCodecs;
import dev.tegula.value.ValueType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** A table {@code chart} whose values of {@code chart.body} are bound to keys that its rows had before. */
public final class MovedChart {

    private MovedChart() {}

    /** Makes it with one row, 101, whose value is bound to 1, and gives a list that says so. */
    public static Path in(ClinicDatabase clinic) {
        expect(0, clinic.run("keys", "create", "chart.body", "--activate"));
        clinic.execute("CREATE TABLE chart (id bigint PRIMARY KEY, body bytea)");
        try (Tegula tegula = clinic.engine()) {
            tegula.catalogue()
                    .orElseThrow()
                    .publish(List.of(new EncryptedColumn(
                            FieldId.of("chart.body"),
                            "public",
                            "chart",
                            "body",
                            List.of("id"),
                            false,
                            Optional.empty(),
                            Mode.ROW,
                            ValueType.STRING,
                            false,
                            "test")));
        }
        put(clinic, 101, 1);
        try {
            return Files.writeString(clinic.folder().resolve("moved.csv"), "1,101\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Saves a value, {@code canary-<bound>}, that is bound to a key, in a row that may have another. */
    public static void put(ClinicDatabase clinic, long id, long bound) {
        try (Tegula tegula = clinic.engine();
                Connection connection = clinic.dataSource().getConnection();
                PreparedStatement insert = connection.prepareStatement("INSERT INTO chart VALUES (?, ?)")) {
            insert.setLong(1, id);
            insert.setBytes(
                    2,
                    tegula.keyring()
                            .writer(Scope.data(FieldId.of("chart.body"), TenantId.none()))
                            .encrypt(
                                    Mode.ROW,
                                    RowId.of(RowId.integer(bound)),
                                    Inner.encode(ValueCodecs.of(String.class), "canary-" + bound, 0)));
            insert.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
