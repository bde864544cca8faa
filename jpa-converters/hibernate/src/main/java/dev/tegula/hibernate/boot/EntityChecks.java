package dev.tegula.hibernate.boot;

import dev.tegula.hibernate.catalogue.MappedValue;
import org.hibernate.boot.spi.SessionFactoryOptions;
import org.hibernate.engine.OptimisticLockStyle;
import org.hibernate.mapping.Column;
import org.hibernate.mapping.Property;
import org.hibernate.mapping.RootClass;

/** What the entity or the collection of an encrypted value may not be. */
final class EntityChecks {

    private EntityChecks() {}

    static void check(MappedValue value, SessionFactoryOptions options) {
        RootClass root = value.owner().getRootClass();
        Property property = value.property();
        if (property != null && property.isNaturalIdentifier()) {
            throw Refusal.of(value.path(), "is a @NaturalId: it must be comparable, and ciphertext differs each time");
        }
        if (value.value().isPartitionKey()) {
            throw Refusal.of(
                    value.path(),
                    "is a @PartitionKey: Hibernate finds the row by it, and ciphertext differs each time");
        }
        if (value.collection() instanceof org.hibernate.mapping.Set) {
            throw Refusal.of(
                    value.path(),
                    "is in a Set: Hibernate finds the row to delete by its value, and ciphertext differs each time. Use a"
                            + " List or a Map");
        }
        if (value.path().contains(".{key}")) {
            throw Refusal.of(value.path(), "is the key of a Map: ciphertext differs each time. Encrypt the value");
        }
        if (value.collection() == null) {
            rows(value, root);
        }
        caches(value, root, options);
    }

    private static void rows(MappedValue value, RootClass root) {
        OptimisticLockStyle style = root.getOptimisticLockStyle();
        if (style == OptimisticLockStyle.ALL || style == OptimisticLockStyle.DIRTY) {
            throw Refusal.of(
                    value.path(),
                    "its entity has OptimisticLockType." + style
                            + ", which compares old values in the database: every update would fail. Use a @Version");
        }
        if (root.getVersion() != null
                && root.getVersion().getSelectables().get(0) instanceof Column column
                && column.getName().equalsIgnoreCase("xmin")) {
            throw Refusal.of(
                    value.path(),
                    "its entity's version is xmin, which changes when a row is re-encrypted: users' updates would fail."
                            + " Use a version column");
        }
        if (value.owner().useDynamicInsert()
                && value.encryption().annotated().isPresent()
                && value.encryption().spec().sealNulls()) {
            throw Refusal.of(value.path(), "nulls = SEAL with @DynamicInsert, which leaves nulls out of the INSERT");
        }
    }

    private static void caches(MappedValue value, RootClass root, SessionFactoryOptions options) {
        if (options.isQueryCacheEnabled()) {
            throw Refusal.of(
                    value.path(),
                    "hibernate.cache.use_query_cache is on: the query cache holds rows as they were read, decrypted."
                            + " Switch it off; the second-level cache of entities holds ciphertext and may stay");
        }
        boolean cached = value.collection() == null
                ? root.isCached()
                : value.collection().getCacheConcurrencyStrategy() != null;
        if (options.isDirectReferenceCacheEntriesEnabled() && root.isCached() && !root.isMutable()) {
            throw Refusal.of(
                    value.path(),
                    "hibernate.cache.use_reference_entries is on: the second-level cache would hold the immutable entity"
                            + " itself, decrypted. Switch it off");
        }
        if (options.isSecondLevelCacheEnabled()
                && cached
                && value.encryption().annotated().isEmpty()) {
            throw Refusal.of(
                    value.path(),
                    "by a converter, and is in the second-level cache, which would hold it decrypted. Use @Encrypted, or"
                            + " do not cache it");
        }
    }
}
