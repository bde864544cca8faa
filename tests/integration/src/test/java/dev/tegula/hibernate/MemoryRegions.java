package dev.tegula.hibernate;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.hibernate.boot.spi.SessionFactoryOptions;
import org.hibernate.cache.cfg.spi.DomainDataRegionBuildingContext;
import org.hibernate.cache.cfg.spi.DomainDataRegionConfig;
import org.hibernate.cache.spi.support.DomainDataStorageAccess;
import org.hibernate.cache.spi.support.RegionFactoryTemplate;
import org.hibernate.cache.spi.support.StorageAccess;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.engine.spi.SharedSessionContractImplementor;

/** A second-level cache that a test can look into. */
public final class MemoryRegions extends RegionFactoryTemplate {

    private static final long serialVersionUID = 1L;

    static final Map<Object, Object> ENTRIES = new ConcurrentHashMap<>();

    @Override
    protected DomainDataStorageAccess createDomainDataStorageAccess(
            DomainDataRegionConfig region, DomainDataRegionBuildingContext context) {
        return new Storage();
    }

    @Override
    protected StorageAccess createQueryResultsRegionStorageAccess(String region, SessionFactoryImplementor factory) {
        return new Storage();
    }

    @Override
    protected StorageAccess createTimestampsRegionStorageAccess(String region, SessionFactoryImplementor factory) {
        return new Storage();
    }

    @Override
    protected void prepareForUse(SessionFactoryOptions settings, Map<String, Object> configuration) {
        ENTRIES.clear();
    }

    @Override
    protected void releaseFromUse() {
        ENTRIES.clear();
    }

    private static final class Storage implements DomainDataStorageAccess {
        @Override
        public Object getFromCache(Object key, SharedSessionContractImplementor session) {
            return ENTRIES.get(key);
        }

        @Override
        public void putIntoCache(Object key, Object value, SharedSessionContractImplementor session) {
            ENTRIES.put(key, value);
        }

        @Override
        public boolean contains(Object key) {
            return ENTRIES.containsKey(key);
        }

        @Override
        public void evictData() {
            ENTRIES.clear();
        }

        @Override
        public void evictData(Object key) {
            ENTRIES.remove(key);
        }

        @Override
        public void release() {
            ENTRIES.clear();
        }
    }
}
