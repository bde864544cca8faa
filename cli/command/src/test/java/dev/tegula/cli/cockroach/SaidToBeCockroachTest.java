package dev.tegula.cli.cockroach;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.ClinicDatabase;
import dev.tegula.test.servers.cockroach.CockroachRules;
import dev.tegula.test.servers.cockroach.SaidToBeCockroach;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInfo;

/** Every statement that would be sent to a CockroachDB, none of which its documentation rules out. */
@Tag("long")
final class SaidToBeCockroachTest extends CockroachDays {

    private static final Path CAPTURE = Path.of(System.getProperty("tegula.test.sql", "../../tests/target/sql"));

    private SaidToBeCockroach way;

    @Override
    ClinicDatabase empty(Path at) {
        way = new SaidToBeCockroach(ClinicDatabase.port());
        String url = ClinicDatabase.empty(at).url().replaceFirst(":\\d+/", ":" + way.port() + "/");
        return new ClinicDatabase(at, url, "postgres");
    }

    @Override
    boolean cockroach() {
        return true;
    }

    @Override
    int sent() {
        return way.transactions().stream().mapToInt(List::size).sum();
    }

    @AfterEach
    void look(TestInfo test) {
        way.close();
        List<List<String>> transactions = way.transactions();
        way.writeTo(CAPTURE.resolve(
                "cockroach-" + test.getTestMethod().orElseThrow().getName() + ".sql"));
        List<String> faults = CockroachRules.faults(transactions);
        assertThat(faults).as("%s", String.join("\n", faults)).isEmpty();
    }
}
