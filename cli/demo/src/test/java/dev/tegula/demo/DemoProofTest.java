package dev.tegula.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Changes;
import dev.tegula.cli.output.Console;
import dev.tegula.cli.output.Terminal;
import dev.tegula.config.Configuration;
import dev.tegula.failure.IntegrityException;
import java.io.PrintWriter;
import java.io.Reader;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What the demo counts as lost is counted: it is not zero where something was lost. */
class DemoProofTest {

    private static final Map<String, String> ENVIRONMENT =
            Map.of("XDG_CACHE_HOME", Path.of("target", "demo").toAbsolutePath().toString());

    private final StringWriter told = new StringWriter();

    @Test
    void lost_missingAndChangedPatients_areCountedAndLaterOnesAreNot() {
        Ledger ledger = new Ledger();
        People people = new People(1);
        List<UUID> ids = List.of(new UUID(0, 1), new UUID(0, 2), new UUID(0, 3));
        ids.forEach(id -> ledger.acknowledge(id, people.next()));
        Map<UUID, Person> stored = new HashMap<>(ledger.all());
        assertThat(ledger.lost(stored)).isZero();
        stored.put(new UUID(0, 9), people.next());
        assertThat(ledger.lost(stored)).isZero();
        stored.remove(ids.get(0));
        stored.put(ids.get(1), people.next());
        assertThat(ledger.lost(stored)).isEqualTo(2);
    }

    @Test
    void proof_ofATableThatLostWrites_failsWithTheirNumber() {
        Narrator narrator =
                new Narrator(new Console(Reader.nullReader(), new PrintWriter(told), nowhere(), Terminal.none()));
        try (DemoFolder folder = DemoFolder.open(ENVIRONMENT);
                DemoServer server = DemoServer.start(folder.server())) {
            DemoSetup setup = new DemoSetup(narrator, server.url(), folder.run());
            Configuration configuration = setup.initialise();
            try (OpenDatabase open = OpenDatabase.open(configuration, "", 2, new Changes())) {
                setup.keys(open);
                Ledger ledger = new Ledger();
                try (Clinic clinic = Clinic.start(configuration, "clinic-app")) {
                    setup.admit(clinic, ledger, 5);
                }
                List<UUID> ids = ledger.all().keySet().stream().sorted().toList();
                open.transactions()
                        .each(List.of(
                                "DELETE FROM patient WHERE id = '" + ids.get(0) + "'",
                                "UPDATE patient SET address = (SELECT address FROM patient WHERE id = '" + ids.get(2)
                                        + "') WHERE id = '" + ids.get(1) + "'"));
                DemoProof proof = new DemoProof(narrator, configuration, open);
                assertThatThrownBy(() -> proof.run(ledger, List.of(), new byte[0]))
                        .isInstanceOf(IntegrityException.class)
                        .hasMessageContaining("2 of 5 acknowledged patients")
                        .hasMessageContaining("4 are stored");
            }
        }
        assertThat(told.toString()).doesNotContain("every acknowledged write is there");
    }

    private static PrintWriter nowhere() {
        return new PrintWriter(Writer.nullWriter());
    }
}
