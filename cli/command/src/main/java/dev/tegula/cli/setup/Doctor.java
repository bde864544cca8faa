package dev.tegula.cli.setup;

import com.zaxxer.hikari.HikariDataSource;
import dev.tegula.cli.config.DatabaseUrl;
import dev.tegula.cli.database.Databases;
import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Changes;
import dev.tegula.config.Configuration;
import dev.tegula.config.DatabaseSettings;
import dev.tegula.config.KekServices;
import dev.tegula.jdbc.Transactions;
import dev.tegula.operations.check.CheckList;
import dev.tegula.operations.check.DeploymentChecks;
import dev.tegula.operations.index.CatalogueIndexes;
import java.time.InstantSource;

/** Runs the checks of a deployment with the services and connections of the command line. */
public final class Doctor {

    private final Configuration configuration;
    private final DeploymentChecks checks;

    /** The checks of a configuration. */
    public Doctor(Configuration configuration) {
        this.configuration = configuration;
        this.checks = new DeploymentChecks(configuration, InstantSource.system());
    }

    /** Checks files and KMS only. */
    public CheckList withoutDatabase(String kms) {
        checks.configuration();
        try (KekServices services = new KekServices(configuration)) {
            checks.keks(services, kms);
        }
        return checks.found();
    }

    /** Checks everything. */
    public CheckList all(String databaseName, String kms) {
        DatabaseSettings database = configuration.database(databaseName);
        checks.configuration();
        try (KekServices services = new KekServices(configuration)) {
            checks.keks(services, kms);
            database(database);
        }
        return checks.found();
    }

    private void database(DatabaseSettings database) {
        HikariDataSource[] opened = new HikariDataSource[1];
        boolean reached = checks.reach(
                database,
                () -> {
                    opened[0] = Databases.pool(database, 2, new Changes());
                    return opened[0];
                },
                () -> DatabaseUrl.of("url", database.url()).local() ? "on this host" : "TLS with verification");
        try (HikariDataSource pool = opened[0]) {
            if (reached) {
                checks.behind(
                        database,
                        pool,
                        () -> OpenDatabase.engine(configuration, database, new Transactions(pool)),
                        CatalogueIndexes.normalizersOfClassPath());
            }
        }
    }
}
