package dev.tegula.secret;

import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.StrictText;
import dev.tegula.envelope.Tuple;
import dev.tegula.failure.MalformedException;
import dev.tegula.kms.WrappedKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What stands before the content of a snapshot. */
record SnapshotHeader(SnapshotTerms terms, String provider, KeyId keyId, WrappedKey wrapped) {

    private static final byte[] MAGIC = {'T', 'G', 'S', 'S', 1};
    private static final int HEAD = MAGIC.length + Integer.BYTES;
    private static final int LONGEST = 65_536;
    private static final int LONGEST_AUDIT = 4_096;
    private static final int LONGEST_PROVIDER = 200;
    private static final int ITEMS = 10;

    static boolean begins(byte[] file) {
        return file.length >= MAGIC.length && Arrays.equals(Arrays.copyOf(file, MAGIC.length), MAGIC);
    }

    /** How many bytes stand before the content. */
    static int startLength(byte[] file) {
        if (!begins(file) || file.length < HEAD) {
            throw malformed();
        }
        int length = ByteBuffer.wrap(file).getInt(MAGIC.length);
        if (length < 0 || length > LONGEST || length > file.length - HEAD) {
            throw malformed();
        }
        return HEAD + length;
    }

    byte[] start() {
        byte[][] prefixes = terms.prefixes().stream().map(SecretName::bytes).toArray(byte[][]::new);
        byte[] header = Tuple.of(
                StrictText.encode("deployment", terms.deployment()),
                Tuple.of(prefixes),
                SealedRow.micros(Optional.of(terms.made())),
                Tuple.number(terms.maxAge().toSeconds()),
                new byte[0],
                StrictText.encode("KEK alias", terms.kek()),
                StrictText.encode("provider", provider),
                StrictText.encode("KEK version", wrapped.kekVersion()),
                keyId.bytes(),
                wrapped.bytes());
        if (header.length > LONGEST) {
            throw new MalformedException(
                    MalformedException.Kind.INPUT, "A snapshot of so many prefixes has too long a header; take fewer.");
        }
        return ByteBuffer.allocate(HEAD + header.length)
                .put(MAGIC)
                .putInt(header.length)
                .put(header)
                .array();
    }

    static SnapshotHeader parse(byte[] start) {
        try {
            List<byte[]> items = Tuple.items(Arrays.copyOfRange(start, HEAD, start.length));
            if (items.size() != ITEMS || items.get(4).length > LONGEST_AUDIT || items.get(9).length == 0) {
                throw malformed();
            }
            List<SecretName> prefixes = new ArrayList<>();
            for (byte[] prefix : Tuple.items(items.get(1))) {
                prefixes.add(name(prefix));
            }
            SnapshotTerms terms = new SnapshotTerms(
                    text(items.get(0)),
                    prefixes,
                    instant(items.get(2)),
                    Duration.ofSeconds(number(items.get(3))),
                    text(items.get(5)));
            String provider = text(items.get(6));
            String version = text(items.get(7));
            if (provider.isEmpty() || provider.length() > LONGEST_PROVIDER || version.isEmpty()) {
                throw malformed();
            }
            return new SnapshotHeader(
                    terms, provider, KeyId.copyOf(items.get(8)), WrappedKey.copyOf(items.get(9), version));
        } catch (MalformedException | IllegalArgumentException | ArithmeticException | DateTimeException outside) {
            throw malformed();
        }
    }

    static SecretName name(byte[] ascii) {
        return new SecretName(new String(ascii, StandardCharsets.ISO_8859_1));
    }

    static long number(byte[] item) {
        if (item.length != Long.BYTES) {
            throw malformed();
        }
        return ByteBuffer.wrap(item).getLong();
    }

    static Instant instant(byte[] micros) {
        return Instant.EPOCH.plus(number(micros), ChronoUnit.MICROS);
    }

    private static String text(byte[] utf8) {
        return StrictText.decode("header", utf8, 0, utf8.length);
    }

    private static MalformedException malformed() {
        return new MalformedException(
                MalformedException.Kind.INPUT, "Expected a snapshot of secrets; this file has another form.");
    }
}
