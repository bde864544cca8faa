package dev.tegula.operations.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Mode;
import dev.tegula.test.TestTegula;
import dev.tegula.value.ValueType;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CatalogueFileTest {

    /** An application's test pins its columns in a file; the same file is what an operator imports. */
    @Test
    void read_fileThatATestWrote_givesTheSameColumns(@TempDir Path folder) {
        List<EncryptedColumn> columns = List.of(
                new EncryptedColumn(
                        FieldId.of("patient.ssn"),
                        "public",
                        "odd \"table\"\t\\",
                        "ssn",
                        List.of("id", "part"),
                        true,
                        Optional.of("clinic"),
                        Mode.ROW,
                        ValueType.STRING,
                        true,
                        "clinic.Patient.ssn"),
                new EncryptedColumn(
                        FieldId.of("patient.note"),
                        "public",
                        "patient_notes",
                        "text",
                        List.of("id"),
                        true,
                        Optional.empty(),
                        Mode.FIELD,
                        ValueType.STRING,
                        false,
                        "clinic.Patient.notes"),
                new EncryptedColumn(
                        FieldId.of("patient.born"),
                        "public",
                        "zoë",
                        "born",
                        List.of("id"),
                        false,
                        Optional.empty(),
                        Mode.FIELD,
                        ValueType.LOCAL_DATE,
                        false,
                        "clinic.Patient.born"));
        Path file = folder.resolve("tegula-fields.json");
        TestTegula.writeCatalogue(file, columns);

        assertThat(CatalogueFile.read(file).columns()).containsExactlyInAnyOrderElementsOf(columns);
    }
}
