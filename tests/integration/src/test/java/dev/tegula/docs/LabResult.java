package dev.tegula.docs;

import dev.tegula.hibernate.Encrypted;
import dev.tegula.hibernate.Nulls;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.Id;
import java.util.UUID;
import org.hibernate.annotations.TenantId;

@Entity
class LabResult {
    @Id
    @GeneratedValue
    UUID id;

    @TenantId
    String clinic;

    // docs:begin jpa-annotation
    @Encrypted(value = "lab.result", perTenant = true, nulls = Nulls.SEAL, padToBytes = 64)
    String result;
    // docs:end jpa-annotation
}
