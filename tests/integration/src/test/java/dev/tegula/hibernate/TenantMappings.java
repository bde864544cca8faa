package dev.tegula.hibernate;

import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Inheritance;
import jakarta.persistence.InheritanceType;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.JoinTable;
import jakarta.persistence.MappedSuperclass;
import jakarta.persistence.OneToOne;
import jakarta.persistence.SecondaryTable;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.hibernate.annotations.TenantId;

/** Entities with a key for each tenant: the tables that say whose a value is, and those that do not. */
final class TenantMappings {

    private TenantMappings() {}

    @Entity(name = "NoTenant")
    static class NoTenant {
        @Id
        Long id;

        @Encrypted(value = "t.none", perTenant = true)
        String text;
    }

    @MappedSuperclass
    abstract static class Tenanted {
        @Id
        Long id;

        @TenantId
        String tenant;
    }

    @Entity(name = "ElementsOfTenant")
    static class ElementsOfTenant extends Tenanted {
        @ElementCollection
        @Encrypted(value = "t.elements", perTenant = true)
        List<String> lines = new ArrayList<>();
    }

    /** The column of this name is the application's, and says what it likes. */
    @Embeddable
    static class NamesakeLine {
        String tenant;

        @Encrypted(value = "t.namesake", perTenant = true)
        String text;
    }

    @Entity(name = "NamesakeElements")
    static class NamesakeElements extends Tenanted {
        @ElementCollection
        List<NamesakeLine> lines = new ArrayList<>();
    }

    @Entity(name = "JoinedRoot")
    @Inheritance(strategy = InheritanceType.JOINED)
    static class JoinedRoot extends Tenanted {
        @Encrypted(value = "t.root", perTenant = true)
        String rooted;
    }

    @Entity(name = "JoinedLeaf")
    static class JoinedLeaf extends JoinedRoot {
        @Encrypted(value = "t.leaf", perTenant = true)
        String text;
    }

    @Entity(name = "SecondTable")
    @SecondaryTable(name = "second_more")
    static class SecondTable extends Tenanted {
        @Column(table = "second_more")
        @Encrypted(value = "t.second", perTenant = true)
        String text;
    }

    @Entity(name = "SecondNamesake")
    @SecondaryTable(name = "namesake_more")
    static class SecondNamesake extends Tenanted {
        @Column(table = "namesake_more", name = "tenant")
        String other;

        @Column(table = "namesake_more")
        @Encrypted(value = "t.secondnamesake", perTenant = true)
        String text;
    }

    /** Its one-to-one is in a join table, which is a second table of the entity. */
    @Entity(name = "Joining")
    static class Joining extends Tenanted {
        @OneToOne(fetch = FetchType.LAZY)
        @JoinTable(
                name = "joining_root",
                joinColumns = @JoinColumn(name = "joining"),
                inverseJoinColumns = @JoinColumn(name = "root"))
        JoinedRoot root;

        @Column(table = "joining_root")
        @Encrypted(value = "t.joining", perTenant = true)
        String text;
    }

    @Entity(name = "SingleRoot")
    static class SingleRoot extends Tenanted {
        @Encrypted(value = "t.single", perTenant = true)
        String rooted;
    }

    @Entity(name = "SingleLeaf")
    static class SingleLeaf extends SingleRoot {
        @Encrypted(value = "t.singleleaf", perTenant = true)
        String text;
    }

    @Entity(name = "UnionRoot")
    @Inheritance(strategy = InheritanceType.TABLE_PER_CLASS)
    static class UnionRoot extends Tenanted {
        @Encrypted(value = "t.union", perTenant = true)
        String rooted;
    }

    @Entity(name = "UnionLeaf")
    static class UnionLeaf extends UnionRoot {
        @Encrypted(value = "t.unionleaf", perTenant = true)
        String text;
    }

    /** The tenant is a part of the key. */
    static class Part implements Serializable {
        private static final long serialVersionUID = 1L;

        Long id;
        String tenant;

        @Override
        public boolean equals(Object other) {
            return other instanceof Part part && part.id.equals(id) && part.tenant.equals(tenant);
        }

        @Override
        public int hashCode() {
            return id.hashCode();
        }
    }

    @Entity(name = "TenantInKey")
    @IdClass(Part.class)
    static class TenantInKey {
        @Id
        Long id;

        @Id
        @TenantId
        String tenant;

        @Encrypted(value = "t.key", perTenant = true)
        String text;
    }

    @Entity(name = "AuditedTenant")
    @org.hibernate.envers.Audited
    static class AuditedTenant extends TenantedAudited {
        @Encrypted(value = "t.audited", perTenant = true)
        String text;
    }

    @MappedSuperclass
    @org.hibernate.envers.Audited
    abstract static class TenantedAudited {
        @Id
        Long id;

        @TenantId
        @Column(name = "clinic")
        String tenant;
    }

    @Entity(name = "TenantNotAudited")
    static class TenantNotAudited {
        @Id
        Long id;

        @TenantId
        @org.hibernate.envers.NotAudited
        String tenant;

        @org.hibernate.envers.Audited
        @Encrypted(value = "t.notaudited", perTenant = true)
        String text;
    }

    @Entity(name = "AuditedByCoreTenant")
    @org.hibernate.annotations.Audited
    static class AuditedByCoreTenant extends Tenanted {
        @Encrypted(value = "t.core", perTenant = true)
        String text;
    }
}
