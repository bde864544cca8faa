package dev.tegula.registry;

import dev.tegula.envelope.StrictText;
import dev.tegula.envelope.Tuple;
import dev.tegula.kms.WrappedKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** The bytes a row's seal covers: every column but the seal, in the order of {@code docs/format/v1.md}. */
final class SealedColumns {

    private static final byte[] LABEL = ascii("tegula/seal/v1");
    private static final byte[] ABSENT = new byte[0];

    private SealedColumns() {}

    static byte[] of(KeyRow row) {
        KeyRow.Times times = row.times();
        return Tuple.of(
                LABEL,
                row.keyId().bytes(),
                row.scope().tenant().item(),
                row.scope().field().bytes(),
                ascii(row.scope().purpose().name()),
                number(row.version()),
                new byte[] {row.suite().id()},
                ascii(row.state().name()),
                number(row.rev()),
                StrictText.encode("provider", row.provider()),
                StrictText.encode("KEK alias", row.kekAlias()),
                StrictText.encode(
                        "KEK version", row.wrapped().map(WrappedKey::kekVersion).orElse("")),
                row.wrapped().map(WrappedKey::bytes).orElse(ABSENT),
                micros(times.created()),
                micros(times.activated()),
                micros(times.retired()),
                micros(times.exported()));
    }

    private static byte[] micros(@Nullable Instant at) {
        return at == null ? ABSENT : number(ChronoUnit.MICROS.between(Instant.EPOCH, at));
    }

    private static byte[] number(long value) {
        return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
