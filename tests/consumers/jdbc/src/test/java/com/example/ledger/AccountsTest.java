package com.example.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.tegula.Tegula;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.kms.tink.Passphrase;
import dev.tegula.kms.tink.TinkKeyset;
import dev.tegula.kms.tink.TinkKms;
import dev.tegula.operations.schema.Schema;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AccountsTest {

    private static final String IBAN = "DE02120300000000202051";

    @TempDir
    Path folder;

    @Test
    void iban_saved_isReadAgainAndHiddenFromTheDatabase() throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.builder().start()) {
            DataSource dataSource = postgres.getPostgresDatabase();
            Path keyset = folder.resolve("keyset");
            Path passphraseFile = folder.resolve("passphrase");
            String pin = initialise(dataSource, keyset, passphraseFile);

            try (Tegula tegula = Tegula.builder("ledger")
                            .kek("main", TinkKms.open(keyset, passphraseFile), "primary")
                            .registry(dataSource, pin)
                            .build();
                    Connection connection = dataSource.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("create table account (id int primary key, iban bytea)");
                Accounts accounts = new Accounts(dataSource, tegula);
                accounts.save(1, IBAN);

                assertEquals(IBAN, accounts.find(1));
                try (ResultSet row = statement.executeQuery("select iban from account")) {
                    row.next();
                    assertFalse(new String(row.getBytes(1), StandardCharsets.ISO_8859_1).contains(IBAN));
                }
            }
        }
    }

    /** Keyset, tables, pin and first key. */
    private static String initialise(DataSource dataSource, Path keyset, Path passphraseFile) throws Exception {
        try (Passphrase passphrase = Passphrase.generate(new SecureRandom())) {
            passphrase.writeTo(passphraseFile);
            TinkKeyset.create(keyset, passphrase);
        }
        Schema.apply(dataSource);
        try (Tegula first = Tegula.builder("ledger")
                .kek("main", TinkKms.open(keyset, passphraseFile), "primary")
                .registry(dataSource)
                .development()
                .build()) {
            first.keyring().writer(Scope.data(FieldId.of("account.iban"), TenantId.none()));
            return first.seal().rootId().hex();
        }
    }
}
