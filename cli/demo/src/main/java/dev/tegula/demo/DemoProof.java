package dev.tegula.demo;

import dev.tegula.Context;
import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Table;
import dev.tegula.config.Configuration;
import dev.tegula.failure.IntegrityException;
import dev.tegula.failure.KeyUnknownException;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyUses;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The last chapter: what was promised is looked up, not asserted. */
final class DemoProof {

    private final Narrator narrator;
    private final Configuration configuration;
    private final OpenDatabase open;

    DemoProof(Narrator narrator, Configuration configuration, OpenDatabase open) {
        this.narrator = narrator;
        this.configuration = configuration;
        this.open = open;
    }

    /**
     * A new process of the application, with nothing cached, reads back everything that was ever acknowledged.
     *
     * @return acknowledged writes that are not there, counted; the story goes on only where there are none
     * @throws IntegrityException if what was promised is not so
     */
    long run(Ledger ledger, List<KeyRow> old, byte[] kept) {
        narrator.chapter("The proof");
        try (Clinic restarted = Clinic.start(configuration, "clinic-app-restarted")) {
            long lost = everythingIsRead(restarted, ledger);
            nothingNeeds(old);
            doesNotOpen(restarted, kept);
            return lost;
        }
    }

    private long everythingIsRead(Clinic restarted, Ledger ledger) {
        Map<UUID, Person> stored = new HashMap<>();
        restarted.transaction(em -> {
            em.createSelectionQuery("from patient", Patient.class)
                    .getResultList()
                    .forEach(patient -> stored.put(patient.id, patient.read()));
            return stored.size();
        });
        long lost = ledger.lost(stored);
        if (lost > 0 || stored.size() != ledger.size()) {
            throw new IntegrityException(lost + " of " + ledger.size()
                    + " acknowledged patients are not as they were written; " + stored.size() + " are stored.");
        }
        narrator.good("The application was restarted, with nothing cached, and read " + Table.number(ledger.size())
                + " patients: every acknowledged write is there.");
        return lost;
    }

    /** A census: no column, no quarantine, no instance needs the old keys, and their bytes are gone. */
    private void nothingNeeds(List<KeyRow> old) {
        for (KeyRow key : old) {
            KeyUses.Uses uses = open.census().of(key);
            if (uses.total() > 0) {
                throw new IntegrityException(key.name() + " is still needed by " + uses.total() + " values.");
            }
            boolean wrapped = open.tegula()
                    .registry()
                    .find(key.keyId())
                    .flatMap(KeyRow::wrapped)
                    .isPresent();
            if (wrapped) {
                throw new IntegrityException(key.name() + " still has its wrapped bytes.");
            }
        }
        narrator.good("A census of every column finds no value under the " + old.size()
                + " old keys, and the registry holds no bytes of them.");
    }

    /** An envelope copied before the rotation, as an old dump would hold it, opens for nobody. */
    private void doesNotOpen(Clinic restarted, byte[] kept) {
        try {
            restarted.tegula().field("patient.ssn", String.class).decrypt(kept, Context.noTenant());
        } catch (KeyUnknownException gone) {
            narrator.good(
                    "An envelope that was copied before the rotation, as a stolen dump would hold it, no longer opens:");
            narrator.seen(String.valueOf(gone.getMessage()));
            return;
        }
        throw new IntegrityException("An envelope under a destroyed key still opened.");
    }
}
