package com.example.ledger;

import dev.tegula.Context;
import dev.tegula.FieldCipher;
import dev.tegula.Tegula;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import javax.sql.DataSource;

/** Accounts whose IBAN the database does not see. */
public final class Accounts {

    private final DataSource dataSource;
    private final FieldCipher<String> iban;

    public Accounts(DataSource dataSource, Tegula tegula) {
        this.dataSource = dataSource;
        this.iban = tegula.field("account.iban", String.class);
    }

    public void save(int id, String value) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement insert = connection.prepareStatement("insert into account (id, iban) values (?, ?)")) {
            insert.setInt(1, id);
            insert.setBytes(2, iban.encrypt(value, Context.noTenant()));
            insert.executeUpdate();
        }
    }

    public String find(int id) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement select = connection.prepareStatement("select iban from account where id = ?")) {
            select.setInt(1, id);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return iban.decrypt(row.getBytes(1), Context.noTenant());
            }
        }
    }
}
