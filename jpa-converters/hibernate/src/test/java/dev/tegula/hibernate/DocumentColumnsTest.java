package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.failure.ConfigurationException;
import jakarta.persistence.MappedSuperclass;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Hibernate numbers the columns of a document with those that are inherited. */
final class DocumentColumnsTest {

    record Sheet(String city, String phone) {}

    @MappedSuperclass
    static class Base {
        String added;
    }

    public static class SheetType extends DocumentType<Sheet> {
        public static class Columns extends Base {
            @DocumentColumn
            String document;

            @Encrypted("sheet.phone")
            String phone;
        }

        public SheetType() {
            super(Columns.class, Map.of("phone", "$.phone"));
        }
    }

    @Test
    void columnsThatAreInherited_areRefused() {
        assertThatThrownBy(SheetType::new)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("SheetType$Columns: it extends another class");
    }
}
