package dev.tegula.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.spring.clinic.RestartedClinic;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Restarts by devtools, with a new class loader each, in a process of their own. */
@Tag("long")
class DevtoolsTest {

    @TempDir
    Path folder;

    @Test
    void restart_closesTheEngineAndWorksOn() throws Exception {
        Lab lab = Lab.withKeyset(folder).without("spring.devtools.restart.enabled");
        String said = Forked.run(
                folder,
                List.of("-Dspring.devtools.restart.enabled=true"),
                List.of(),
                RestartedClinic.class,
                lab.properties());
        assertThat(said)
                .contains("start 1 in RestartClassLoader: read 123-45-6789, engine before none")
                .contains("start 2 in RestartClassLoader: read 123-45-6789, engine before closed")
                .contains("start 3 in RestartClassLoader: read 123-45-6789, engine before closed");
        assertThat(said.lines()
                        .filter(line -> line.startsWith("threads of engines: "))
                        .distinct())
                .as("no start has more than the first")
                .hasSize(1);
    }
}
