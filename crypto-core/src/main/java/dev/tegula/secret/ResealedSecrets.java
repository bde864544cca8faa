package dev.tegula.secret;

import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.TakenRows;
import dev.tegula.registry.RegistrySeal;
import dev.tegula.registry.RootRotation;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Seals the rows of secrets under another root. The values are under keys of their own and are not touched. */
public final class ResealedSecrets {

    private static final String SECRETS = "SELECT " + SealedRows.SECRET + " FROM tegula_secret s ORDER BY s.name";
    private static final String VERSIONS = "SELECT " + SealedRows.SECRET + ", " + SealedRows.VERSION
            + " FROM tegula_secret s JOIN tegula_secret_version v ON v.name = s.name ORDER BY v.name, v.version";

    private final Session session;
    private final RegistrySeal seal;
    private final SealedRows believed;
    private final SealedRows current;

    private ResealedSecrets(Session session, RegistrySeal seal) {
        this.session = session;
        this.seal = seal;
        this.believed = new SealedRows(seal);
        this.current = new SealedRows(seal.alone());
    }

    /**
     * Seals by the root of the seal all rows that another root sealed which it believes.
     *
     * @return how many
     * @throws dev.tegula.failure.IntegrityException if a row does not verify; nothing is changed then
     */
    public static int reseal(Session session, RegistrySeal seal) throws SQLException {
        ResealedSecrets rows = new ResealedSecrets(session, seal);
        // Versions first: their own row does not verify beside a secret that does not, whatever it was sealed by.
        return rows.versions() + rows.secrets();
    }

    private int secrets() throws SQLException {
        List<Secret> stale = new ArrayList<>();
        List<String> strange = new ArrayList<>();
        try (PreparedStatement select = session.prepare(SECRETS);
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                Optional<Secret> secret = believed.secret(row);
                if (secret.isEmpty()) {
                    strange.add(row.getString(1));
                } else if (current.secret(row).isEmpty()) {
                    stale.add(secret.get());
                }
            }
        }
        requireNone("tegula_secret", strange);
        if (!stale.isEmpty()) {
            try (PreparedStatement update = session.prepare("UPDATE tegula_secret SET seal = ? WHERE name = ?")) {
                for (Secret secret : stale) {
                    update.setBytes(1, secret.seal(seal).bytes());
                    update.setString(2, secret.name().value());
                    update.addBatch();
                }
                TakenRows.each(update, "tegula_secret");
            }
        }
        return stale.size();
    }

    private int versions() throws SQLException {
        List<SecretVersion> stale = new ArrayList<>();
        List<String> strange = new ArrayList<>();
        try (PreparedStatement select = session.prepare(VERSIONS);
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                Optional<Secret> secret = believed.secret(row);
                Optional<SecretVersion> version =
                        secret.isPresent() ? version(believed, row, secret.get()) : Optional.empty();
                if (version.isEmpty()) {
                    strange.add(row.getString(1));
                } else if (version(current, row, secret.get()).isEmpty()) {
                    stale.add(version.get());
                }
            }
        }
        requireNone("tegula_secret_version", strange);
        if (!stale.isEmpty()) {
            try (PreparedStatement update =
                    session.prepare("UPDATE tegula_secret_version SET seal = ? WHERE name = ? AND version = ?")) {
                for (SecretVersion version : stale) {
                    update.setBytes(1, version.seal(seal).bytes());
                    update.setString(2, version.name().value());
                    update.setLong(3, version.version());
                    update.addBatch();
                }
                TakenRows.each(update, "tegula_secret_version");
            }
        }
        return stale.size();
    }

    private static Optional<SecretVersion> version(SealedRows by, ResultSet row, Secret secret) throws SQLException {
        return by.version(row, SealedRows.COLUMNS_OF_SECRET, secret);
    }

    private static void requireNone(String table, List<String> names) {
        RootRotation.requireNone(
                table,
                names.stream().distinct().toList(),
                "`tegula doctor` names them; bring both tables of secrets back from a backup of the database");
    }
}
