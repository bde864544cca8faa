package dev.tegula.envelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.failure.MalformedException;
import dev.tegula.failure.MalformedException.Kind;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Key ids, row ids, tenants and text as values. */
final class IdentifiersTest {

    private static final String HEX = "91be27d0" + "05".repeat(28);

    @Test
    void fieldOfBranches_ofAnAlias_keepsLettersAndDigitsAndNothingElse() {
        FieldId branch = FieldId.ofBranch("az09`{/:Aé");

        assertThat(branch.value()).isEqualTo("tegula.branch.az09_60_7b_2f_3a_41_c3_a9");
        assertThat(branch.ofBranches()).isTrue();
        assertThat(FieldId.of("branch.az09").ofBranches()).isFalse();
    }

    @Test
    void keyId_isShownByItsFirstEightDigits() {
        KeyId id = KeyId.ofHex(HEX);

        assertThat(id).hasToString("91be27d0");
        assertThat(id.shortHex()).isEqualTo("91be27d0");
        assertThat(id.hex()).isEqualTo(HEX);
        assertThat(KeyId.copyOf(id.bytes())).isEqualTo(id).hasSameHashCodeAs(id);
        // All four bytes, the signs of none: a map of key ids must not degenerate.
        assertThat(id.hashCode()).isEqualTo(0x91be27d0);
        assertThat(KeyId.ofHex("01ffff80" + "00".repeat(28)).hashCode()).isEqualTo(0x01ffff80);
    }

    @Test
    void keyId_thatDiffersInAnyByte_isAnother() {
        KeyId id = KeyId.ofHex(HEX);
        for (int i = 0; i < KeyId.SIZE_BYTES; i++) {
            byte[] other = id.bytes();
            other[i] ^= 1;
            assertThat(KeyId.copyOf(other)).isNotEqualTo(id);
            assertThat(id.at(other, 0)).isFalse();
        }
        byte[] padded = new byte[40];
        System.arraycopy(id.bytes(), 0, padded, 5, 32);
        assertThat(id.at(padded, 5)).isTrue();
        assertThat(KeyId.copyOf(padded, 5)).isEqualTo(id);
    }

    @Test
    void keyIds_areInTheOrderOfTheirBytes() {
        KeyId low = KeyId.ofHex("00".repeat(32));
        KeyId middle = KeyId.ofHex("7f".repeat(32));
        KeyId high = KeyId.ofHex("80".repeat(32));

        TreeSet<KeyId> sorted = new TreeSet<>(List.of(high, low, middle));

        assertThat(sorted).containsExactly(low, middle, high);
    }

    @Test
    void text_withTheReplacementCharacterOfItsOwn_isReadAsItIs() {
        String text = "a\ufffdb";
        byte[] utf8 = StrictText.encode("name", text);

        assertThat(StrictText.decode("name", utf8, 0, utf8.length)).isEqualTo(text);
    }

    @Test
    void keyId_ofAnythingElse_isRefusedByItsLength() {
        assertThatThrownBy(() -> KeyId.copyOf(new byte[31]))
                .isInstanceOf(MalformedException.class)
                .hasMessage("A key id has 32 bytes, not 31.");
        assertThatThrownBy(() -> KeyId.ofHex("zz"))
                .isInstanceOf(MalformedException.class)
                .hasMessage("A key id is 64 hexadecimal digits; this is not, with 2 characters.");
    }

    @Test
    void rowId_isEqualByItsBytesAndShowsNone() {
        byte[] bytes = {1, 2, 3};
        RowId id = RowId.copyOf(bytes);
        bytes[0] = 9;

        assertThat(id.bytes()).containsExactly(1, 2, 3);
        assertThat(id).isEqualTo(RowId.copyOf(new byte[] {1, 2, 3})).hasSameHashCodeAs(RowId.copyOf(id.bytes()));
        assertThat(id).isNotEqualTo(RowId.copyOf(new byte[] {1, 2})).isNotEqualTo("a");
        assertThat(id.hashCode())
                .isNotEqualTo(RowId.copyOf(new byte[] {3, 2, 1}).hashCode());
        assertThat(id).hasToString("RowId[3 bytes]");
    }

    @Test
    void tenant_ofAStoredItem_isTheOneThatWroteItOrRefused() {
        assertThat(TenantId.ofItem(new byte[] {0})).isEqualTo(TenantId.none());
        assertThat(TenantId.ofItem(new byte[] {1, 'a'})).isEqualTo(TenantId.of("a"));
        for (byte[] strange : new byte[][] {{}, {1}, {2}, {2, 'a'}, {0, 'a'}, {0, 0}}) {
            assertThatThrownBy(() -> TenantId.ofItem(strange))
                    .as(HexFormat.of().formatHex(strange))
                    .isInstanceOf(MalformedException.class)
                    .hasMessageContaining("A stored tenant starts with");
        }
    }

    @Test
    void tenant_asAnArgument_survivesAShell() {
        assertThat(TenantId.of("org:7/eu-west").argument()).isEqualTo("org:7/eu-west");
        assertThat(TenantId.of("a b").argument()).isEqualTo("'a b'");
        assertThat(TenantId.of("o'neill").argument()).isEqualTo("'o'\\''neill'");
        assertThat(TenantId.of("$x").argument()).isEqualTo("'$x'");
        assertThat(TenantId.of("a.b_c-d@e+f=g,h%i").argument()).isEqualTo("a.b_c-d@e+f=g,h%i");
    }

    @Test
    void tenant_isShownInOneLineOfPlainCharacters() {
        assertThat(TenantId.of("a b~").shown()).isEqualTo("\"a b~\"");
        assertThat(TenantId.of("a b\u007f").shown()).isEqualTo("\"a b\\u007f\"");
        assertThat(TenantId.of("a\\b").shown()).isEqualTo("\"a\\\\b\"");
        assertThat(TenantId.of("a").hashCode()).isNotEqualTo(TenantId.of("b").hashCode());
        assertThat(TenantId.none()).hasToString("(no tenant)");
    }

    @Test
    void text_beyondAscii_isUtf8() {
        assertThat(StrictText.encode("name", "\u007f")).containsExactly(0x7f);
        assertThat(StrictText.encode("name", "\u0080")).isEqualTo("\u0080".getBytes(StandardCharsets.UTF_8));
        assertThat(StrictText.encode("name", "")).isEmpty();
        assertThatThrownBy(() -> StrictText.decode("name", new byte[] {(byte) 0xc2}, 0, 1))
                .isInstanceOfSatisfying(
                        MalformedException.class, e -> assertThat(e.kind()).isEqualTo(Kind.TEXT))
                .hasMessage("The name (1 bytes) is not valid UTF-8.");
    }
}
