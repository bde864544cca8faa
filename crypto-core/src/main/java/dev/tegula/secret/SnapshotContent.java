package dev.tegula.secret;

import dev.tegula.envelope.Tuple;
import dev.tegula.failure.MalformedException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The secrets inside a snapshot. */
final class SnapshotContent {

    private static final int ITEMS = 4;

    private SnapshotContent() {}

    static byte[] write(List<SecretValue> values) {
        SortedMap<SecretName, byte[]> entries = new TreeMap<>();
        for (SecretValue value : values) {
            byte[] bytes = value.bytes();
            entries.put(
                    value.name(),
                    Tuple.of(
                            value.name().bytes(),
                            Tuple.number(value.version()),
                            SealedRow.micros(value.expires()),
                            bytes));
            Arrays.fill(bytes, (byte) 0);
        }
        byte[] content = Tuple.of(entries.values().toArray(byte[][]::new));
        entries.values().forEach(entry -> Arrays.fill(entry, (byte) 0));
        return content;
    }

    /** @throws MalformedException kind INPUT, if it is no list of secrets at and below the prefixes in their order */
    static SortedMap<SecretName, SecretValue> read(byte[] content, SnapshotTerms terms) {
        SortedMap<SecretName, SecretValue> found = new TreeMap<>();
        List<byte[]> entries = Tuple.items(content);
        try {
            for (byte[] entry : entries) {
                SecretValue value = value(Tuple.items(entry));
                SecretValue before = found.putIfAbsent(value.name(), value);
                if (before != null
                        || !terms.holds(value.name())
                        || !found.lastKey().equals(value.name())) {
                    value.close();
                    throw malformed();
                }
            }
            return found;
        } catch (RuntimeException e) {
            found.values().forEach(SecretValue::close);
            throw e;
        } finally {
            entries.forEach(entry -> Arrays.fill(entry, (byte) 0));
        }
    }

    private static SecretValue value(List<byte[]> items) {
        boolean taken = false;
        try {
            if (items.size() != ITEMS || items.get(3).length > SecretStore.LONGEST_VALUE) {
                throw malformed();
            }
            long version = SnapshotHeader.number(items.get(1));
            if (version < 1) {
                throw malformed();
            }
            Optional<Instant> expires =
                    items.get(2).length == 0 ? Optional.empty() : Optional.of(SnapshotHeader.instant(items.get(2)));
            SecretName name = SnapshotHeader.name(items.get(0));
            taken = true;
            return SecretValue.takeOwnership(name, version, expires, items.get(3));
        } catch (ArithmeticException | DateTimeException outside) {
            throw malformed();
        } finally {
            if (!taken) {
                items.forEach(item -> Arrays.fill(item, (byte) 0));
            }
        }
    }

    private static MalformedException malformed() {
        return new MalformedException(MalformedException.Kind.INPUT, "The content of the snapshot has another form.");
    }
}
