package dev.tegula.hibernate.files;

import dev.tegula.jpa.EncryptedConverter;
import java.util.Optional;
import java.util.regex.Pattern;
import org.hibernate.boot.registry.classloading.spi.ClassLoaderService;
import org.hibernate.boot.registry.classloading.spi.ClassLoadingException;

/** The classes that mapping files name. */
final class NamedConverters {

    /** What {@code hbm.xml} writes before the class of a converter. */
    private static final String CONVERTED = "converted::";

    private static final Pattern NAME = Pattern.compile("[\\p{L}_$][\\p{L}\\p{N}_$.]*");

    private final ClassLoaderService loader;

    NamedConverters(ClassLoaderService loader) {
        this.loader = loader;
    }

    /** The class of a name with a package, its own or the file's. */
    Optional<Class<?>> type(String name, String inPackage) {
        String full = name.indexOf('.') >= 0 || inPackage.isEmpty() ? name : inPackage + "." + name;
        if (full.indexOf('.') < 0 || !NAME.matcher(full).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(loader.classForName(full));
        } catch (ClassLoadingException none) {
            return Optional.empty();
        }
    }

    static boolean isHbm(String value) {
        return value.startsWith(CONVERTED);
    }

    /** The encrypting converter that any value in the file names. */
    @SuppressWarnings("unchecked")
    Optional<Class<? extends EncryptedConverter<?>>> encrypting(String value, String inPackage) {
        String name = isHbm(value) ? value.substring(CONVERTED.length()) : value;
        return type(name, inPackage)
                .filter(EncryptedConverter.class::isAssignableFrom)
                .map(type -> (Class<? extends EncryptedConverter<?>>) type);
    }
}
