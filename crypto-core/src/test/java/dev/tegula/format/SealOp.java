package dev.tegula.format;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tegula.cipher.RootKey;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Suite;
import dev.tegula.kms.WrappedKey;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import dev.tegula.registry.RegistrySeal;
import dev.tegula.registry.Seal;
import dev.tegula.registry.SealDoor;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Registry rows with a seal. */
final class SealOp {

    private SealOp() {}

    static void run(VectorFile file) {
        try (RootKey root = file.keys().get(0).open()) {
            RegistrySeal seal = SealDoor.under(root);
            KeyRow row = row(file.input().required("row"), Seal.copyOf(file.input("seal")));
            seal.verify(row);
            assertThat(seal.seal(row).seal()).isEqualTo(row.seal());
        }
    }

    private static KeyRow row(JsonNode row, Seal seal) {
        assertThat(row.required("suite").intValue()).isEqualTo(Suite.XAES_256_GCM.id());
        JsonNode wrapped = row.required("wrapped");
        return new KeyRow(
                KeyId.copyOf(VectorFile.hex(row.required("keyId"))),
                VectorFile.scope(row),
                row.required("version").intValue(),
                Suite.XAES_256_GCM,
                KeyState.valueOf(row.required("state").textValue()),
                row.required("rev").longValue(),
                row.required("provider").textValue(),
                row.required("kekAlias").textValue(),
                wrapped.isNull()
                        ? Optional.empty()
                        : Optional.of(WrappedKey.copyOf(
                                VectorFile.hex(wrapped),
                                row.required("kekVersion").textValue())),
                new KeyRow.Times(
                        Instant.EPOCH.plus(row.required("createdMicros").longValue(), ChronoUnit.MICROS),
                        instant(row.required("activatedMicros")),
                        instant(row.required("retiredMicros")),
                        instant(row.required("exportedMicros"))),
                seal);
    }

    private static @Nullable Instant instant(JsonNode micros) {
        return micros.isNull() ? null : Instant.EPOCH.plus(micros.longValue(), ChronoUnit.MICROS);
    }
}
