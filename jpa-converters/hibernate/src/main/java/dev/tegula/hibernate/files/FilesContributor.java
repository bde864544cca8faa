package dev.tegula.hibernate.files;

import java.util.Map;
import org.hibernate.boot.MetadataSources;
import org.hibernate.boot.ResourceStreamLocator;
import org.hibernate.boot.registry.StandardServiceInitiator;
import org.hibernate.boot.registry.StandardServiceRegistryBuilder;
import org.hibernate.boot.spi.AdditionalMappingContributions;
import org.hibernate.boot.spi.AdditionalMappingContributor;
import org.hibernate.boot.spi.InFlightMetadataCollector;
import org.hibernate.boot.spi.MetadataBuilderFactory;
import org.hibernate.boot.spi.MetadataBuilderImplementor;
import org.hibernate.boot.spi.MetadataBuildingContext;
import org.hibernate.service.spi.ServiceContributor;
import org.hibernate.service.spi.ServiceRegistryImplementor;
import org.jspecify.annotations.Nullable;

/**
 * Keeps {@link FileConversions} for a mapping that is being built; found by Hibernate, three times. It builds nothing and
 * contributes no mapping: as a factory of builders it sees the sources, and as a contributor it is asked while Hibernate
 * still knows where it looked for files, which it has forgotten when the mapping is final.
 */
public final class FilesContributor
        implements ServiceContributor, MetadataBuilderFactory, AdditionalMappingContributor {

    @Override
    public void contribute(StandardServiceRegistryBuilder builder) {
        builder.addInitiator(new Initiator());
    }

    @Override
    public @Nullable MetadataBuilderImplementor getMetadataBuilder(
            MetadataSources sources, MetadataBuilderImplementor defaultBuilder) {
        FileConversions.in(defaultBuilder.getBootstrapContext()).expect(defaultBuilder.getBootstrapContext(), sources);
        return null;
    }

    @Override
    public void contribute(
            AdditionalMappingContributions contributions,
            InFlightMetadataCollector metadata,
            ResourceStreamLocator resources,
            MetadataBuildingContext context) {
        FileConversions.in(context.getBootstrapContext()).read(context.getBootstrapContext());
    }

    private static final class Initiator implements StandardServiceInitiator<FileConversions> {
        @Override
        public Class<FileConversions> getServiceInitiated() {
            return FileConversions.class;
        }

        @Override
        public FileConversions initiateService(Map<String, Object> configuration, ServiceRegistryImplementor registry) {
            return new FileConversions();
        }
    }
}
