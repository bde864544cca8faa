package dev.tegula.format;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tegula.audit.AuditEntry;
import dev.tegula.audit.AuditHead;
import dev.tegula.audit.ToldEntry;
import dev.tegula.cipher.RootKey;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.Suite;
import dev.tegula.failure.IntegrityException;
import dev.tegula.jdbc.AuditRows;
import dev.tegula.jdbc.ChainRoots;
import dev.tegula.registry.Seal;
import dev.tegula.registry.SealDoor;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Entries, heads and anchors of the audit trail. */
final class AuditOps {

    private AuditOps() {}

    static void key(VectorFile file) {
        try (RootKey root = file.keys().get(0).open()) {
            assertThat(root.<byte[]>withAuditKey(Suite.XAES_256_GCM, Scope.REGISTRY, byte[]::clone))
                    .isEqualTo(file.expected("audit"));
        }
    }

    static void entry(VectorFile file) {
        verify(file, entry(file.input().required("row")).covered(), file.input("mac"));
    }

    static void head(VectorFile file) {
        JsonNode row = file.input().required("row");
        AuditHead head = new AuditHead(
                row.required("chain").intValue(),
                row.required("seq").longValue(),
                row.required("mac").textValue());
        verify(file, head.covered(), file.input("seal"));
    }

    static void anchor(VectorFile file) {
        AuditHead read = AuditHead.parse(file.text("text"));
        assertThat(read.chain()).isEqualTo(file.expectedNode("chain").intValue());
        assertThat(read.seq()).isEqualTo(file.expectedNode("seq").longValue());
        assertThat(read.mac()).isEqualTo(file.expectedNode("mac").textValue());
        assertThat(read).hasToString(file.text("text"));
    }

    static void chain(VectorFile file) {
        List<RootKey> roots = new ArrayList<>();
        file.keys().forEach(key -> roots.add(key.open()));
        ChainRoots chain = new ChainRoots(SealDoor.under(roots));
        String previous = ToldEntry.NOTHING;
        for (JsonNode each : file.input().required("rows")) {
            ToldEntry entry = entry(each.required("row"));
            String mac = each.required("mac").textValue();
            if (!chain.genuine(new AuditRows.Row(entry.chain(), entry.seq(), Optional.of(entry), mac))
                    || !entry.previous().equals(previous)) {
                throw new IntegrityException("An entry does not verify.");
            }
            previous = mac;
        }
        if (chain.missing().isPresent()) {
            throw new IntegrityException("The mark is missing.");
        }
    }

    private static void verify(VectorFile file, byte[] covered, byte[] given) {
        try (RootKey root = file.keys().get(0).open()) {
            if (!SealDoor.under(root).auditGenuine(covered, Seal.copyOf(given))) {
                throw new IntegrityException("It does not verify.");
            }
        }
    }

    private static ToldEntry entry(JsonNode row) {
        return new ToldEntry(
                row.required("chain").intValue(),
                row.required("seq").longValue(),
                Instant.EPOCH.plus(row.required("atMicros").longValue(), ChronoUnit.MICROS),
                row.required("login").textValue(),
                row.required("host").textValue(),
                new AuditEntry(
                        row.required("action").textValue(),
                        row.required("kind").textValue(),
                        row.required("subject").textValue(),
                        VectorFile.tenant(row.required("tenant").textValue()),
                        Optional.of(row.required("actor").textValue()),
                        row.required("detail").textValue()),
                row.required("previous").textValue());
    }
}
