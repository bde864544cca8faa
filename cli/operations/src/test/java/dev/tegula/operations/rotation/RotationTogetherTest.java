package dev.tegula.operations.rotation;

import static dev.tegula.operations.live.LiveLab.patientColumns;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.Tegula;
import dev.tegula.envelope.KeyId;
import dev.tegula.kms.Kek;
import dev.tegula.kms.Kms;
import dev.tegula.operations.live.LiveLab;
import dev.tegula.operations.reencrypt.RunControl;
import dev.tegula.operations.reencrypt.SweepSettings;
import dev.tegula.registry.KeyState;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Rotations that are started together, each as on a host of its own. */
@Tag("long")
final class RotationTogetherTest extends RotationLab {

    private static final int HOSTS = 4;

    /** All hosts have seen the same registry, and are about to make the key, when the first of them makes it. */
    private static Kms met(Kms kms, CyclicBarrier barrier) {
        UnaryOperator<Kek> keks = kek -> (Kek) Proxy.newProxyInstance(
                Kek.class.getClassLoader(), new Class<?>[] {Kek.class}, (self, method, arguments) -> {
                    if (method.getName().equals("wrap")) {
                        barrier.await(5, TimeUnit.MINUTES);
                    }
                    try {
                        return method.invoke(kek, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        return new Kms() {
            @Override
            public String provider() {
                return kms.provider();
            }

            @Override
            public Kek kek(String key) {
                return keks.apply(kms.kek(key));
            }

            @Override
            public void close() {}
        };
    }

    private List<RotationReport> rotate(Kms kms, RotationRequest request, SweepSettings sweep) throws Exception {
        lab.tegula.catalogue().orElseThrow().publish(patientColumns());
        RotationSettings settings = RotationSettings.standard()
                .withWriteLimit(Duration.ofSeconds(1))
                .withFencePatience(Duration.ofMinutes(1))
                .withSweep(sweep);
        ExecutorService threads = Executors.newFixedThreadPool(HOSTS);
        List<Tegula> engines = new ArrayList<>();
        try {
            List<Callable<RotationReport>> hosts = new ArrayList<>();
            for (int i = 0; i < HOSTS; i++) {
                Tegula engine = Tegula.builder("lab")
                        .kek("main", kms, "main")
                        .registry(lab.database)
                        .settings(LiveLab.shortLease())
                        .instanceName("host-" + i)
                        .development()
                        .build();
                engines.add(engine);
                Rotation rotation = new Rotation(engine, lab.database, keys -> {}, settings);
                hosts.add(() -> rotation.run(request, RotationListener.quiet(), new RunControl()));
            }
            List<RotationReport> reports = new ArrayList<>();
            for (Future<RotationReport> host : threads.invokeAll(hosts, 10, TimeUnit.MINUTES)) {
                reports.add(host.get());
            }
            return reports;
        } finally {
            threads.shutdownNow();
            engines.forEach(Tegula::close);
        }
    }

    private void assertOneKey(List<RotationReport> reports, KeyId old, int rows) {
        assertThat(reports).allSatisfy(report -> {
            assertThat(report.remarks()).isEmpty();
            assertThat(report.outcome()).isEqualTo(RotationOutcome.DONE);
        });
        assertThat(lab.number("SELECT count(*) FROM tegula_key WHERE field = 'patient.ssn'"))
                .isEqualTo(2);
        assertThat(state(old)).isEqualTo(KeyState.RETIRED);
        assertThat(lab.under(lab.activeKey(SSN), "patient", "ssn")).isEqualTo(rows);
    }

    @Test
    void run_onHostsThatAllFoundNoNewKey_makesOneAndAllEndWell() throws Exception {
        lab.patients(200);
        KeyId old = lab.activeKey(SSN);

        List<RotationReport> reports = rotate(
                met(lab.kms, new CyclicBarrier(HOSTS)), RotationRequest.of("patient.ssn"), SweepSettings.standard());

        assertOneKey(reports, old, 200);
    }

    @RepeatedTest(3)
    void run_ofAllFieldsOnHostsStartedTogether_endsWellOnEach() throws Exception {
        lab.patients(3_000);
        KeyId old = lab.activeKey(SSN);
        KeyId oldNote = lab.activeKey(NOTE);

        List<RotationReport> reports = rotate(
                met(lab.kms, new CyclicBarrier(HOSTS)),
                RotationRequest.of("patient.*").withWorkers(2),
                SweepSettings.standard().withBatchRows(50));

        assertOneKey(reports, old, 3_000);
        assertThat(state(oldNote)).isEqualTo(KeyState.RETIRED);
        assertThat(lab.number("SELECT count(*) FROM tegula_key WHERE field = 'patient.note'"))
                .isEqualTo(2);
    }
}
