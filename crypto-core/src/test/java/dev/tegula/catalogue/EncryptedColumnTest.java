package dev.tegula.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Mode;
import dev.tegula.failure.MalformedException;
import dev.tegula.value.ValueType;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EncryptedColumnTest {

    @Test
    void tenantUnknown_perTenantWithoutATenantColumn_isTrue() {
        assertThat(column(true, Optional.empty()).tenantUnknown()).isTrue();
        assertThat(column(true, Optional.of("clinic")).tenantUnknown()).isFalse();
        assertThat(column(false, Optional.empty()).tenantUnknown()).isFalse();
    }

    @Test
    void column_tenantColumnWithoutPerTenant_isRefused() {
        assertThatThrownBy(() -> column(false, Optional.of("clinic")))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("patient.ssn", "perTenant");
    }

    private static EncryptedColumn column(boolean perTenant, Optional<String> tenantColumn) {
        return new EncryptedColumn(
                FieldId.of("patient.ssn"),
                "public",
                "patient",
                "ssn",
                List.of("id"),
                perTenant,
                tenantColumn,
                Mode.FIELD,
                ValueType.STRING,
                false,
                "clinic.Patient.ssn");
    }
}
