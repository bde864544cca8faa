package dev.tegula.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cipher.CipherDoor;
import dev.tegula.cipher.RootKey;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Purpose;
import dev.tegula.envelope.RowId;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.Suite;
import dev.tegula.envelope.Tuple;
import dev.tegula.kms.WrapContext;
import java.util.HexFormat;
import java.util.UUID;
import java.util.stream.StreamSupport;

/** Encodings, derivations and contexts. */
final class KeyOps {

    private static final Suite SUITE = Suite.XAES_256_GCM;

    private KeyOps() {}

    static void tuple(VectorFile file) {
        byte[][] items = StreamSupport.stream(file.input().required("items").spliterator(), false)
                .map(VectorFile::hex)
                .toArray(byte[][]::new);
        assertThat(Tuple.of(items)).isEqualTo(file.expected("bytes"));
    }

    static void rowId(VectorFile file) {
        byte[][] items = StreamSupport.stream(file.input().required("columns").spliterator(), false)
                .map(column -> item(
                        column.required("type").textValue(),
                        column.required("value").textValue()))
                .toArray(byte[][]::new);
        assertThat(RowId.of(items).bytes()).isEqualTo(file.expected("bytes"));
    }

    private static byte[] item(String type, String value) {
        return switch (type) {
            case "integer" -> RowId.integer(Long.parseLong(value));
            case "uuid" -> RowId.uuid(UUID.fromString(value));
            case "text" -> RowId.text(value);
            case "bytes" -> RowId.bytes(HexFormat.of().parseHex(value));
            default -> throw new AssertionError(type);
        };
    }

    static void tenant(VectorFile file) {
        byte[] item = VectorFile.tenant(file.text("tenant")).item();
        assertThat(item).isEqualTo(file.expected("bytes"));
    }

    static void field(VectorFile file) {
        assertThat(new FieldId(file.text("field")).bytes()).isEqualTo(file.expected("bytes"));
    }

    static void derive(VectorFile file) {
        Scope scope = file.scope();
        try (RootKey root = RootKey.takeOwnership(file.input("root"))) {
            assertThat(root.keyId(SUITE, scope).bytes()).isEqualTo(file.expected("keyId"));
            if (scope.purpose() == Purpose.DATA) {
                assertThat(CipherDoor.encryptionKey(root, scope)).isEqualTo(file.expected("enc"));
            }
            if (scope.purpose() == Purpose.BRANCH) {
                assertThat(root.<byte[]>withWrapKey(SUITE, scope, byte[]::clone))
                        .isEqualTo(file.expected("wrap"));
            }
            if (scope.purpose() == Purpose.REGISTRY) {
                assertThat(root.<byte[]>withSealKey(SUITE, scope, byte[]::clone))
                        .isEqualTo(file.expected("seal"));
            }
        }
    }

    static void wrapContext(VectorFile file) {
        WrapContext context =
                WrapContext.of(file.text("deployment"), SUITE, file.scope(), KeyId.copyOf(file.input("keyId")));
        assertThat(context.digest()).isEqualTo(file.expected("digest"));
    }

    /** A registry row that names a root by a key id; opening it is what finds the difference. */
    static void keyCommitment(VectorFile file) {
        try (RootKey root = RootKey.takeOwnership(file.input("root"))) {
            Registered.unwrap(root, file.scope(), KeyId.copyOf(file.input("keyId")));
        }
    }
}
