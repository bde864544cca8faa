package dev.tegula.docs.adoption;

import dev.tegula.Tegula;
import dev.tegula.jpa.EncryptedConverter;
import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.MappedSuperclass;
import jakarta.persistence.Table;
import java.util.concurrent.atomic.AtomicReference;
import org.hibernate.annotations.DynamicUpdate;

/** Releases 1 to 3 with a converter, whose UPDATE names the columns alone that changed. */
final class ConvertedOwners {

    static final AtomicReference<Tegula> ENGINE = new AtomicReference<>();

    private ConvertedOwners() {}

    static final class Telephone extends EncryptedConverter<String> implements AttributeConverter<String, byte[]> {
        Telephone() {
            super(ENGINE::get, "owner.telephone", String.class);
        }
    }

    @MappedSuperclass
    abstract static class Keyed implements Owner {
        @Id
        @GeneratedValue(strategy = GenerationType.IDENTITY)
        Integer id;

        @Override
        public Integer getId() {
            return id;
        }
    }

    /** Writes both, reads the one in clear. */
    @Entity(name = "Owner")
    @Table(name = "owners")
    @DynamicUpdate
    static class Both extends Keyed {
        @Column(name = "telephone")
        String telephone;

        @Convert(converter = Telephone.class)
        @Column(name = "telephone_encrypted")
        String telephoneEncrypted;

        @Override
        public String getTelephone() {
            return telephone;
        }

        @Override
        public void setTelephone(String value) {
            telephone = value;
            telephoneEncrypted = value;
        }
    }

    /** Writes both, reads the encrypted one. */
    @Entity(name = "Owner")
    @Table(name = "owners")
    @DynamicUpdate
    static class Reading extends Keyed {
        @Column(name = "telephone")
        String telephone;

        @Convert(converter = Telephone.class)
        @Column(name = "telephone_encrypted")
        String telephoneEncrypted;

        @Override
        public String getTelephone() {
            return telephoneEncrypted;
        }

        @Override
        public void setTelephone(String value) {
            telephone = value;
            telephoneEncrypted = value;
        }
    }

    /** Knows the encrypted one alone. */
    @Entity(name = "Owner")
    @Table(name = "owners")
    @DynamicUpdate
    static class Encrypted extends Keyed {
        @Convert(converter = Telephone.class)
        @Column(name = "telephone_encrypted")
        String telephone;

        @Override
        public String getTelephone() {
            return telephone;
        }

        @Override
        public void setTelephone(String value) {
            telephone = value;
        }
    }
}
