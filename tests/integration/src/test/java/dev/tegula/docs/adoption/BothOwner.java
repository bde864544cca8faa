package dev.tegula.docs.adoption;

import dev.tegula.hibernate.Encrypted;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** Release 1. */
@Entity(name = "Owner")
@Table(name = "owners")
@SuppressWarnings("MissingOverride") // the page shows its methods without the interface
class BothOwner implements Owner {

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private Integer id;

    // docs:begin existing-both
    @Column(name = "telephone")
    private String telephone;

    @Encrypted("owner.telephone")
    @Column(name = "telephone_encrypted")
    private String telephoneEncrypted;

    public String getTelephone() {
        return telephone;
    }

    public void setTelephone(String telephone) {
        this.telephone = telephone;
        this.telephoneEncrypted = telephone;
    }
    // docs:end existing-both

    @Override
    public Integer getId() {
        return id;
    }
}
