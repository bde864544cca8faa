package dev.tegula.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tegula.spring.clinic.Patient;
import dev.tegula.spring.clinic.Patients;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.task.AsyncTaskExecutor;

/** {@code spring.threads.virtual.enabled}: many virtual threads save and read, the first of them without an open key. */
class VirtualThreadsTest {

    private static final int THREADS = 200;

    @TempDir
    Path folder;

    @Test
    void save_onVirtualThreads_encrypts() throws Exception {
        int version = Runtime.version().feature();
        assumeTrue(version >= 21, "skipped: virtual threads need JDK 21, this is " + version);
        Lab lab = Lab.withKeyset(folder).with("spring.threads.virtual.enabled", "true");
        try (ConfigurableApplicationContext application = lab.run()) {
            Patients patients = application.getBean(Patients.class);
            AsyncTaskExecutor executor = application.getBean("applicationTaskExecutor", AsyncTaskExecutor.class);
            List<CompletableFuture<String>> all = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                String name = "p" + i;
                all.add(executor.submitCompletable(() -> {
                    assertThat(Thread.class.getMethod("isVirtual").invoke(Thread.currentThread()))
                            .isEqualTo(true);
                    patients.save(new Patient(name, "ssn of " + name, LocalDate.EPOCH));
                    return patients.findByName(name).get(0).ssn;
                }));
            }
            for (int i = 0; i < THREADS; i++) {
                assertThat(all.get(i).get()).isEqualTo("ssn of p" + i);
            }
        }
        assertThat(lab.query("select count(*) from patient where get_byte(ssn, 0) = 1"))
                .containsExactly((long) THREADS);
    }
}
