package dev.tegula.docs.adoption;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** Release 0. */
@Entity(name = "Owner")
@Table(name = "owners")
@SuppressWarnings("MissingOverride") // the page shows its methods without the interface
class PlainOwner implements Owner {

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private Integer id;

    // docs:begin release-last
    @Column(name = "telephone")
    private String telephone;
    // docs:end release-last

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
