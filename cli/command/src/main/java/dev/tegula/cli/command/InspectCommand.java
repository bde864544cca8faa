package dev.tegula.cli.command;

import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.output.UsageException;
import dev.tegula.envelope.EnvelopeHead;
import dev.tegula.failure.CannotOpenException;
import dev.tegula.failure.MalformedException;
import dev.tegula.operations.document.Json;
import java.io.IOException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code tegula inspect}. */
@Command(
        name = "inspect",
        description = {
            "Take an envelope apart without a key.",
            "Reads hexadecimal (also psql's \\x form), base64 or the tg1. text form, from the argument or from stdin."
        })
final class InspectCommand extends TegulaCommand {

    @Parameters(
            paramLabel = "ENVELOPE",
            arity = "0..1",
            description = "The envelope; left out or -, it is read from stdin.")
    @Nullable
    String text;

    @Override
    Outcome run(Invocation invocation) throws IOException {
        String given = text == null || text.equals("-") ? invocation.console().readAll() : text;
        if (given.isBlank()) {
            throw new UsageException("An envelope is needed, as an argument or on stdin.");
        }
        byte[] envelope = EnvelopeText.bytes(given.strip());
        EnvelopeHead head = head(envelope);
        HexFormat hex = HexFormat.of();
        String salt = hex.formatHex(envelope, EnvelopeHead.SALT_OFFSET, EnvelopeHead.IV_OFFSET);
        String iv = hex.formatHex(envelope, EnvelopeHead.IV_OFFSET, EnvelopeHead.INNER_OFFSET);
        int inner = envelope.length - EnvelopeHead.INNER_OFFSET - EnvelopeHead.TAG_BYTES;
        String tag = hex.formatHex(envelope, envelope.length - EnvelopeHead.TAG_BYTES, envelope.length);
        return Outcome.done(
                Json.object(
                        "schema",
                        "tegula/inspect/1",
                        "suite",
                        head.suite().name(),
                        "mode",
                        head.mode().name(),
                        "keyId",
                        head.keyId().hex(),
                        "salt",
                        salt,
                        "iv",
                        iv,
                        "innerBytes",
                        inner,
                        "tag",
                        tag,
                        "bytes",
                        envelope.length),
                "offset  bytes  field    content",
                line(0, 1, "suite", String.format("%02x  %s", envelope[0], head.suite())),
                line(1, 1, "mode", String.format("%02x  %s", envelope[1], head.mode())),
                line(EnvelopeHead.KEY_ID_OFFSET, 32, "key id", head.keyId().hex()),
                line(EnvelopeHead.SALT_OFFSET, 12, "salt", salt),
                line(EnvelopeHead.IV_OFFSET, 12, "iv", iv),
                line(
                        EnvelopeHead.INNER_OFFSET,
                        inner,
                        "inner",
                        "encrypted: type, value, padding; a value of at most " + (inner - 1) + " bytes"),
                line(envelope.length - EnvelopeHead.TAG_BYTES, EnvelopeHead.TAG_BYTES, "tag", tag),
                envelope.length
                        + " bytes. Whether it opens, only its key can tell: `tegula verify FIELD`; whose key it is: `tegula"
                        + " keys list`.");
    }

    private static EnvelopeHead head(byte[] envelope) {
        try {
            return EnvelopeHead.of("inspect", envelope);
        } catch (CannotOpenException e) {
            throw new MalformedException(
                    MalformedException.Kind.NOT_AN_ENVELOPE,
                    "An envelope has at least " + EnvelopeHead.MIN_BYTES + " bytes, this one has " + envelope.length
                            + ". Was it cut when it was copied?");
        }
    }

    private static String line(int offset, int bytes, String field, String content) {
        return String.format("%6d  %5d  %-7s  %s", offset, bytes, field, content);
    }
}
