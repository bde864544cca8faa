package dev.tegula.docs;

import dev.tegula.Tegula;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.kms.tink.Passphrase;
import dev.tegula.kms.tink.TinkKeyset;
import dev.tegula.kms.tink.TinkKms;
import dev.tegula.operations.schema.Schema;
import dev.tegula.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** What the examples stand on: a database with Tegula's tables, a keyset file, and a key for each of their fields. */
public final class Clinic {

    final Path keyset;
    final Path passphraseFile;
    final String pin;
    private final TestDatabase database = TestDatabase.create();

    public Clinic(Path folder, List<Scope> scopes) throws IOException {
        keyset = folder.resolve("keyset");
        passphraseFile = folder.resolve("passphrase");
        try (Passphrase passphrase = Passphrase.generate(new SecureRandom())) {
            passphrase.writeTo(passphraseFile);
            TinkKeyset.create(keyset, passphrase);
        }
        Schema.apply(dataSource());
        try (Tegula first = Tegula.builder("clinic-prod")
                .kek("main", TinkKms.open(keyset, passphraseFile), "primary")
                .registry(dataSource())
                .development()
                .build()) {
            pin = first.seal().rootId().hex();
            scopes.forEach(scope -> first.keyring().writer(scope));
        }
    }

    public static Scope scope(String field) {
        return Scope.data(FieldId.of(field), TenantId.none());
    }

    public static Scope scope(String field, String tenant) {
        return Scope.data(FieldId.of(field), TenantId.of(tenant));
    }

    public DataSource dataSource() {
        return database.dataSource();
    }

    /** An engine for the examples that do not build one themselves. */
    public Tegula engine() {
        return Tegula.builder("clinic-prod")
                .kek("main", TinkKms.open(keyset, passphraseFile), "primary")
                .registry(dataSource(), pin)
                .build();
    }

    public void execute(String sql) throws SQLException {
        try (Connection connection = dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The bytes of one column. */
    public List<byte[]> bytes(String sql) throws SQLException {
        List<byte[]> rows = new ArrayList<>();
        try (Connection connection = dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            while (result.next()) {
                rows.add(result.getBytes(1));
            }
        }
        return rows;
    }
}
