package dev.tegula.secret;

import dev.tegula.envelope.StrictText;
import dev.tegula.envelope.Tuple;
import dev.tegula.failure.MalformedException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** The items of sealed rows. */
final class SealedRow {

    private SealedRow() {}

    static byte[] number(Optional<Long> value) {
        return value.map(Tuple::number).orElse(new byte[0]);
    }

    static byte[] micros(Optional<Instant> at) {
        return at.map(instant -> Tuple.number(ChronoUnit.MICROS.between(Instant.EPOCH, instant)))
                .orElse(new byte[0]);
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** @throws MalformedException kind INPUT, if it is too short or too long; kind TEXT for an unpaired surrogate */
    static void requireLength(String what, String text, int least, int most) {
        int bytes = StrictText.encode(what, text).length;
        if (bytes < least || bytes > most) {
            throw new MalformedException(
                    MalformedException.Kind.INPUT,
                    "Expected " + least + " to " + most + " bytes for `" + what + "`, not " + bytes + ".");
        }
    }
}
