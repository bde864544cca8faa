package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.jpa.EncryptedConverter;
import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Converter;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.Index;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OrderBy;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.hibernate.annotations.ColumnDefault;
import org.hibernate.annotations.ColumnTransformer;
import org.hibernate.annotations.DynamicUpdate;
import org.hibernate.annotations.Formula;
import org.hibernate.annotations.Generated;
import org.hibernate.annotations.OptimisticLockType;
import org.hibernate.annotations.OptimisticLocking;
import org.hibernate.annotations.PartitionKey;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused of the annotation is refused of a converter too, where tegula-hibernate is there. */
final class ConverterRefusalTest {

    @Converter
    static class Age extends EncryptedConverter<Integer> implements AttributeConverter<Integer, byte[]> {
        Age() {
            super(() -> PathMappings.tegula, "path.number", Integer.class);
        }
    }

    @Entity(name = "UniqueByConverter")
    static class UniqueByConverter extends Identified {
        @Column(unique = true)
        @Convert(converter = PathMappings.Note.class)
        String secret;
    }

    @Entity(name = "IndexedByConverter")
    @Table(indexes = @Index(columnList = "secret"))
    static class IndexedByConverter extends Identified {
        @Convert(converter = PathMappings.Note.class)
        String secret;
    }

    @Entity(name = "OrderedByConverter")
    static class OrderedByConverter extends Identified {
        @Convert(converter = PathMappings.Note.class)
        String secret;

        @OneToMany
        @OrderBy("secret")
        List<OrderedByConverter> others = new ArrayList<>();
    }

    @Entity(name = "LockedByConverter")
    @OptimisticLocking(type = OptimisticLockType.ALL)
    @DynamicUpdate
    static class LockedByConverter extends Identified {
        @Convert(converter = PathMappings.Note.class)
        String secret;
    }

    @Entity(name = "SetByConverter")
    static class SetByConverter extends Identified {
        @ElementCollection
        @Convert(converter = PathMappings.Note.class)
        Set<String> secret = new HashSet<>();
    }

    @Entity(name = "FormulaByConverter")
    static class FormulaByConverter extends Identified {
        @Formula("'x'")
        @Convert(converter = PathMappings.Note.class)
        String secret;
    }

    @Entity(name = "TransformedByConverter")
    static class TransformedByConverter extends Identified {
        @ColumnTransformer(write = "upper(?)")
        @Convert(converter = PathMappings.Note.class)
        String secret;
    }

    @Entity(name = "GeneratedByConverter")
    static class GeneratedByConverter extends Identified {
        @Generated
        @Convert(converter = PathMappings.Note.class)
        String secret;
    }

    @Entity(name = "DefaultedByConverter")
    static class DefaultedByConverter extends Identified {
        @ColumnDefault("'x'")
        @Convert(converter = PathMappings.Note.class)
        String secret;
    }

    @Entity(name = "PartitionedByConverter")
    static class PartitionedByConverter extends Identified {
        @PartitionKey
        @Convert(converter = PathMappings.Note.class)
        String secret;
    }

    /** On 7 Hibernate refuses it itself. */
    @Entity(name = "VersionByConverter")
    static class VersionByConverter extends Identified {
        @Version
        @Convert(converter = Age.class)
        Integer secret;
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                UniqueByConverter.class,
                IndexedByConverter.class,
                OrderedByConverter.class,
                LockedByConverter.class,
                SetByConverter.class,
                FormulaByConverter.class,
                TransformedByConverter.class,
                GeneratedByConverter.class,
                DefaultedByConverter.class,
                PartitionedByConverter.class,
                VersionByConverter.class
            })
    void mapping_thatCannotWork_stopsTheStart(Class<?> mapping) {
        assertThatThrownBy(() -> Fixture.of(mapping).close()).satisfies(failure -> assertThat(Causes.text(failure))
                .containsPattern("secret is (declared )?encrypted|'secret' annotated '@jakarta.persistence.Version'"));
    }
}
