package dev.tegula.spring.charts;

import dev.tegula.blindindex.BlindIndex;
import dev.tegula.hibernate.BlindIndexOf;
import dev.tegula.hibernate.Encrypted;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import org.hibernate.annotations.TenantId;

/** A chart of one of many clinics; its file number is looked for. */
@Entity
public class Chart {

    @Id
    public long id;

    @TenantId
    public String clinic;

    @Encrypted(value = "chart.text", perTenant = true)
    public String text;

    @Encrypted("chart.file")
    public String file;

    @BlindIndexOf("file")
    @Column(name = "file_index")
    public BlindIndex fileIndex;
}
