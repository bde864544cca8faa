package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.tegula.catalogue.EncryptedColumn;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.SecondaryTable;
import java.util.List;
import java.util.Map;
import org.hibernate.Version;
import org.hibernate.annotations.Audited;
import org.hibernate.annotations.Temporal;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** History tables that Hibernate 7 keeps by itself are encrypted and catalogued. */
final class HistoryTest {

    private static final String CANARY = "CANARY-8642";

    @Entity(name = "AuditedByCore")
    @Audited
    @SecondaryTable(name = "audited_more")
    static class AuditedByCore {
        @Id
        Long id;

        @Encrypted("h.audited")
        String secret;

        @jakarta.persistence.Column(table = "audited_more")
        @Encrypted("h.more")
        String more;
    }

    @Entity(name = "TemporalByCore")
    @Temporal
    static class TemporalByCore {
        @Id
        Long id;

        @Encrypted("h.temporal")
        String secret;
    }

    @BeforeEach
    void hibernate7() {
        assumeThat(Version.getVersionString()).as("6.6 keeps no history").doesNotStartWith("6.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"HISTORY_TABLE", "SINGLE_TABLE"})
    void history_ofHibernateItself_isEncryptedAndInTheCatalogue(String strategy) {
        try (Fixture fixture = Fixture.with(
                Map.of("hibernate.temporal.table_strategy", strategy), AuditedByCore.class, TemporalByCore.class)) {
            AuditedByCore audited = new AuditedByCore();
            audited.id = 1L;
            audited.secret = CANARY;
            audited.more = CANARY;
            TemporalByCore temporal = new TemporalByCore();
            temporal.id = 1L;
            temporal.secret = CANARY;
            fixture.save(audited);
            fixture.save(temporal);
            fixture.run(session -> {
                session.find(AuditedByCore.class, 1L).secret = CANARY + "2";
                session.find(TemporalByCore.class, 1L).secret = CANARY + "2";
            });

            List<String> bytea = fixture
                    .database()
                    .rows("select table_name || '.' || column_name from information_schema.columns"
                            + " where table_schema = 'public' and data_type = 'bytea'")
                    .stream()
                    .map(row -> String.valueOf(row.get(0)))
                    .toList();
            assertThat(TegulaCatalogue.of(fixture.sessions()))
                    .extracting((EncryptedColumn column) -> column.table() + "." + column.column())
                    .containsExactlyInAnyOrderElementsOf(bytea)
                    .hasSizeGreaterThan(4);
            assertThat(fixture.database().dump()).doesNotContain(CANARY);
        }
    }
}
