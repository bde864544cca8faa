package dev.tegula.operations.rotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tegula.Context;
import dev.tegula.FieldCipher;
import dev.tegula.FieldTokens;
import dev.tegula.Tegula;
import dev.tegula.blindindex.BlindTokens;
import dev.tegula.blindindex.TokenSpec;
import dev.tegula.blindindex.Words;
import dev.tegula.catalogue.IndexColumn;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.jdbc.SqlState;
import dev.tegula.operations.index.CatalogueIndexes;
import dev.tegula.operations.reencrypt.BackfillReport;
import dev.tegula.operations.reencrypt.IndexBackfill;
import dev.tegula.operations.reencrypt.RunControl;
import dev.tegula.operations.reencrypt.SweepSettings;
import dev.tegula.registry.KeyState;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * An instance of the release that maps a UNIQUE index and tokens, and not yet their next columns, writes while the key is
 * replaced.
 */
@Tag("long")
final class IndexRotationOldReleaseTest extends IndexRotationLab {

    private final Set<IndexStep> refused = EnumSet.noneOf(IndexStep.class);
    private int number;

    @BeforeEach
    void tokens() throws Exception {
        lab.sql("DELETE FROM person WHERE id > 100", "ALTER TABLE person ADD words bytea[], ADD words_next bytea[]");
        lab.tegula.publishIndexes(List.of(new IndexColumn(
                "public",
                "person",
                "words",
                Optional.of("words_next"),
                "",
                64,
                false,
                List.of(new IndexColumn.Part(SSN, Optional.of("ssn"), IndexColumn.ofTokens(8, "tegula.words"), 1)),
                List.of(),
                "test")));
        backfill().fill(known().source(index("words")), new RunControl());
    }

    private IndexBackfill backfill() {
        return new IndexBackfill(lab.database, SweepSettings.standard());
    }

    private IndexColumn index(String column) {
        return Census.catalogue(lab.tegula).indexes().indexes().stream()
                .filter(index -> index.column().equals(column))
                .findFirst()
                .orElseThrow();
    }

    private CatalogueIndexes known() {
        return new CatalogueIndexes(lab.tegula, Census.catalogue(lab.tegula).columns(), List.of());
    }

    private BackfillReport verify(String column) {
        return backfill().verify(known().source(index(column)), new RunControl());
    }

    private static FieldTokens tokens(Tegula engine) {
        return engine.blindTokens(TokenSpec.of(SSN.value(), new Words()));
    }

    private static byte @Nullable [][] bytes(@Nullable BlindTokens tokens) {
        return tokens == null ? null : tokens.bytes();
    }

    /** As an instance of the release of today does: what a fence refuses is run again. */
    private boolean saved(Tegula engine, String value) throws SQLException {
        while (true) {
            Row row = Row.of(engine, value);
            try {
                lab.update(
                        "INSERT INTO person (ssn, ssn_index, ssn_next, words, words_next) VALUES (?, ?, ?, ?, ?)",
                        row.envelope,
                        row.index,
                        row.next,
                        bytes(tokens(engine).compute(value, Context.noTenant())),
                        bytes(tokens(engine).computeNext(value, Context.noTenant())));
                return true;
            } catch (SQLException e) {
                if (SqlState.UNIQUE_VIOLATION.equals(e.getSQLState())) {
                    return false;
                }
                if (!engine.fenced(e)) {
                    throw e;
                }
            }
        }
    }

    /** Changes the row that was saved last, in the columns that the release before maps. */
    private boolean changed(Tegula engine, @Nullable String value) throws SQLException {
        Row row = Row.of(engine, value == null ? "none" : value);
        try {
            lab.update(
                    "UPDATE person SET ssn = ?, ssn_index = ?, words = ? WHERE id = (SELECT max(id) FROM person)",
                    value == null ? null : row.envelope,
                    value == null ? null : row.index,
                    value == null ? null : bytes(tokens(engine).compute(value, Context.noTenant())));
            return true;
        } catch (SQLException e) {
            assertThat(engine.fenced(e)).as(e.getMessage()).isTrue();
            return false;
        }
    }

    private void work(IndexStep step) {
        try {
            Tegula today = engines.get(0);
            Tegula before = engines.get(1);
            String value = "value " + ++number;
            assertThat(saved(today, "first " + value)).isTrue();
            boolean changed = changed(before, value);
            assertThat(saved(today, value))
                    .as("beside the changed one, at " + step)
                    .isEqualTo(!changed);
            assertThat(saved(today, "gone " + value)).isTrue();
            if (!changed(before, null) && !changed) {
                refused.add(step);
            }
        } catch (SQLException e) {
            throw new AssertionError(step.toString(), e);
        }
    }

    private Set<String> valuesInRows() throws SQLException {
        FieldCipher<String> cipher = lab.tegula.field("person.ssn", String.class);
        List<String> all = new ArrayList<>();
        try (Connection connection = lab.database.getConnection();
                ResultSet rows =
                        connection.createStatement().executeQuery("SELECT ssn FROM person WHERE ssn IS NOT NULL")) {
            while (rows.next()) {
                all.add(cipher.decrypt(rows.getBytes(1), Context.noTenant()));
            }
        }
        assertThat(all).doesNotHaveDuplicates();
        return Set.copyOf(all);
    }

    @Test
    void valueChangedAtEachStep_leavesEveryIndexRight_andIsUnique_twice() throws Exception {
        for (int round = 1; round <= 2; round++) {
            refused.clear();
            IndexRotationReport report = rotate((step, detail) -> work(step));

            assertThat(report.outcome()).as(report.toString()).isEqualTo(RotationOutcome.DONE);
            for (String column : List.of("ssn_index", "words")) {
                BackfillReport verified = verify(column);
                assertThat(verified.clean()).as(column + ": " + verified).isTrue();
                assertThat(verified.sound()).isEqualTo(valuesInRows().size());
            }
            assertThat(refused)
                    .contains(IndexStep.FENCE, IndexStep.ACTIVATE, IndexStep.LEASES, IndexStep.SETTLE, IndexStep.CLOSE);
        }
    }

    /** Rows that were filled before, and that nobody has written since. */
    @Test
    void valueChangedBehindTheFirstFence_isRefused_alsoOfTokensAlone() throws Exception {
        Tegula before = engines.get(1);
        rotate((step, detail) -> {
            if (step == IndexStep.ACTIVATE) {
                for (String set : List.of("ssn_index = '\\x01'", "words = ARRAY['\\x01'::bytea]", "words = NULL")) {
                    assertThat(catchThrowable(() -> lab.update("UPDATE person SET " + set + " WHERE id = 8")))
                            .as(set)
                            .isInstanceOfSatisfying(SQLException.class, e -> assertThat(before.fenced(e))
                                    .isTrue());
                }
            }
        });
        assertThat(verify("words").clean()).isTrue();
    }

    @Test
    void trigger_thatWasDisabled_isMadeAnew_andIsNoFindingOfTheLook() {
        rotate(IndexRotationListener.none());
        assertThat(rotation().findings(rotation().plan(SSN))).isEmpty();
        lab.sql(
                "ALTER TABLE person DISABLE TRIGGER tegula_fence_ssn_next",
                "DROP TRIGGER tegula_fence_words_next ON person");

        assertThat(rotate(IndexRotationListener.none()).outcome()).isEqualTo(RotationOutcome.DONE);
        assertThat(lab.number("SELECT count(*) FROM pg_trigger WHERE tgenabled = 'A' AND tgname IN ("
                        + "'tegula_fence_ssn_next', 'tegula_fence_words_next')"))
                .isEqualTo(2);
    }

    @Test
    void verify_comparesNextColumns_whereTheyHoldAnythingUnderALiveKey() {
        rotate(IndexRotationListener.none());
        for (String fence : List.of("ssn_index", "ssn_next", "words", "words_next")) {
            lab.sql("ALTER TABLE person DROP CONSTRAINT tegula_fence_" + fence);
        }
        lab.sql(
                "UPDATE person SET ssn_next = substring(ssn_next from 1 for 32) || '\\x01', words_next[2] = '\\x01' WHERE id = 5",
                "UPDATE person SET ssn_next = decode(repeat('00', 64), 'hex') WHERE id = 6",
                "UPDATE person SET ssn_next = NULL, words_next = NULL WHERE id = 7");

        assertThat(verify("ssn_index").wrong()).singleElement().asString().contains("5");
        assertThat(verify("words").wrong()).singleElement().asString().contains("5");
    }

    @Test
    void owner_whoMayNotMakeATrigger_isToldWhatItNeeds_andNoKeyIsMade() {
        lab.sql(
                "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
                "DO $$ BEGIN CREATE ROLE rolling_owner LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
                "GRANT SELECT ON ALL TABLES IN SCHEMA public TO rolling_owner",
                "ALTER TABLE person OWNER TO rolling_owner");
        try (var owner = lab.as("rolling_owner")) {
            IndexRotation rotation =
                    new IndexRotation(lab.tegula, owner, rows -> {}, RotationSettings.standard(), List.of());
            assertThatThrownBy(() -> rotation.run(SSN, Set.of(), IndexRotationListener.none(), new RunControl()))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("CREATE on schema public");
        }
        assertThat(keys(KeyState.PENDING)).isEmpty();
    }
}
