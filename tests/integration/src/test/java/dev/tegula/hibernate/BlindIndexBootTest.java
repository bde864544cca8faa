package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.blindindex.BlindIndex;
import dev.tegula.blindindex.IgnoreCase;
import dev.tegula.blindindex.Normalizer;
import dev.tegula.failure.ConfigurationException;
import jakarta.persistence.Basic;
import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Transient;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.hibernate.annotations.Immutable;
import org.hibernate.annotations.NaturalId;
import org.hibernate.cache.spi.access.CollectionDataAccess;
import org.hibernate.cache.spi.access.EntityDataAccess;
import org.hibernate.cache.spi.access.NaturalIdDataAccess;
import org.hibernate.mapping.Collection;
import org.hibernate.mapping.PersistentClass;
import org.hibernate.metamodel.spi.RuntimeModelCreationContext;
import org.hibernate.persister.collection.CollectionPersister;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.persister.entity.SingleTableEntityPersister;
import org.hibernate.persister.internal.StandardPersisterClassResolver;
import org.hibernate.persister.spi.PersisterFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Blind indexes that cannot work as they are mapped stop the start, naming class and attribute. */
final class BlindIndexBootTest {

    static Stream<Arguments> mappings() {
        return Stream.of(
                Arguments.of(Misnamed.class, "Misnamed.index", "no attribute beside it"),
                Arguments.of(OfPlain.class, "OfPlain.index", "not annotated with @Encrypted"),
                Arguments.of(OfNothing.class, "OfNothing.index", "names 0 attributes"),
                Arguments.of(Sealed.class, "Sealed.index", "nulls are sealed"),
                Arguments.of(OfFloat.class, "OfFloat.index", "differ in their bytes"),
                Arguments.of(TextOfDate.class, "TextOfDate.index", "normalises text"),
                Arguments.of(NotABlindIndex.class, "NotABlindIndex.index", "Make it a BlindIndex"),
                Arguments.of(Natural.class, "Natural.index", "@NaturalId"),
                Arguments.of(ReadOnly.class, "ReadOnly.index", "not insertable and updatable"),
                Arguments.of(OfFixed.class, "OfFixed.index", "is of \"text\", which is not insertable and updatable"),
                Arguments.of(
                        OfImmutable.class,
                        "OfImmutable.index",
                        "is of \"text\", which is not insertable and updatable"),
                Arguments.of(TextColumn.class, "TextColumn.index", "bytea"),
                Arguments.of(Lazy.class, "Lazy.index", "lazy"),
                Arguments.of(LazyValue.class, "LazyValue.index", "lazy"),
                Arguments.of(InCollection.class, "InCollection.parts", "in an identifier or a collection"),
                Arguments.of(NotMapped.class, "NotMapped.index", "did not map it as one"),
                Arguments.of(Hidden.class, "Hidden.index", "without parameters"),
                Arguments.of(TwoNormalizers.class, "TwoNormalizers.index", "2 normalisers"),
                Arguments.of(CutAndUnique.class, "CutAndUnique.index", "cut to 16 bits and unique"),
                Arguments.of(NoBits.class, "NoBits.index", "1 to 256 bits"),
                Arguments.of(Named.class, "Named.index", "field id"));
    }

    @ParameterizedTest
    @MethodSource("mappings")
    void start_withAnIndexThatCannotWork_isRefused(Class<?> entity, String attribute, String why) {
        assertThatThrownBy(() -> Fixture.of(entity).close())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(attribute)
                .hasMessageContaining(why);
        assertThat(attribute).isNotEmpty();
    }

    @Test
    void start_withSomebodyElsesPersisters_isRefused() {
        Map<String, Object> settings =
                Map.of("hibernate.persister.resolver", StandardPersisterClassResolver.class.getName());
        assertThatThrownBy(() -> Fixture.with(settings, Register.CLASSES).close())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("hibernate.persister.resolver is org.hibernate")
                .hasMessageContaining("no stateless session would compare it");
    }

    /** As an entity's own persister does, by an annotation of Hibernate 6.6 or a mapping file: nobody asks the resolver. */
    public static final class OwnPersisters implements PersisterFactory {
        private static final long serialVersionUID = 1L;

        @Override
        public EntityPersister createEntityPersister(
                PersistentClass entity,
                EntityDataAccess cache,
                NaturalIdDataAccess naturalIds,
                RuntimeModelCreationContext context) {
            return new SingleTableEntityPersister(entity, cache, naturalIds, context);
        }

        @Override
        public CollectionPersister createCollectionPersister(
                Collection collection, CollectionDataAccess cache, RuntimeModelCreationContext context) {
            throw new AssertionError("No entity here has a collection");
        }
    }

    @Test
    void start_withAnEntityWhosePersisterIsItsOwn_isRefused() {
        Map<String, Object> settings = Map.of("hibernate.persister.factory", OwnPersisters.class.getName());
        assertThatThrownBy(() -> Fixture.with(settings, Register.Practice.class).close())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("Practice")
                .hasMessageContaining("its persister is " + SingleTableEntityPersister.class.getName());
    }

    @Entity(name = "CutAndUnique")
    static class CutAndUnique extends BootText {
        @BlindIndexOf(value = "text", bits = 16)
        @Column(unique = true)
        BlindIndex index;
    }

    @Entity(name = "NoBits")
    static class NoBits extends BootText {
        @BlindIndexOf(value = "text", bits = 0)
        BlindIndex index;
    }

    @Entity(name = "Misnamed")
    static class Misnamed extends BootText {
        @BlindIndexOf("tekst")
        BlindIndex index;
    }

    @Entity(name = "OfPlain")
    static class OfPlain extends Identified {
        String text;

        @BlindIndexOf("text")
        BlindIndex index;
    }

    @Entity(name = "OfNothing")
    static class OfNothing extends Identified {
        @BlindIndexOf({})
        BlindIndex index;
    }

    @Entity(name = "Sealed")
    static class Sealed extends Identified {
        @Encrypted(value = "boot.text", nulls = Nulls.SEAL)
        String text;

        @BlindIndexOf("text")
        BlindIndex index;
    }

    @Entity(name = "OfFloat")
    static class OfFloat extends Identified {
        @Encrypted("boot.number")
        Double number;

        @BlindIndexOf("number")
        BlindIndex index;
    }

    @Entity(name = "TextOfDate")
    static class TextOfDate extends Identified {
        @Encrypted("boot.day")
        LocalDate day;

        @BlindIndexOf(value = "day", normalizer = IgnoreCase.class)
        BlindIndex index;
    }

    @Entity(name = "NotABlindIndex")
    static class NotABlindIndex extends BootText {
        @BlindIndexOf("text")
        byte[] index;
    }

    @Entity(name = "Natural")
    static class Natural extends BootText {
        @NaturalId
        @BlindIndexOf("text")
        BlindIndex index;
    }

    @Entity(name = "Referred")
    static class Referred extends BootText {
        @BlindIndexOf("text")
        @Column(name = "its_index", unique = true)
        BlindIndex index;
    }

    @Entity(name = "Referring")
    static class Referring {
        @Id
        Long id;

        @ManyToOne
        @JoinColumn(name = "to_index", referencedColumnName = "its_index")
        Referred referred;
    }

    @Test
    void start_withAnAssociationByAnIndex_isRefused() {
        assertThatThrownBy(() -> Fixture.of(Referred.class, Referring.class).close())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("to_index")
                .hasMessageContaining("refers to a blind index or blind tokens");
    }

    @Entity(name = "OfFixed")
    static class OfFixed {
        @Id
        Long id;

        @Encrypted("fixed.text")
        @Column(updatable = false)
        String text;

        @BlindIndexOf("text")
        BlindIndex index;
    }

    @Entity(name = "OfImmutable")
    static class OfImmutable {
        @Id
        Long id;

        @Encrypted("fixed.text")
        @Immutable
        String text;

        @BlindIndexOf("text")
        BlindIndex index;
    }

    @Entity(name = "ReadOnly")
    static class ReadOnly extends BootText {
        @Column(updatable = false)
        @BlindIndexOf("text")
        BlindIndex index;
    }

    @Entity(name = "TextColumn")
    static class TextColumn extends BootText {
        @Column(columnDefinition = "text")
        @BlindIndexOf("text")
        BlindIndex index;
    }

    @Entity(name = "Lazy")
    static class Lazy extends BootText {
        @Basic(fetch = FetchType.LAZY)
        @BlindIndexOf("text")
        BlindIndex index;
    }

    @Entity(name = "LazyValue")
    static class LazyValue extends Identified {
        @Basic(fetch = FetchType.LAZY)
        @Encrypted("boot.text")
        String text;

        @BlindIndexOf("text")
        BlindIndex index;
    }

    @Embeddable
    static class Part {
        @Encrypted("boot.part")
        String text;

        @BlindIndexOf("text")
        BlindIndex index;
    }

    @Entity(name = "InCollection")
    static class InCollection extends Identified {
        @ElementCollection
        List<Part> parts = new ArrayList<>();
    }

    @Entity(name = "NotMapped")
    static class NotMapped extends BootText {
        @Transient
        @BlindIndexOf("text")
        BlindIndex index;
    }

    /** Cannot be made by anybody else. */
    static final class Secretive implements Normalizer<String> {
        Secretive(String id) {
            assertThat(id).isNotNull();
        }

        @Override
        public String id() {
            return "boot.secretive";
        }

        @Override
        public int version() {
            return 1;
        }

        @Override
        public Object normalize(String value) {
            return value;
        }
    }

    @Entity(name = "Hidden")
    static class Hidden extends BootText {
        @BlindIndexOf(value = "text", normalizer = Secretive.class)
        BlindIndex index;
    }

    @Entity(name = "TwoNormalizers")
    static class TwoNormalizers extends BootText {
        @BlindIndexOf(
                value = "text",
                normalizer = {IgnoreCase.class, IgnoreCase.class})
        BlindIndex index;
    }

    @Entity(name = "Named")
    static class Named extends BootText {
        @BlindIndexOf(value = "text", name = "Not A Name")
        BlindIndex index;
    }
}
