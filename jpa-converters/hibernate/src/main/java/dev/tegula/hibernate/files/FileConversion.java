package dev.tegula.hibernate.files;

import dev.tegula.jpa.EncryptedConverter;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One place in a mapping file that names an {@code EncryptedConverter} for an attribute.
 *
 * @param file where the file was found
 * @param element the element that names it
 * @param entity whether it is in an entity, not in a mapped superclass or an embeddable
 * @param type the Java class that it is in; null if that has none, or several entities share it
 * @param name class or entity name, as the file gives it
 * @param attribute the attribute of the class; empty for the class itself
 * @param path the dotted path from the attribute on, or from the class on; {@code key} first for the key of a map
 * @param converter the converter
 */
public record FileConversion(
        String file,
        String element,
        boolean entity,
        @Nullable Class<?> type,
        String name,
        Optional<String> attribute,
        String path,
        Class<? extends EncryptedConverter<?>> converter) {}
