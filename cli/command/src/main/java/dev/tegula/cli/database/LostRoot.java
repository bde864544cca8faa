package dev.tegula.cli.database;

import com.zaxxer.hikari.HikariDataSource;
import dev.tegula.cli.output.Changes;
import dev.tegula.config.Configuration;
import dev.tegula.config.DatabaseSettings;
import dev.tegula.config.KekServices;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.jdbc.JdbcKeyRegistry;
import dev.tegula.jdbc.SchemaScript;
import dev.tegula.jdbc.Transactions;
import dev.tegula.jdbc.Writable;
import dev.tegula.registry.KeyBackup;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import dev.tegula.registry.KeyWrapping;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The root of a registry that lost its rows: nothing of it opens without, so that one is brought back before all else. */
public final class LostRoot {

    private final Configuration configuration;
    private final DatabaseSettings database;
    private final KeyRow row;

    private LostRoot(Configuration configuration, DatabaseSettings database, KeyRow row) {
        this.configuration = configuration;
        this.database = database;
        this.row = row;
    }

    /**
     * The root that a registry lost and a backup has: pinned, and ACTIVE there; empty if the registry has an ACTIVE root, or the
     * backup no such.
     *
     * @param backup rows of a file, which nobody has verified
     * @param name of the database, or empty for the only one
     */
    public static Optional<LostRoot> of(Configuration configuration, String name, List<KeyRow> backup) {
        DatabaseSettings database = configuration.database(name);
        LostRoot[] found = backup.stream()
                .filter(row -> row.scope().equals(Scope.REGISTRY)
                        && row.state() == KeyState.ACTIVE
                        && database.pins().contains(row.keyId().hex()))
                .map(row -> new LostRoot(configuration, database, row))
                .toArray(LostRoot[]::new);
        return found.length == 1
                        && found[0].registry(
                                new Changes(),
                                registry -> registry.find(found[0].keyId()).isEmpty()
                                        && registry.active(Scope.REGISTRY).isEmpty())
                ? Optional.of(found[0])
                : Optional.empty();
    }

    /** Its key id. */
    public KeyId keyId() {
        return row.keyId();
    }

    /**
     * Brings it back.
     *
     * @param changes where it is noted that something is changed
     * @throws dev.tegula.failure.IntegrityException if its row was changed, or does not open
     * @throws dev.tegula.failure.RefusedException code {@code conflict}, if the registry has another root
     */
    public void bringBack(Changes changes) {
        try (KekServices services = new KekServices(configuration)) {
            KeyWrapping wrapping = new KeyWrapping(configuration.deployment(), services.keks());
            registry(changes, registry -> {
                KeyBackup.restoreRoot(registry, wrapping, row.keyId(), row);
                return true;
            });
        }
    }

    private <T> T registry(Changes changes, Function<JdbcKeyRegistry, T> work) {
        try (HikariDataSource pool = Databases.pool(database, 1, changes)) {
            Transactions transactions = new Transactions(pool).by(OpenDatabase.author());
            SchemaScript.check(transactions);
            Writable.require(transactions);
            return work.apply(new JdbcKeyRegistry(transactions));
        }
    }
}
