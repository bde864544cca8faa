package dev.tegula.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Text and tables on terminals of every width. */
class LayoutTest {

    private static final String SENTENCE =
            "patient.ssn is writing under v1 (3f0a9c51) and 12 values wait; see `tegula verify patient.ssn`.";

    private static Table table() {
        return Table.headed("FIELD", "COLUMN", "STATE", "VALUES")
                .row("patient.ssn", "patient.ssn", "ACTIVE", 421_240L)
                .row("patient.note", "visit.note", "NO ENVELOPE", 12L);
    }

    @Test
    void lines_everyWidth_breakNoWordThatFits() {
        Set<String> words = new HashSet<>(Arrays.asList(SENTENCE.split(" ")));
        for (int width = 20; width <= 100; width++) {
            for (String line : new Layout().add("  " + SENTENCE).lines(width)) {
                assertThat(line).hasSizeLessThanOrEqualTo(width);
                assertThat(words).contains(line.strip().split(" "));
            }
        }
    }

    @Test
    void lines_wordLongerThanTheLine_isCut() {
        assertThat(new Layout().add("pin " + "ab".repeat(16)).lines(20))
                .containsExactly("pin", "  ababababababababab", "  ababababababab");
    }

    @Test
    void lines_commandThatIsBroken_isStillOneCommand() {
        assertThat(new Layout()
                        .add("  tegula keys destroy patient.ssn --version 1")
                        .lines(30))
                .containsExactly("  tegula keys destroy \\", "    patient.ssn --version 1");
    }

    @Test
    void table_everyWidth_fitsAndLosesNothing() {
        for (int width = 20; width <= 100; width++) {
            List<String> lines = new Layout().add(table(), "  ").lines(width);
            int columns = width;
            assertThat(lines).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(columns));
            String all = String.join(" ", lines).replaceAll("\\s+", " ");
            assertThat(all).contains("patient.note", " visit.note", "ENVELOPE", "421,240");
        }
    }

    @Test
    void table_thatFits_isAligned() {
        assertThat(new Layout().add(table()).lines(80).get(1))
                .isEqualTo("patient.ssn   patient.ssn  ACTIVE       421,240");
    }

    @Test
    void table_ofProse_isBrokenBetweenWords() {
        assertThat(new Layout()
                        .add(Table.plain().row("ok", "clock", "3 ms ahead of this host, by the clock of the database"))
                        .lines(40))
                .containsExactly("ok  clock  3 ms ahead of this host, by", "           the clock of the database");
    }

    @Test
    void table_narrow_isAListWithTheNamesOfColumns() {
        assertThat(new Layout().add(table()).lines(24))
                .startsWith("FIELD patient.ssn", "  COLUMN patient.ssn", "  STATE ACTIVE");
    }

    @Test
    void verbatim_isNeverBroken() {
        assertThat(new Layout()
                        .verbatim("ALTER TABLE x\nADD CHECK (length(y) >= 75)")
                        .lines(20))
                .containsExactly("ALTER TABLE x", "ADD CHECK (length(y) >= 75)");
    }

    @Test
    void lines_commandWithWhatItDoes_breaksTheCommandApartFromTheWords() {
        assertThat(new Layout()
                        .add("  tegula rotate patient.born   then moves the rest and retires the old keys")
                        .lines(40))
                .containsExactly(
                        "  tegula rotate patient.born", "    then moves the rest and retires the", "      old keys");
    }
}
