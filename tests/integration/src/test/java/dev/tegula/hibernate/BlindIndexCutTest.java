package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.blindindex.BlindIndex;
import dev.tegula.failure.IntegrityException;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An index of few bits finds candidates, and only for callers who ask for them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BlindIndexCutTest {

    private static final int ROWS = 40;

    private Fixture fixture;

    @Entity(name = "Voter")
    static class Voter {
        @Id
        Long id;

        @Encrypted("voter.name")
        String name;

        @BlindIndexOf(value = "name", bits = 3)
        BlindIndex nameIndex;
    }

    @Entity(name = "Early")
    static class Early {
        @Id
        Long id = 1L;

        @Encrypted("voter.name")
        String name = "Ada";

        @BlindIndexOf(value = "name", filling = true)
        BlindIndex nameIndex;
    }

    @BeforeAll
    void open() {
        fixture = Fixture.of(Voter.class);
        fixture.run(session -> {
            for (long id = 0; id < ROWS; id++) {
                Voter voter = new Voter();
                voter.id = id;
                voter.name = "name " + id;
                session.persist(voter);
            }
        });
    }

    @AfterAll
    void close() {
        fixture.close();
    }

    private List<Voter> find(String where, Object value) {
        return fixture.call(session -> session.createQuery("from Voter v where " + where, Voter.class)
                .setParameter("v", value)
                .getResultList());
    }

    @Test
    void column_ofACutIndex_holdsItsBitsOnly() {
        assertThat(fixture.database().rows("select distinct length(nameIndex), get_byte(nameIndex, 0) & 31 from Voter"))
                .hasToString("[[1, 0]]");
        assertThat((long) fixture.database().value("select count(distinct nameIndex) from Voter"))
                .isLessThanOrEqualTo(8);
    }

    @Test
    void candidates_ofAValue_haveItAndOthers() {
        int all = 0;
        for (int id = 0; id < ROWS; id++) {
            List<Voter> found = find("v.nameIndex = :v", BlindIndex.candidates("name " + id));
            assertThat(found.stream().map(voter -> voter.name)).contains("name " + id);
            all += found.size();
        }
        assertThat(all).as("40 values in 8 groups").isGreaterThan(ROWS);
        assertThat(find("v.nameIndex in (:v)", BlindIndex.candidates("name 1"))).isNotEmpty();
    }

    @Test
    void query_thatDoesNotAskForCandidates_isRefused() {
        for (Object value : List.of("name 1", BlindIndex.of("name 1"))) {
            assertThatThrownBy(() -> find("v.nameIndex = :v", value))
                    .isInstanceOf(EncryptedQueryException.class)
                    .hasMessageContaining("Voter.nameIndex is a blind index that is cut to 3 bits")
                    .hasMessageContaining("BlindIndex.candidates(value)")
                    .hasMessageNotContaining("name 1");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "v.nameIndex <> :v",
                "not (v.nameIndex = :v)",
                "not v.nameIndex in (:v)",
                "v.nameIndex not in (:v)",
                "not (v.id = 1 and v.nameIndex = :v)",
                "not (v.id = 1 or (v.nameIndex = :v and v.id = 2))",
                "not exists (select 1 from Voter w where w.nameIndex = :v)",
                "v.id not in (select w.id from Voter w where w.nameIndex = :v)"
            })
    void query_forTheOthers_isRefused(String where) {
        assertThatThrownBy(() -> find(where, BlindIndex.candidates("name 1")))
                .hasStackTraceContaining("would leave out rows of some other values");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "delete from Voter v where v.nameIndex = :v",
                "update Voter v set v.id = 1 where v.nameIndex in (:v)"
            })
    void bulkStatement_byACutIndex_isRefused(String statement) {
        assertThatThrownBy(() -> fixture.run(session -> session.createMutationQuery(statement)
                        .setParameter("v", BlindIndex.candidates("name 1"))
                        .executeUpdate()))
                .hasStackTraceContaining("a bulk statement would change rows of some other values");
        assertThat(fixture.database().value("select count(*) from Voter")).isEqualTo((long) ROWS);
    }

    @Test
    void load_ofAnotherIndex_isRefused() {
        try (Fixture own = Fixture.of(Voter.class)) {
            Voter voter = new Voter();
            voter.id = 1L;
            voter.name = "Ada";
            own.save(voter);
            own.database().execute("update Voter set nameIndex = set_byte(nameIndex, 0, get_byte(nameIndex, 0) # 32)");

            assertThatThrownBy(() -> own.run(session -> session.find(Voter.class, 1L)))
                    .isInstanceOf(IntegrityException.class);
        }
    }

    @Test
    void load_whileAnIndexIsFilled_takesNoIndexAndNoOtherIndex() {
        try (Fixture own = Fixture.of(Early.class)) {
            own.save(new Early());
            own.database().execute("update Early set nameIndex = null");
            own.run(session -> assertThat(session.find(Early.class, 1L).name).isEqualTo("Ada"));

            own.database().execute("update Early set nameIndex = decode(repeat('00', 32), 'hex')");
            assertThatThrownBy(() -> own.run(session -> session.find(Early.class, 1L)))
                    .isInstanceOf(IntegrityException.class);
        }
    }
}
