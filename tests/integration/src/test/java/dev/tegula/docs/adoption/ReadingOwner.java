package dev.tegula.docs.adoption;

import dev.tegula.hibernate.Encrypted;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** Release 2. */
@Entity(name = "Owner")
@Table(name = "owners")
@SuppressWarnings("MissingOverride") // the page shows its methods without the interface
class ReadingOwner implements Owner {

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private Integer id;

    @Column(name = "telephone")
    private String telephone;

    @Encrypted("owner.telephone")
    @Column(name = "telephone_encrypted")
    private String telephoneEncrypted;

    // docs:begin existing-reading
    public String getTelephone() {
        return telephoneEncrypted;
    }
    // docs:end existing-reading

    @Override
    public void setTelephone(String telephone) {
        this.telephone = telephone;
        this.telephoneEncrypted = telephone;
    }

    @Override
    public Integer getId() {
        return id;
    }
}
