package dev.tegula.hibernate;

import jakarta.persistence.Cacheable;
import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MappedSuperclass;
import jakarta.persistence.OneToMany;
import java.util.ArrayList;
import java.util.List;
import org.hibernate.annotations.Cache;
import org.hibernate.annotations.CacheConcurrencyStrategy;
import org.hibernate.annotations.Check;
import org.hibernate.annotations.ColumnTransformer;
import org.hibernate.annotations.DiscriminatorFormula;
import org.hibernate.annotations.Filter;
import org.hibernate.annotations.FilterDef;
import org.hibernate.annotations.FilterJoinTable;
import org.hibernate.annotations.Formula;
import org.hibernate.annotations.GeneratedColumn;
import org.hibernate.annotations.Immutable;
import org.hibernate.annotations.JoinFormula;
import org.hibernate.annotations.ParamDef;
import org.hibernate.annotations.SQLOrder;
import org.hibernate.annotations.SQLRestriction;
import org.hibernate.annotations.TenantId;

/** SQL in a mapping that names an encrypted column, refused; and SQL that may. */
final class SqlMappings {

    private SqlMappings() {}

    @MappedSuperclass
    static class Base {
        @Id
        Long id = 1L;

        @Encrypted("sql.secret")
        String secret = "CANARY";

        @Convert(converter = PathMappings.Note.class)
        @Column(name = "\"Note\"")
        String note = "CANARY";

        @Encrypted(value = "sql.sealed", nulls = Nulls.SEAL)
        String sealed;
    }

    @Entity(name = "Restricted")
    @SQLRestriction("secret = 'x'")
    static class Restricted extends Base {}

    @Entity(name = "RestrictedByConverter")
    @SQLRestriction("length(encode(\"Note\", 'hex')) > 3")
    static class RestrictedByConverter extends Base {}

    @Entity(name = "RestrictedBySealedNull")
    @SQLRestriction("sealed is null")
    static class RestrictedBySealedNull extends Base {}

    @Entity(name = "RestrictedInSubquery")
    @SQLRestriction("id in (select o.id from RestrictedInSubquery o where o.secret > 'x')")
    static class RestrictedInSubquery extends Base {}

    @Entity(name = "Filtered")
    @FilterDef(name = "f", parameters = @ParamDef(name = "v", type = String.class))
    @Filter(name = "f", condition = "encode({alias}.SECRET, 'escape') = :v", deduceAliasInjectionPoints = false)
    static class Filtered extends Base {}

    @Entity(name = "FilteredByDefault")
    @FilterDef(name = "d", defaultCondition = "secret = :v", parameters = @ParamDef(name = "v", type = String.class))
    @Filter(name = "d")
    static class FilteredByDefault extends Base {}

    @Entity(name = "Formulated")
    static class Formulated extends Base {
        @Formula("secret")
        String again;
    }

    @Entity(name = "Transformed2")
    static class Transformed2 extends Base {
        @ColumnTransformer(read = "encode(secret, 'hex')")
        String other;
    }

    @Entity(name = "GeneratedFrom")
    static class GeneratedFrom extends Base {
        @GeneratedColumn("encode(secret, 'hex')")
        String other;
    }

    @Entity(name = "CheckedTable")
    @SuppressWarnings("deprecation") // Hibernate 6.6 has no other
    @Check(constraints = "secret <> 'x'")
    static class CheckedTable extends Base {}

    @Entity(name = "Discriminated")
    @DiscriminatorFormula("case when secret = 'x' then 'A' else 'Discriminated' end")
    static class Discriminated extends Base {}

    @Entity(name = "JoinedBy")
    static class JoinedBy extends Base {
        @ManyToOne
        @JoinFormula("get_byte(sha256(secret), 0)")
        JoinedBy other;
    }

    @Entity(name = "OrderedBy")
    static class OrderedBy extends Base {
        @OneToMany
        @SQLOrder("SECRET desc")
        List<OrderedBy> others = new ArrayList<>();
    }

    @Entity(name = "RestrictedCollection")
    static class RestrictedCollection extends Base {
        @ManyToMany(fetch = FetchType.EAGER)
        @SQLRestriction("secret > '1'")
        List<RestrictedCollection> others = new ArrayList<>();
    }

    @Entity(name = "RestrictedElements")
    static class RestrictedElements {
        @Id
        Long id;

        @ElementCollection
        @Encrypted("sql.element")
        @SQLRestriction("lines > '1'")
        List<String> lines = new ArrayList<>();
    }

    @Entity(name = "FilteredCollection")
    @FilterDef(name = "g")
    static class FilteredCollection extends Base {
        @ManyToMany
        @Filter(name = "g", condition = "secret > '1'")
        @FilterJoinTable(name = "g", condition = "others_id > 0")
        List<FilteredCollection> others = new ArrayList<>();
    }

    @Entity(name = "OfTenant")
    static class OfTenant {
        @Id
        Long id;

        @TenantId
        @Encrypted("sql.tenant")
        String tenant;
    }

    @Entity(name = "OfTenantByConverter")
    static class OfTenantByConverter {
        @Id
        Long id;

        @TenantId
        @Convert(converter = PathMappings.Note.class)
        String tenant;
    }

    @Entity(name = "CachedItself")
    @Immutable
    @Cacheable
    @Cache(usage = CacheConcurrencyStrategy.READ_ONLY)
    static class CachedItself {
        @Id
        Long id;

        @Encrypted("sql.cached")
        String secret;
    }

    /** The SQL that may: lengths, nulls, literals, casts, functions and parameters of the name, other tables' columns. */
    @Entity(name = "Allowed")
    @SQLRestriction("secret is not null and octet_length(\"Note\") > 75 and 'secret' <> ''"
            + " and (select count(o.secret) from OtherTable o) >= 0")
    @FilterDef(name = "h", parameters = @ParamDef(name = "secret", type = String.class))
    @Filter(name = "h", condition = "name = :secret")
    @SuppressWarnings("deprecation") // Hibernate 6.6 has no other
    @Check(constraints = "get_byte(secret, 0) = 1 and octet_length(secret) >= 75")
    static class Allowed extends Base {
        String name = "name";

        @Formula("octet_length(secret)")
        int bytes;

        @Formula("secret")
        byte[] envelope;

        @Formula("cast(id as text) || secret(name)")
        String called;
    }

    @Entity(name = "OtherTable")
    static class OtherTable {
        @Id
        Long id;

        String secret;
    }
}
