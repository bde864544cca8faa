package dev.tegula.demo;

import dev.tegula.cli.config.ConfigurationFile;
import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Changes;
import dev.tegula.cli.output.Table;
import dev.tegula.cli.setup.Initialisation;
import dev.tegula.cli.setup.NewConfiguration;
import dev.tegula.cli.setup.NewKms;
import dev.tegula.config.Configuration;
import dev.tegula.config.Profile;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.operations.backup.FirstKey;
import dev.tegula.operations.backup.KeyBackupFile;
import dev.tegula.operations.schema.Schema;
import dev.tegula.registry.KeyRow;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/** The first chapters: what `init` makes, the keys, the application's table and its patients. */
final class DemoSetup {

    private static final List<String> FIELDS =
            List.of("patient.ssn", "patient.born", "patient.address", "patient.notes");
    private static final int BATCH = 500;

    private final Narrator narrator;
    private final String url;
    private final Path folder;
    private int backups;

    DemoSetup(Narrator narrator, String url, Path folder) {
        this.narrator = narrator;
        this.url = url;
        this.folder = folder;
    }

    /** What {@code tegula init} does. */
    Configuration initialise() {
        narrator.command("tegula init --url " + url);
        Path file = folder.resolve(ConfigurationFile.NAME);
        NewConfiguration plan = new NewConfiguration(
                "clinic-demo",
                Profile.DEVELOPMENT,
                "clinic",
                url,
                Optional.of("postgres"),
                Optional.empty(),
                NewKms.keyset(Path.of("tegula.keyset"), Path.of("tegula.passphrase")),
                "primary",
                List.of(
                        "write-lease: 2s      # so short, and the caches too, that you need not wait",
                        "cache-ttl: 2s",
                        "outage-limit: 2s",
                        "retention: { backups: 0s, changefeeds: 0s }"));
        Initialisation.Result made = new Initialisation(file, Map.of(), new Changes()).create(plan);
        Table table = Table.plain();
        made.steps().forEach(step -> table.row(step.what(), step.detail()));
        narrator.seen(table.lines(""));
        narrator.tell(
                "The keyset wraps data keys; its passphrase stays in a file only you can read. In production a KMS takes its",
                "place. The registry root signs every row of the key registry: who can write to the database cannot slip in",
                "a key of their own.");
        return ConfigurationFile.read(file, Map.of());
    }

    /** What {@code tegula keys create --activate} does, for each field. */
    void keys(OpenDatabase open) {
        narrator.chapter("An application with encrypted fields");
        narrator.seen(
                "@Entity class Patient {",
                "  @Id UUID id;",
                "  String name;",
                "  @Encrypted(\"patient.ssn\")     String ssn;",
                "  @Encrypted(\"patient.born\")    LocalDate born;",
                "  @Encrypted(\"patient.address\") String address;",
                "  @Convert(converter = PatientNotes.class) String notes;   // the form for any JPA provider",
                "}");
        narrator.tell("Each field has a data key of its own:");
        for (String field : FIELDS) {
            Scope scope = Scope.data(FieldId.of(field), TenantId.none());
            narrator.command("tegula keys create " + field + " --activate");
            FirstKey.make(open.lifecycle(), open.configuration().deployment(), scope, "main", backupFile(field));
        }
        open.transactions()
                .each(List.of(
                        "CREATE TABLE patient (id uuid PRIMARY KEY, version int4 NOT NULL, name text NOT NULL, ssn bytea, born bytea,"
                                + " address bytea, notes bytea)"));
    }

    /** Saves patients through Hibernate; gives the id of one of them. */
    UUID admit(Clinic clinic, Ledger ledger, int count) {
        People people = new People(2026);
        UUID first = null;
        for (int done = 0; done < count; done += BATCH) {
            int size = Math.min(BATCH, count - done);
            Map<UUID, Person> batch = clinic.transaction(em -> {
                Map<UUID, Person> saved = new HashMap<>();
                for (int i = 0; i < size; i++) {
                    UUID id = UUID.randomUUID();
                    Person person = people.next();
                    em.persist(new Patient(id, person));
                    saved.put(id, person);
                }
                return saved;
            });
            batch.forEach(ledger::acknowledge);
            first = first == null ? batch.keySet().iterator().next() : first;
        }
        narrator.good(Table.number(ledger.size()) + " patients saved through Hibernate, " + Table.number(FIELDS.size())
                + " encrypted columns each.");
        if (first == null) {
            throw new IllegalArgumentException("at least one patient is needed");
        }
        return first;
    }

    /** What the application's own migration does: nothing that is no envelope gets into the columns. */
    static void check(OpenDatabase open) {
        open.transactions().each(Schema.checks(open.catalogue().columns()));
    }

    /** Stores the rows of new keys. */
    Consumer<List<KeyRow>> backup(OpenDatabase open) {
        return rows ->
                KeyBackupFile.write(backupFile("rotation"), open.configuration().deployment(), rows);
    }

    private Path backupFile(String name) {
        backups++;
        return folder.resolve("tegula-backup").resolve(backups + "-" + name + ".json");
    }
}
