package dev.tegula.hibernate.declared;

import java.util.List;
import java.util.stream.Stream;
import org.hibernate.boot.Metadata;
import org.hibernate.boot.spi.BootstrapContext;

/**
 * Proves that what exists was applied: every {@code @Encrypted} member, every annotation or mapping file that names an
 * {@code EncryptedConverter}, and every {@code EncryptedConverter} that applies itself, in any class that the mapping
 * reaches, ended at an encrypted column. An annotation that Hibernate did not see, or did not look for, would store
 * plaintext without a word.
 */
public final class Declared {

    private Declared() {}

    /**
     * Checks a final mapping.
     *
     * @throws dev.tegula.failure.ConfigurationException naming class and attribute, for the first declaration that was
     *     not obeyed
     */
    public static void check(Metadata metadata, BootstrapContext context) {
        MappingFiles files = MappingFiles.of(context);
        Places places = Places.of(metadata, files);
        places.holders().forEach(MemberChecks::check);
        List<AutoApplied> converters = places.wholes().stream()
                .flatMap(stored -> Stream.ofNullable(stored.value()))
                .limit(1)
                .map(AutoApplied::of)
                .toList();
        places.wholes().forEach(new StoredClasses(converters, files)::check);
    }
}
