package dev.tegula.format;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tegula.cipher.RootKey;
import dev.tegula.failure.IntegrityException;
import dev.tegula.registry.Seal;
import dev.tegula.registry.SealDoor;
import dev.tegula.registry.SealedKind;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

/** Sealed rows of censuses. */
final class CensusOp {

    private CensusOp() {}

    static void seal(VectorFile file) {
        JsonNode row = file.input().required("row");
        byte[][] items = Stream.of("schema", "table", "part", "document")
                .map(name -> row.required(name).textValue().getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new);
        try (RootKey root = file.keys().get(0).open()) {
            if (!SealDoor.under(root).genuine(SealedKind.CENSUS, Seal.copyOf(file.input("seal")), items)) {
                throw new IntegrityException("The seal does not verify.");
            }
        }
    }
}
