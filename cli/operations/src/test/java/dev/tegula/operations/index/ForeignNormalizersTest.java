package dev.tegula.operations.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.Tegula;
import dev.tegula.blindindex.Normalizer;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.catalogue.IndexColumn;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Mode;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.test.TestTegula;
import dev.tegula.value.ValueType;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Normalisers of somebody else's. */
class ForeignNormalizersTest {

    private static final FieldId FIELD = FieldId.of("patient.name");
    private static final EncryptedColumn VALUES = new EncryptedColumn(
            FIELD,
            "public",
            "patient",
            "name",
            List.of("id"),
            false,
            Optional.empty(),
            Mode.FIELD,
            ValueType.STRING,
            false,
            "test");
    private static final IndexColumn INDEX = new IndexColumn(
            "public",
            "patient",
            "name_index",
            Optional.empty(),
            "",
            256,
            false,
            List.of(new IndexColumn.Part(FIELD, Optional.of("name"), "acme.upper", 1)),
            List.of(),
            "test");

    private record Upper(int version) implements Normalizer<String> {

        @Override
        public String id() {
            return "acme.upper";
        }

        @Override
        public Object normalize(String value) {
            return value;
        }
    }

    @Test
    void parts_twoOfOneIdAndVersion_areRefused_sinceTheWrongOneWouldFillAnIndexThatFindsNothing() {
        try (TestTegula made = TestTegula.create()) {
            Tegula tegula = made.get();
            assertThat(new CatalogueIndexes(tegula, List.of(VALUES), List.of(new Upper(1), new Upper(2))).parts(INDEX))
                    .hasSize(1);
            assertThatThrownBy(() -> new CatalogueIndexes(tegula, List.of(VALUES), List.of(new Upper(1), new Upper(1)))
                            .parts(INDEX))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContainingAll("Two normalisers", "`acme.upper`", Upper.class.getName());
        }
    }
}
