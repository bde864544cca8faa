package dev.tegula.cli.setup;

import com.zaxxer.hikari.HikariDataSource;
import dev.tegula.cli.config.Configuration;
import dev.tegula.cli.config.DatabaseSettings;
import dev.tegula.cli.config.DatabaseUrl;
import dev.tegula.cli.config.Profile;
import dev.tegula.cli.session.Databases;
import dev.tegula.cli.session.Session;
import dev.tegula.jdbc.Schema;
import dev.tegula.jdbc.Transactions;
import java.util.Locale;

/** Checks a deployment from the file to the last key. Changes nothing. */
public final class Doctor {

    private final Configuration configuration;
    private final Examination examination = new Examination();

    /** The checks of a configuration. */
    public Doctor(Configuration configuration) {
        this.configuration = configuration;
    }

    /** Checks files and KMS only. */
    public Examination withoutDatabase(String kms) {
        files();
        new KekChecks(examination, configuration).run(kms);
        return examination;
    }

    /** Checks everything. */
    public Examination all(String databaseName, String kms) {
        withoutDatabase(kms);
        DatabaseSettings database = configuration.database(databaseName);
        HikariDataSource[] opened = new HikariDataSource[1];
        boolean reached = examination.check("database " + database.name(), () -> {
            opened[0] = Databases.pool(database, 1);
            String where = DatabaseUrl.of("url", database.url()).local() ? "on this host" : "TLS with verification";
            return new DatabaseChecks(new Transactions(opened[0])).server() + ", " + where;
        });
        if (!reached) {
            examination.skip("needs the database", "clock", "tables", "registry", "keys", "catalogue");
            return examination;
        }
        try (HikariDataSource pool = opened[0]) {
            Transactions transactions = new Transactions(pool);
            examination.check("clock", new DatabaseChecks(transactions)::clock);
            if (!examination.check("tables", () -> tables(transactions))) {
                examination.skip("needs the tables", "registry", "keys", "catalogue");
                return examination;
            }
        }
        registry(database);
        return examination;
    }

    private void files() {
        examination.check(
                "configuration",
                () -> configuration.file() + ", deployment " + configuration.deployment() + ", profile "
                        + configuration.profile().name().toLowerCase(Locale.ROOT));
        examination.check("retention", () -> Examination.retention(configuration));
    }

    private void registry(DatabaseSettings database) {
        Session[] opened = new Session[1];
        boolean open = examination.check("registry", () -> {
            opened[0] = Session.open(configuration, database.name(), 2);
            String root = opened[0].tegula().seal().rootId().shortHex();
            if (database.pins().isEmpty() && configuration.profile() == Profile.DEVELOPMENT) {
                throw new Examination.Note("root " + root + " is trusted as found: no pin, development profile");
            }
            return "root " + root + ", as pinned";
        });
        if (!open) {
            examination.skip("needs the registry", "keys", "catalogue");
            return;
        }
        try (Session session = opened[0]) {
            new KeyChecks(examination, session).run();
            new CatalogueChecks(examination, session).run();
        }
    }

    private static String tables(Transactions transactions) {
        Schema.check(transactions);
        return "version " + Schema.VERSION;
    }
}
