package dev.tegula.bench;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/** Rows as PostgreSQL's COPY takes them in binary: an id, the values, and the heads of the old ones. */
final class BinaryRows {

    private static final byte[] SIGNATURE = "PGCOPY\n\377\r\n\0".getBytes(StandardCharsets.ISO_8859_1);
    private static final int UUID_BYTES = 16;

    private BinaryRows() {}

    static byte[] of(List<String> ids, List<List<byte[]>> values, List<List<byte[]>> old, int headBytes) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.write(SIGNATURE);
            out.writeInt(0);
            out.writeInt(0);
            for (int row = 0; row < ids.size(); row++) {
                out.writeShort(1 + 2 * values.size());
                UUID id = UUID.fromString(ids.get(row));
                out.writeInt(UUID_BYTES);
                out.writeLong(id.getMostSignificantBits());
                out.writeLong(id.getLeastSignificantBits());
                for (List<byte[]> column : values) {
                    out.writeInt(column.get(row).length);
                    out.write(column.get(row));
                }
                for (List<byte[]> column : old) {
                    out.writeInt(headBytes);
                    out.write(column.get(row), 0, headBytes);
                }
            }
            out.writeShort(-1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
