package dev.tegula.registry;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.catalogue.IndexColumn;
import dev.tegula.envelope.StrictText;
import dev.tegula.envelope.Tuple;
import dev.tegula.kms.WrappedKey;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * The bytes a seal covers: every column of the row but the seal, and of a catalogue row the time of its publication, in
 * the order of {@code docs/format/v1.md}. The first item tells the kinds apart.
 */
final class SealedColumns {

    private static final byte[] LABEL = ascii("tegula/seal/v1");
    private static final byte[] FIELD_LABEL = ascii("tegula/seal-field/v1");
    private static final byte[] INDEX_LABEL = ascii("tegula/seal-index/v1");
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
                Tuple.number(row.version()),
                new byte[] {row.suite().id()},
                ascii(row.state().name()),
                Tuple.number(row.rev()),
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

    static byte[] of(EncryptedColumn column) {
        return Tuple.of(
                FIELD_LABEL,
                StrictText.encode("schema", column.schema()),
                StrictText.encode("table", column.table()),
                StrictText.encode("column", column.column()),
                column.field().bytes(),
                Tuple.of(column.keyColumns().stream()
                        .map(key -> StrictText.encode("key column", key))
                        .toArray(byte[][]::new)),
                flag(column.perTenant()),
                column.tenantColumn()
                        .map(tenant -> StrictText.encode("tenant column", tenant))
                        .orElse(ABSENT),
                new byte[] {column.mode().id()},
                new byte[] {column.type().tag()},
                flag(column.sealNulls()),
                StrictText.encode("origin", column.origin()));
    }

    static byte[] of(IndexColumn index) {
        return Tuple.of(
                INDEX_LABEL,
                StrictText.encode("schema", index.schema()),
                StrictText.encode("table", index.table()),
                StrictText.encode("column", index.column()),
                index.next().map(name -> StrictText.encode("column", name)).orElse(ABSENT),
                ascii(index.name()),
                Tuple.number(index.bits()),
                flag(index.perTenant()),
                Tuple.of(index.parts().stream().map(SealedColumns::part).toArray(byte[][]::new)),
                Tuple.of(index.unique().stream()
                        .map(name -> StrictText.encode("column", name))
                        .toArray(byte[][]::new)),
                StrictText.encode("origin", index.origin()));
    }

    private static byte[] part(IndexColumn.Part part) {
        return Tuple.of(
                part.field().bytes(),
                part.column().map(name -> StrictText.encode("column", name)).orElse(ABSENT),
                ascii(part.normalizer()),
                Tuple.number(part.version()));
    }

    static byte[] of(SealedKind kind, byte[]... columns) {
        byte[][] items = new byte[columns.length + 1][];
        items[0] = ascii(kind.label());
        System.arraycopy(columns, 0, items, 1, columns.length);
        return Tuple.of(items);
    }

    private static byte[] flag(boolean set) {
        return new byte[] {(byte) (set ? 1 : 0)};
    }

    private static byte[] micros(@Nullable Instant at) {
        return at == null ? ABSENT : Tuple.number(ChronoUnit.MICROS.between(Instant.EPOCH, at));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
