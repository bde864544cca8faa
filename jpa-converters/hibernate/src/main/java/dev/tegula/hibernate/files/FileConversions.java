package dev.tegula.hibernate.files;

import dev.tegula.failure.ConfigurationException;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import org.hibernate.boot.MetadataSources;
import org.hibernate.boot.model.process.spi.MetadataBuildingProcess;
import org.hibernate.boot.registry.classloading.spi.ClassLoaderService;
import org.hibernate.boot.spi.BootstrapContext;
import org.hibernate.service.Service;

/**
 * Every conversion by an {@code EncryptedConverter} that the mapping files of a session factory name. The files are found
 * as Hibernate finds them, wherever it was started: those of its {@code Configuration} or {@code MetadataSources}, those of
 * a persistence unit, and {@code META-INF/orm.xml}. Safe for use by several threads.
 */
public final class FileConversions implements Service {

    private static final long serialVersionUID = 1L;

    // By mapping that is built, as one registry may serve several.
    private final transient Map<BootstrapContext, MetadataSources> expected = new WeakHashMap<>();
    private final transient Map<BootstrapContext, List<FileConversion>> found = new WeakHashMap<>();

    FileConversions() {}

    static FileConversions in(BootstrapContext context) {
        return context.getServiceRegistry().requireService(FileConversions.class);
    }

    /**
     * Those of a session factory that is being built.
     *
     * @throws ConfigurationException if its mapping was built past Hibernate's {@code MetadataSources}
     */
    public static List<FileConversion> of(BootstrapContext context) {
        return in(context).list(context);
    }

    synchronized void expect(BootstrapContext context, MetadataSources sources) {
        expected.put(context, sources);
    }

    synchronized void read(BootstrapContext context) {
        MetadataSources sources = expected.remove(context);
        if (sources == null) {
            return;
        }
        if (!context.getMetadataBuildingOptions().isXmlMappingEnabled()) {
            found.put(context, List.of());
            return;
        }
        NamedConverters converters =
                new NamedConverters(context.getServiceRegistry().requireService(ClassLoaderService.class));
        found.put(
                context,
                MetadataBuildingProcess.prepare(sources, context).getXmlMappingBindings().stream()
                        .map(MappingDocument::of)
                        .flatMap(document -> document.conversions(converters))
                        .toList());
    }

    private synchronized List<FileConversion> list(BootstrapContext context) {
        List<FileConversion> list = found.get(context);
        if (list == null) {
            throw new ConfigurationException(
                    "This session factory was built in a way that shows Tegula no mapping files, so an"
                            + " encrypting <convert> in them cannot be checked. Build it by MetadataSources.getMetadataBuilder,"
                            + " Configuration, Persistence or Spring.");
        }
        return list;
    }
}
