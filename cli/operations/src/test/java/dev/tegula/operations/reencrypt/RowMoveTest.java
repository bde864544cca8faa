package dev.tegula.operations.reencrypt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Mode;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.RefusedException;
import dev.tegula.value.ValueType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lists of rows whose key was changed, and what they are refused for before anything is read. */
final class RowMoveTest {

    private static final KeyPaging KEYS = new KeyPaging(List.of(new KeyColumn("id", "bigint")));

    private static final EncryptedColumn COLUMN = new EncryptedColumn(
            FieldId.of("document.body"),
            "public",
            "document",
            "body",
            List.of("id"),
            false,
            Optional.empty(),
            Mode.ROW,
            ValueType.STRING,
            false,
            "test");

    @TempDir
    Path folder;

    private List<RowMove> moves(String lines) throws IOException {
        Path list = Files.writeString(folder.resolve("moved.csv"), lines.replace(';', '\n'));
        return RowMove.of(MovedRows.read(list), KEYS, KEYS.columns());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1,101;2,102;1,103|lines 1 and 3 have one old key",
                "1,101;2,101|lines 1 and 2 have one new key",
                "101,102;102,101|lines 2 and 1 have one key, the one as its old and the other as its new one",
                "1,101;101,1101|lines 1 and 2 have one key, the one as its old",
                "1,101;0101,0101|lines 1 and 2 have one new key",
                "5,5|line 1 has one key twice"
            })
    void list_thatCouldMoveAValueBetweenRows_isRefused(String lines, String why) {
        assertThatThrownBy(() -> moves(lines))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(why);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1,101;2|line 2: it has 1 parts, but the old key has 1 and the new one 1",
                "1,101,3|line 1: it has 3 parts",
                "1,secret|line 1: a part of a key is not bigint, as that of id is",
                "+1,101|line 1: a part of a key is not bigint",
                "99999999999999999999,101|line 1: a part of a key is not bigint"
            })
    void list_thatIsNoPairsOfKeys_isRefusedWithTheLineAndNotTheKey(String lines, String why) {
        assertThatThrownBy(() -> moves(lines))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(why)
                .hasMessageNotContaining("secret");
    }

    @Test
    void columns_ofATableWithoutBoundValues_isRefused() {
        List<EncryptedColumn> catalogue = List.of(COLUMN);
        assertThat(Rebinding.columns(catalogue, "public.document")).hasSize(1);
        assertThatThrownBy(() -> Rebinding.columns(catalogue, "public.documents"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("`public.documents`; the catalogue has public.document. Did you mean");
    }
}
