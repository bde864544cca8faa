package dev.tegula.docs.adoption;

import dev.tegula.hibernate.Encrypted;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** The release that knows both columns. */
@Entity(name = "Owner")
@Table(name = "owners")
class AdoptedOwner implements Owner {

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private Integer id;

    // docs:begin adopt-mapping
    @Encrypted(value = "owner.telephone", plaintextColumn = "telephone")
    @Column(name = "telephone_encrypted")
    private String telephone;
    // docs:end adopt-mapping

    @Override
    public String getTelephone() {
        return telephone;
    }

    @Override
    public void setTelephone(String telephone) {
        this.telephone = telephone;
    }

    @Override
    public Integer getId() {
        return id;
    }
}
