package dev.tegula;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.failure.CannotOpenException;
import dev.tegula.failure.FailureKind;
import dev.tegula.failure.KeyUnknownException;
import dev.tegula.failure.MalformedException;
import dev.tegula.failure.ValueException;
import dev.tegula.keyring.KeyringCounts;
import dev.tegula.kms.LocalKms;
import dev.tegula.registry.InMemoryKeyRegistry;
import dev.tegula.value.ValueCodec;
import dev.tegula.value.ValueType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FieldCipherTest {

    private static final String CANARY = "CANARY-7f2e-123-45-6789";

    private final LocalKms kms = new LocalKms();
    private final InMemoryKeyRegistry registry = new InMemoryKeyRegistry();
    private final Tegula tegula = Tegula.builder("test")
            .kek("main", kms, "main")
            .registry(registry)
            .development()
            .build();
    private final FieldCipher<String> ssn = tegula.field("patient.ssn", String.class);

    @AfterEach
    void close() {
        tegula.close();
    }

    @Test
    void decrypt_ofEncrypted_givesTheValueBack() {
        byte[] envelope = ssn.encrypt(CANARY, Context.noTenant());

        assertThat(ssn.decrypt(envelope, Context.noTenant())).isEqualTo(CANARY);
        assertThat(envelope).hasSize(75 + CANARY.length()).startsWith(1, 0);
        assertThat(new String(envelope, StandardCharsets.ISO_8859_1)).doesNotContain("CANARY");
    }

    @Test
    void counts_ofEachCall_areThoseOfWhatItDid() {
        KeyringCounts counts = tegula.keyring().counts();
        long encrypted = counts.encrypted();
        long decrypted = counts.decrypted();
        long failed = counts.failed(FailureKind.CANNOT_OPEN);
        byte[] envelope = ssn.encrypt(CANARY, Context.noTenant());
        ssn.encrypt(null, Context.noTenant());
        ssn.decrypt(envelope, Context.noTenant());
        ssn.decrypt(null, Context.noTenant());
        envelope[envelope.length - 1] ^= 1;
        assertThatThrownBy(() -> ssn.decrypt(envelope, Context.noTenant())).isInstanceOf(CannotOpenException.class);
        assertThat(counts.encrypted() - encrypted).isEqualTo(1);
        assertThat(counts.decrypted() - decrypted).isEqualTo(1);
        assertThat(counts.failed(FailureKind.CANNOT_OPEN) - failed).isEqualTo(1);
    }

    @Test
    void encrypt_ofTheSameValueTwice_givesDifferentEnvelopes() {
        assertThat(ssn.encrypt(CANARY, Context.noTenant())).isNotEqualTo(ssn.encrypt(CANARY, Context.noTenant()));
    }

    @Test
    void encrypt_ofAnEnvelope_encryptsItLikeAnyOtherValue() {
        FieldCipher<byte[]> photo = tegula.field("patient.photo", byte[].class);
        byte[] once = photo.encrypt(new byte[] {1, 2, 3}, Context.noTenant());

        byte[] twice = photo.encrypt(once, Context.noTenant());

        assertThat(photo.decrypt(twice, Context.noTenant())).isEqualTo(once);
    }

    @Test
    void decrypt_withAnyByteChanged_isRefusedWithoutTheValue() {
        byte[] envelope = ssn.encrypt(CANARY, Context.noTenant());
        for (int i = 0; i < envelope.length; i++) {
            byte[] changed = envelope.clone();
            changed[i] ^= 1;
            assertThatThrownBy(() -> ssn.decrypt(changed, Context.noTenant()))
                    .as("byte %d", i)
                    .isInstanceOfAny(CannotOpenException.class, MalformedException.class, KeyUnknownException.class)
                    .hasMessageNotContaining("CANARY");
        }
    }

    @Test
    void decrypt_ofPlaintext_saysSoAndQuotesNoByteOfIt() {
        assertThatThrownBy(() -> ssn.decrypt(CANARY.getBytes(StandardCharsets.UTF_8), Context.noTenant()))
                .isInstanceOf(MalformedException.class)
                .hasMessageStartingWith("patient.ssn: this looks like plaintext that was never encrypted: ")
                .hasMessageNotContainingAny("CANARY", "43", "67");
    }

    @Test
    void decrypt_ofBytesThatAreNoEnvelope_saysTheSameWhateverTheyAre() {
        Set<String> messages = new HashSet<>();
        for (int first = 0; first < 256; first++) {
            byte[] bytes = new byte[100];
            Arrays.fill(bytes, (byte) first);
            bytes[0] = first > 200 ? 1 : (byte) first;
            assertThatThrownBy(() -> ssn.decrypt(bytes, Context.noTenant()))
                    .isInstanceOf(MalformedException.class)
                    .satisfies(e -> messages.add(e.getMessage()));
        }
        // zeros, printable, another suite, another mode, mode ROW
        assertThat(messages).hasSize(5);
    }

    @Test
    void columnForms_ofAFieldWithoutATenant_encryptAndDecrypt() {
        assertThat(ssn.fromColumn(ssn.toColumn(CANARY))).isEqualTo(CANARY);
        assertThat(ssn.fromColumn(ssn.toColumn(null))).isNull();
    }

    @Test
    void columnForms_ofAFieldPerTenant_areRefused() {
        FieldCipher<String> perTenant =
                tegula.field(FieldSpec.of("patient.note", String.class).withKeyPerTenant());

        assertThatThrownBy(() -> perTenant.toColumn(CANARY)).isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> perTenant.fromColumn(new byte[] {1})).isInstanceOf(MalformedException.class);
    }

    @Test
    @SuppressWarnings({"NullAway", "DataFlowIssue"})
    void nullArguments_areNamed() {
        assertThatThrownBy(() -> ssn.encrypt(CANARY, null)).hasMessageStartingWith("context: ");
        assertThatThrownBy(() -> ssn.decrypt(null, null)).hasMessageStartingWith("context: ");
        assertThatThrownBy(() -> tegula.field("x.y", (Class<String>) null)).hasMessageStartingWith("type: ");
        assertThatThrownBy(() -> tegula.field(null, String.class)).hasMessageStartingWith("field: ");
        assertThatThrownBy(() -> Context.tenant(null)).hasMessageStartingWith("name: ");
        assertThatThrownBy(() -> Tegula.builder(null)).hasMessageStartingWith("deployment: ");
        assertThatThrownBy(() -> Tegula.builder("t").kek("main", null, "key")).hasMessageStartingWith("kms: ");
        assertThatThrownBy(() -> Tegula.builder("t").kek(null, kms, "key")).hasMessageStartingWith("alias: ");
        assertThatThrownBy(() -> Tegula.builder("t").registry((DataSource) null))
                .hasMessageStartingWith("source: ");
    }

    private enum Before {
        CANARY
    }

    private enum After {
        OTHER
    }

    @Test
    void decrypt_ofAConstantThatWasRenamed_namesFieldAndCureButNotTheConstant() {
        byte[] envelope = tegula.field("patient.kind", Before.class).encrypt(Before.CANARY, Context.noTenant());

        assertThatThrownBy(() -> tegula.field("patient.kind", After.class).decrypt(envelope, Context.noTenant()))
                .isInstanceOf(ValueException.class)
                .hasMessageContainingAll("patient.kind: ", "After", "renamed or removed", "String")
                .hasMessageNotContaining("CANARY");
    }

    @Test
    void encrypt_ofTextWithoutEncoding_namesTheField() {
        assertThatThrownBy(() -> ssn.encrypt("\uD800", Context.noTenant()))
                .isInstanceOf(MalformedException.class)
                .hasMessageStartingWith("patient.ssn: ");
    }

    @Test
    void encrypt_withACodecThatCannotReadItsOwn_isRefusedWithoutTheValue() {
        FieldCipher<String> field = tegula.field(FieldSpec.of("patient.odd", new OneWay()));

        assertThatThrownBy(() -> field.encrypt(CANARY, Context.noTenant()))
                .isInstanceOf(ValueException.class)
                .hasMessageStartingWith("patient.odd: ")
                .hasMessageNotContaining("CANARY");
    }

    private static final class OneWay implements ValueCodec<String> {
        @Override
        public String javaType() {
            return "OneWay";
        }

        @Override
        public ValueType type() {
            return ValueType.BYTES;
        }

        @Override
        public byte[] encode(String value) {
            return value.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public String decode(ValueType stored, byte[] source, int offset, int length) {
            throw new IllegalStateException(new String(source, offset, length, StandardCharsets.UTF_8));
        }
    }

    /** It may not, but one of an application's does: what it keeps must not become another value, nor zeros. */
    @Test
    void decrypt_byACodecOfOthersThatKeepsItsArray_givesItAnArrayOfItsOwn() {
        FieldCipher<String> kept = tegula.field(FieldSpec.of("patient.kept", new Keeper()));
        Keeper keeper = (Keeper) kept.spec().codec();
        for (String value : List.of("first value", "other value")) {
            assertThat(kept.decrypt(kept.encrypt(value, Context.noTenant()), Context.noTenant()))
                    .isEqualTo(value);
        }
        assertThat(keeper.sources.stream()
                        .map(source -> new String(source, 1, source.length - 1, StandardCharsets.UTF_8)))
                .containsExactly("first value", "other value");
    }

    private static final class Keeper implements ValueCodec<String> {
        private final List<byte[]> sources = new ArrayList<>();

        @Override
        public String javaType() {
            return "Keeper";
        }

        @Override
        public ValueType type() {
            return ValueType.BYTES;
        }

        @Override
        public byte[] encode(String value) {
            return value.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public void requireReadable(byte[] encoded) {
            // any bytes are
        }

        @Override
        public String decode(ValueType stored, byte[] source, int offset, int length) {
            sources.add(source);
            return new String(source, offset, length, StandardCharsets.UTF_8);
        }
    }

    @Test
    void decrypt_ofAnotherFieldsEnvelope_isRefused() {
        FieldCipher<String> note = tegula.field("patient.note", String.class);
        byte[] envelope = note.encrypt(CANARY, Context.noTenant());

        assertThatThrownBy(() -> ssn.decrypt(envelope, Context.noTenant())).isInstanceOf(CannotOpenException.class);
    }

    @Test
    void decrypt_ofAnotherTenantsEnvelope_isRefused() {
        FieldCipher<String> perTenant =
                tegula.field(FieldSpec.of("account.iban", String.class).withKeyPerTenant());
        byte[] envelope = perTenant.encrypt(CANARY, Context.tenant("acme"));

        assertThat(perTenant.decrypt(envelope, Context.tenant("acme"))).isEqualTo(CANARY);
        assertThatThrownBy(() -> perTenant.decrypt(envelope, Context.tenant("globex")))
                .isInstanceOf(CannotOpenException.class);
    }

    @Test
    void encrypt_withoutTheTenantItNeeds_isRefused() {
        FieldCipher<String> perTenant =
                tegula.field(FieldSpec.of("account.iban", String.class).withKeyPerTenant());

        assertThatThrownBy(() -> perTenant.encrypt(CANARY, Context.noTenant()))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("was given no tenant")
                .hasMessageNotContaining("CANARY");
        assertThatThrownBy(() -> ssn.encrypt(CANARY, Context.tenant("acme"))).isInstanceOf(MalformedException.class);
    }

    @Test
    void encrypt_ofAnUnpairedSurrogate_isRefusedWithoutTheValue() {
        assertThatThrownBy(() -> ssn.encrypt(CANARY + "\ud800", Context.noTenant()))
                .isInstanceOf(MalformedException.class)
                .hasMessageNotContaining("CANARY")
                .hasNoCause();
        assertThatThrownBy(() -> Context.tenant("acme\udc00")).isInstanceOf(MalformedException.class);
    }

    @Test
    void decrypt_asAnotherType_saysWhichTypesAndNoValue() {
        FieldCipher<Integer> asInteger = tegula.field("patient.ssn", Integer.class);
        byte[] envelope = ssn.encrypt(CANARY, Context.noTenant());

        assertThatThrownBy(() -> asInteger.decrypt(envelope, Context.noTenant()))
                .isInstanceOf(ValueException.class)
                .hasMessageContaining("STRING")
                .hasMessageContaining("I32")
                .hasMessageNotContaining("CANARY");
    }

    @Test
    void decrypt_ofAnIntAsLong_widens() {
        byte[] envelope = tegula.field("p.n", Integer.class).encrypt(-7, Context.noTenant());

        assertThat(tegula.field("p.n", Long.class).decrypt(envelope, Context.noTenant()))
                .isEqualTo(-7L);
    }

    @Test
    void nulls_stayNull_unlessSealed() {
        FieldCipher<String> sealed =
                tegula.field(FieldSpec.of("patient.gp", String.class).withSealedNulls());

        byte[] envelope = sealed.encrypt(null, Context.noTenant());

        assertThat(ssn.encrypt(null, Context.noTenant())).isNull();
        assertThat(ssn.decrypt(null, Context.noTenant())).isNull();
        assertThat(envelope).hasSize(75);
        assertThat(sealed.decrypt(envelope, Context.noTenant())).isNull();
        assertThatThrownBy(() -> sealed.decrypt(null, Context.noTenant())).isInstanceOf(CannotOpenException.class);
    }

    @Test
    void padding_hidesTheLength() {
        FieldCipher<String> padded =
                tegula.field(FieldSpec.of("p.note", String.class).paddedTo(32));

        byte[] shorter = padded.encrypt("a", Context.noTenant());
        byte[] longer = padded.encrypt("a".repeat(32), Context.noTenant());

        assertThat(shorter).hasSameSizeAs(longer);
        assertThat(padded.decrypt(shorter, Context.noTenant())).isEqualTo("a");
        assertThat(tegula.field("p.note", String.class).decrypt(longer, Context.noTenant()))
                .isEqualTo("a".repeat(32));
    }

    @Test
    void decrypt_ofForeignBytes_saysWhatWasExpected() {
        for (byte[] foreign : new byte[][] {{}, {0}, "123-45-6789".getBytes(StandardCharsets.UTF_8), {(byte) 0xff}}) {
            assertThatThrownBy(() -> ssn.decrypt(foreign, Context.noTenant()))
                    .isInstanceOf(MalformedException.class)
                    .hasMessageNotContaining("123-45");
        }
        byte[] cut = Arrays.copyOf(ssn.encrypt(CANARY, Context.noTenant()), 74);
        assertThatThrownBy(() -> ssn.decrypt(cut, Context.noTenant())).isInstanceOf(CannotOpenException.class);
    }
}
