package dev.tegula.docs.adoption;

import dev.tegula.hibernate.Encrypted;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** Release 3. */
@Entity(name = "Owner")
@Table(name = "owners")
@SuppressWarnings("MissingOverride") // the page shows its methods without the interface
class EncryptedOwner implements Owner {

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private Integer id;

    // docs:begin existing-after
    @Encrypted("owner.telephone")
    @Column(name = "telephone_encrypted")
    private String telephone;
    // docs:end existing-after

    public String getTelephone() {
        return telephone;
    }

    public void setTelephone(String telephone) {
        this.telephone = telephone;
    }

    @Override
    public Integer getId() {
        return id;
    }
}
