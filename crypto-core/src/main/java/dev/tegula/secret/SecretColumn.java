package dev.tegula.secret;

import dev.tegula.catalogue.Catalogue;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Mode;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.jdbc.Transactions;
import dev.tegula.value.ValueType;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.List;
import java.util.Optional;

/** The column of the values as the catalogue has it: in there before the first value is, so that whatever counts counts it. */
final class SecretColumn {

    private static final String TABLE = "tegula_secret_version";
    private static final String SCHEMA = "SELECT n.nspname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n"
            + " ON n.oid = c.relnamespace WHERE c.oid = pg_catalog.to_regclass('" + TABLE + "')";

    private final Transactions transactions;
    private final Catalogue catalogue;
    private volatile boolean published;

    SecretColumn(Transactions transactions, Catalogue catalogue) {
        this.transactions = transactions;
        this.catalogue = catalogue;
    }

    void publish() {
        if (!published) {
            catalogue.publish(List.of(column()));
            published = true;
        }
    }

    private EncryptedColumn column() {
        String schema = transactions
                .read(session -> {
                    try (PreparedStatement select = session.prepare(SCHEMA);
                            ResultSet row = select.executeQuery()) {
                        return row.next() ? Optional.of(row.getString(1)) : Optional.<String>empty();
                    }
                })
                .orElseThrow(() -> new ConfigurationException(
                        "This database has no table " + TABLE + ". `tegula schema apply` makes what is missing."));
        return new EncryptedColumn(
                FieldId.SECRET,
                schema,
                TABLE,
                "value",
                List.of("name", "version"),
                true,
                Optional.of("namespace"),
                Mode.ROW,
                ValueType.BYTES,
                false,
                "secrets");
    }
}
