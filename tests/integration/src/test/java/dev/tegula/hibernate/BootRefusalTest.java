package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Mappings that cannot work with ciphertext stop the start, naming class and attribute. */
final class BootRefusalTest {

    static Stream<Arguments> mappings() {
        return Stream.of(
                refused("EncryptedId.code", "comparable", RefusedMappings.EncryptedId.class),
                refused("EncryptedVersion.revision", "Version", RefusedMappings.EncryptedVersion.class),
                refused("EncryptedNaturalId.natural", "NaturalId", RefusedMappings.EncryptedNaturalId.class),
                refused("EncryptedAssociation.parent", "associations", RefusedMappings.EncryptedAssociation.class),
                refused("Converted.twice", "@Convert", RefusedMappings.Converted.class),
                refused("UniqueColumn.only", "unique", RefusedMappings.UniqueColumn.class),
                refused("UniqueTogether.only", "unique", RefusedMappings.UniqueTogether.class),
                refused("Indexed.sought", "@Index", RefusedMappings.Indexed.class),
                refused("Item.rank", "no order", RefusedMappings.Ordered.class, RefusedMappings.Item.class),
                refused("OrderedElements.elements", "no order", RefusedMappings.OrderedElements.class),
                refused("LockAll.locked", "OptimisticLockType.ALL", RefusedMappings.LockAll.class),
                refused("LockDirty.locked", "OptimisticLockType.DIRTY", RefusedMappings.LockDirty.class),
                refused("Xmin.secret", "xmin", RefusedMappings.Xmin.class),
                refused("SetOfBasics.members", "Set", RefusedMappings.SetOfBasics.class),
                refused("SetOfEmbeddables.parts.secret", "Set", RefusedMappings.SetOfEmbeddables.class),
                refused("KeyOfMap.byPart", "key of a Map", RefusedMappings.KeyOfMap.class),
                refused(
                        "OtherType.number",
                        "is Long in",
                        RefusedMappings.OneType.class,
                        RefusedMappings.OtherType.class),
                refused("OtherKey.text", "perTenant", RefusedMappings.OneType.class, RefusedMappings.OtherKey.class),
                refused("Unsupported.when", "java.util.Date", RefusedMappings.Unsupported.class),
                refused("TextColumn.text", "bytea", RefusedMappings.TextColumn.class),
                refused("Transformed.text", "ColumnTransformer", RefusedMappings.Transformed.class),
                refused("Computed.text", "Formula", RefusedMappings.Computed.class),
                refused("MadeByDatabase.text", "Generated", RefusedMappings.MadeByDatabase.class),
                refused("Defaulted.text", "plaintext", RefusedMappings.Defaulted.class),
                refused("Checked.text", "check", RefusedMappings.Checked.class),
                refused("Reserved.text", "reserved", RefusedMappings.Reserved.class),
                refused("Misnamed.text", "@Encrypted(\"Patient SSN\"): A field id", RefusedMappings.Misnamed.class),
                refused("Overpadded.text", "padToBytes", RefusedMappings.Overpadded.class),
                refused("NotMapped.text", "no attribute of the mapping", RefusedMappings.NotMapped.class),
                refused("ReadThroughGetters.text", "would store plaintext", RefusedMappings.ReadThroughGetters.class),
                refused("SealedButLeftOut.text", "@DynamicInsert", RefusedMappings.SealedButLeftOut.class),
                refused("ConvertedNaturalId.natural", "NaturalId", RefusedMappings.ConvertedNaturalId.class),
                refused(
                        "Sharing2.own",
                        "share the column",
                        RefusedMappings.Sharing.class,
                        RefusedMappings.Sharing1.class,
                        RefusedMappings.Sharing2.class),
                refused(
                        "Referenced.code",
                        "ciphertext differs",
                        RefusedMappings.Referenced.class,
                        RefusedMappings.Referring.class),
                refused("CustomType.text", "would store plaintext", RefusedMappings.CustomType.class));
    }

    private static Arguments refused(String attribute, String reason, Class<?>... classes) {
        return Arguments.of(attribute, reason, classes);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mappings")
    void mapping_thatCannotWork_stopsTheStart(String attribute, String reason, Class<?>[] classes) {
        assertThatThrownBy(() -> Fixture.of(classes).close())
                .hasStackTraceContaining("ConfigurationException")
                .hasStackTraceContaining(attribute)
                .hasStackTraceContaining(reason);
    }

    /** Hibernate 6.6 ignores the converter without a word, 7 refuses by itself. */
    @Test
    void identifier_withAConverter_stopsTheStart() {
        assertThatThrownBy(() -> Fixture.of(RefusedMappings.ConvertedId.class).close())
                .hasMessageMatching("(?s).*\\bid\\b.*");
    }

    @Test
    void queryCache_withEncryptedAttributes_stopsTheStart() {
        assertThatThrownBy(() -> Fixture.with(
                                Map.of(
                                        "hibernate.cache.use_query_cache",
                                        "true",
                                        "hibernate.cache.region.factory_class",
                                        MemoryRegions.class.getName()),
                                RefusedMappings.OneType.class)
                        .close())
                .hasStackTraceContaining("OneType.text")
                .hasStackTraceContaining("use_query_cache");
    }
}
