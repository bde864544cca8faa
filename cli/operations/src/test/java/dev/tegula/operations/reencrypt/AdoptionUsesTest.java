package dev.tegula.operations.reencrypt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.catalogue.IndexColumn;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Mode;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.RefusedException;
import dev.tegula.operations.live.LiveLab;
import dev.tegula.value.ValueType;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A column that other values need is not emptied, and gets no values of something else. */
final class AdoptionUsesTest extends AdoptionLab {

    @BeforeEach
    void emptyCatalogue() {
        lab.sql("DELETE FROM tegula_field", "DELETE FROM tegula_index", "ALTER TABLE owner ADD other bytea");
    }

    private static EncryptedColumn other(String table, Optional<String> tenantColumn) {
        return LiveLab.column(tenantColumn.isPresent() ? "t.f" : "o.f", table, "other", tenantColumn, "id");
    }

    private static IndexColumn index(String column, Optional<String> next, List<String> unique, String part) {
        return new IndexColumn(
                "public",
                "owner",
                column,
                next,
                "",
                256,
                false,
                List.of(new IndexColumn.Part(FieldId.of("o.f"), Optional.of(part), "tegula.exact", 1)),
                unique,
                "test");
    }

    private static void publish(String use) {
        switch (use) {
            case "whose tenant column it is" -> lab.tegula.publish(List.of(other("owner", Optional.of("phone"))));
            case "whose values are bound to it" ->
                lab.tegula.publish(List.of(new EncryptedColumn(
                        FieldId.of("o.f"),
                        "public",
                        "owner",
                        "other",
                        List.of("phone"),
                        false,
                        Optional.empty(),
                        Mode.ROW,
                        ValueType.STRING,
                        false,
                        "test")));
            case "encrypted column public.owner.phone" ->
                lab.tegula.publish(List.of(LiveLab.column("o.f", "owner", "phone", "id")));
            case "blind index public.owner.phone" ->
                lab.tegula.publishIndexes(List.of(index("phone", Optional.empty(), List.of(), "other")));
            case "it is the next column" ->
                lab.tegula.publishIndexes(List.of(index("i", Optional.of("phone"), List.of(), "other")));
            case "the UNIQUE of the blind index" ->
                lab.tegula.publishIndexes(List.of(index("i", Optional.empty(), List.of("i", "phone"), "other")));
            case "which is computed from it" ->
                lab.tegula.publishIndexes(List.of(index("i", Optional.empty(), List.of(), "phone")));
            default -> throw new IllegalArgumentException(use);
        }
    }

    @Test
    void of_theTenantColumnOfTheEncryptedOneItself_isRefused() {
        EncryptedColumn perTenant =
                LiveLab.column("owner.tenant_phone", "owner", "phone_encrypted", Optional.of("tenant"), "id");

        assertThatThrownBy(() -> PlainColumn.of(lab.tegula, perTenant, "tenant"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("tenant says whose a value is");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "whose tenant column it is",
                "whose values are bound to it",
                "encrypted column public.owner.phone",
                "blind index public.owner.phone",
                "it is the next column",
                "the UNIQUE of the blind index",
                "which is computed from it"
            })
    void seal_ofWhatTheCatalogueNeeds_isRefused(String use) {
        publish(use);
        fill();

        assertThat(adoption().facts(column()).inTheWay())
                .singleElement()
                .asString()
                .contains(use);
        assertThatThrownBy(this::seal).isInstanceOfSatisfying(RefusedException.class, e -> {
            assertThat(e.code()).isEqualTo("adoption-in-the-way");
            assertThat(e).hasMessageContaining(use);
        });
        assertThat(lab.number("SELECT count(phone) FROM owner")).isEqualTo(ROWS);
    }

    /** The application may map a part, or what it is a part of. */
    @Test
    void seal_ofTheTenantColumnOfAPartition_isRefused() {
        lab.sql(
                "DROP TABLE owner",
                "CREATE TABLE owner (id bigint PRIMARY KEY, phone text, phone_encrypted bytea, tenant text, other bytea)"
                        + " PARTITION BY RANGE (id)",
                "CREATE TABLE owner_part PARTITION OF owner DEFAULT",
                "INSERT INTO owner (id, phone) SELECT i, 'p' FROM generate_series(1, " + ROWS + ") i");
        lab.tegula.publish(List.of(other("owner_part", Optional.of("phone"))));
        fill();

        assertThatThrownBy(this::seal).hasMessageContaining("public.owner_part.other, whose tenant column it is");
        assertThat(lab.number("SELECT count(phone) FROM owner")).isEqualTo(ROWS);
    }

    @Test
    void seal_besideARowOfTheCatalogueThatDoesNotVerify_isRefused() {
        lab.tegula.publish(List.of(other("owner", Optional.of("phone"))));
        lab.sql("UPDATE tegula_field SET tenant_column = 'tenant'");
        fill();

        assertThatThrownBy(this::seal).hasMessageContaining("does not verify");
        assertThat(lab.number("SELECT count(phone) FROM owner")).isEqualTo(ROWS);
    }

    /** Those of other tables, and what the encrypted column says of itself, stand in no way. */
    @Test
    void seal_besideOtherEntries_emptiesTheColumn() {
        lab.tegula.publish(
                List.of(PHONE, other("owner", Optional.of("tenant")), other("elsewhere", Optional.of("phone"))));
        fill();

        assertThat(seal().filled()).isEqualTo(ROWS);
    }

    @Test
    void release_intoWhatTheCatalogueNeeds_isRefused() {
        lab.sql("UPDATE owner SET phone = NULL");
        lab.tegula.publish(List.of(other("owner", Optional.of("phone"))));
        Release release = new Release(lab.database, lab.tegula, SweepSettings.standard());

        assertThat(release.obstacles(column())).singleElement().satisfies(refused -> {
            assertThat(refused.code()).isEqualTo("release-in-the-way");
            assertThat(refused).hasMessageContaining("whose tenant column it is");
        });
        assertThatThrownBy(() -> release.fill(column(), Set.of(), new RunControl(), ProgressListener.none()))
                .isInstanceOfSatisfying(
                        RefusedException.class, e -> assertThat(e.code()).isEqualTo("release-in-the-way"));
    }

    /** Its values are what is missing. */
    @Test
    void giveBack_ofWhatTheCatalogueNeeds_isNot() {
        fill();
        seal();
        lab.tegula.publish(List.of(other("owner", Optional.of("phone"))));

        assertThat(adoption()
                        .giveBack(column(), new RunControl(), ProgressListener.none())
                        .filled())
                .isEqualTo(ROWS);
        assertThat(lab.number("SELECT count(phone) FROM owner")).isEqualTo(ROWS);
    }
}
