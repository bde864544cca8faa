package dev.tegula.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Mode;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.value.ValueType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CatalogueDocumentTest {

    private static final EncryptedColumn SSN = column("patient.ssn", "patient", ValueType.STRING);
    private static final EncryptedColumn BORN = column("patient.born", "a \"quoted\" table", ValueType.LOCAL_DATE);

    @TempDir
    Path folder;

    private static EncryptedColumn column(String field, String table, ValueType type) {
        return new EncryptedColumn(
                FieldId.of(field),
                "public",
                table,
                field.replaceFirst(".*\\.", ""),
                List.of("id"),
                false,
                Optional.empty(),
                Mode.FIELD,
                type,
                false,
                "clinic." + field);
    }

    private static AssertionError differing(Path file, EncryptedColumn... columns) {
        return assertThrows(AssertionError.class, () -> TestTegula.assertCatalogue(file, List.of(columns)));
    }

    @Test
    void assertCatalogue_firstTime_writesAndThenAgreesInAnyOrder() throws IOException {
        Path file = folder.resolve("fields.json");
        new CatalogueDocument(List.of(SSN, BORN)).assertSameAs(file, false);
        String written = Files.readString(file);

        assertEquals("""
                {"schema": "tegula/fields/1", "fields": [
                  {"field": "patient.born", "schema": "public", "table": "a \\"quoted\\" table", "column": "born", \
                "keyColumns": ["id"], "perTenant": false, "tenantColumn": null, "mode": "FIELD", \
                "type": "LOCAL_DATE", "sealNulls": false, \
                "origin": "clinic.patient.born"},
                  {"field": "patient.ssn", "schema": "public", "table": "patient", "column": "ssn", \
                "keyColumns": ["id"], "perTenant": false, "tenantColumn": null, "mode": "FIELD", \
                "type": "STRING", "sealNulls": false, \
                "origin": "clinic.patient.ssn"}
                ]}
                """, written);
        TestTegula.assertCatalogue(file, List.of(BORN, SSN));
        assertEquals(written, Files.readString(file));
    }

    @Test
    void assertCatalogue_columnGoneOrNewOrOfAnotherType_namesItAndLeavesTheFile() throws IOException {
        Path file = folder.resolve("fields.json");
        new CatalogueDocument(List.of(SSN, BORN)).assertSameAs(file, false);
        String written = Files.readString(file);

        assertTrue(differing(file, SSN).getMessage().contains("Only in the file: {\"field\": \"patient.born\""));
        String other = differing(file, BORN, column("patient.ssn", "patient", ValueType.I64))
                .getMessage();
        assertTrue(other.contains("\"type\": \"STRING\"") && other.contains("\"type\": \"I64\""), other);
        assertFalse(other.contains("patient.born"), "what did not change is not listed");
        assertEquals(written, Files.readString(file));
    }

    @Test
    void assertCatalogue_fileCheckedOutWithCarriageReturns_agrees() throws IOException {
        Path file = folder.resolve("fields.json");
        Files.writeString(file, new CatalogueDocument(List.of(SSN)).text().replace("\n", "\r\n"));

        TestTegula.assertCatalogue(file, List.of(SSN));
    }

    @Test
    void assertCatalogue_fileMissingWhereItWouldBeLost_fails() {
        Path file = folder.resolve("fields.json");

        assertThrows(AssertionError.class, () -> new CatalogueDocument(List.of(SSN)).assertSameAs(file, true));
        assertFalse(Files.exists(file));
    }

    @Test
    void assertCatalogue_nothingPublished_saysSo() {
        try (TestTegula tegula = TestTegula.create()) {
            Path file = folder.resolve("fields.json");

            assertThrows(AssertionError.class, () -> tegula.assertCatalogue(file));
            assertFalse(Files.exists(file));
        }
    }

    @Test
    void publish_columnWithAnotherMeaning_isRefused() {
        MemoryCatalogue catalogue = new MemoryCatalogue();
        catalogue.publish(List.of(SSN));
        catalogue.publish(List.of(SSN, BORN));

        assertThrows(
                ConfigurationException.class,
                () -> catalogue.publish(List.of(column("patient.ssn", "patient", ValueType.I64))));
        assertEquals(List.of(BORN, SSN), catalogue.columns());
    }
}
