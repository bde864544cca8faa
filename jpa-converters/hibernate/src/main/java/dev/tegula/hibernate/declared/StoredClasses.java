package dev.tegula.hibernate.declared;

import com.fasterxml.jackson.databind.JavaType;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.hibernate.catalogue.MappedValue;
import dev.tegula.hibernate.type.Encryption;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.hibernate.mapping.BasicValue;

/**
 * Looks into the classes of values that are stored as they are, as JSON, XML, an array, serialized, or by a type or
 * converter of the application: what they declare encrypted inside, nothing encrypts.
 */
final class StoredClasses {

    private final List<AutoApplied> converters;
    private final MappingFiles files;

    StoredClasses(List<AutoApplied> converters, MappingFiles files) {
        this.converters = converters;
        this.files = files;
    }

    void check(StoredWhole stored) {
        Optional<Encryption> encryption = Optional.ofNullable(stored.value()).flatMap(MappedValue::encryption);
        Set<JavaType> reached = ReachedTypes.of(types(stored));
        for (JavaType type : reached) {
            Stream.concat(Member.loadable(type.getRawClass()).stream(), files.conversions(type.getRawClass()).stream())
                    .filter(Member::encrypts)
                    .findFirst()
                    .ifPresent(member -> {
                        throw declared(member, stored, encryption.isPresent());
                    });
        }
        if (encryption.isEmpty() && !stored.converts()) {
            reached.forEach(type -> applied(type, stored));
        }
    }

    private static List<Type> types(StoredWhole stored) {
        List<Type> types = new ArrayList<>(stored.declared());
        BasicValue value = stored.value();
        if (value != null) {
            types.add(value.resolve().getDomainJavaType().getJavaType());
            if (value.getResolvedJavaType() != null) {
                types.add(value.getResolvedJavaType());
            }
        }
        return types;
    }

    private static ConfigurationException declared(Member member, StoredWhole stored, boolean encrypted) {
        return new ConfigurationException(member.label() + " is declared encrypted, but is stored inside of "
                + stored.path()
                + (encrypted
                        ? ", which is encrypted as a whole under its own field: the inner one has no effect. Take one of"
                                + " the two away."
                        : " (" + how(stored) + "), where nothing encrypts it. Annotate " + stored.path()
                                + " itself, or map the class as an @Embeddable in columns of its own."));
    }

    private void applied(JavaType type, StoredWhole stored) {
        for (AutoApplied one : converters) {
            one.converter(type).ifPresent(converter -> {
                throw new ConfigurationException(stored.path() + " holds "
                        + type.getRawClass().getName() + ", which " + converter.getName()
                        + " encrypts wherever it is applied by itself, but it is not applied here: Hibernate mapped"
                        + " it as " + how(stored) + " and would store plaintext. Say @Convert(disableConversion ="
                        + " true) if it may, or encrypt the attribute with @Encrypted.");
            });
        }
    }

    private static String how(StoredWhole stored) {
        return stored.value() == null
                ? "a composite user type"
                : stored.value().resolve().getLegacyResolvedBasicType().getName();
    }
}
