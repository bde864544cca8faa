package dev.tegula.operations.rotation;

import static dev.tegula.operations.live.LiveLab.patientColumns;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.Tegula;
import dev.tegula.operations.reencrypt.Progress;
import dev.tegula.operations.reencrypt.RunControl;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** The wait for instances goes by the clock of the database, which stamped the activation, and not by this host's. */
final class WaitingTest extends RotationLab {

    /** The database with a clock that is an hour behind the one of this host. */
    private DataSource behind() {
        return proxy(DataSource.class, lab.database);
    }

    private static <T> T proxy(Class<T> type, Object target) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    if (method.getName().equals("prepareStatement") && "SELECT now()".equals(arguments[0])) {
                        arguments[0] = "SELECT now() - interval '1 hour'";
                    }
                    try {
                        Object result = method.invoke(target, arguments);
                        return result instanceof Connection && method.getName().equals("getConnection")
                                ? proxy(Connection.class, result)
                                : result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }

    @Test
    void run_onAHostWhoseClockIsAnHourAhead_stillWaitsForAnInstanceThatIsBehind() throws Exception {
        lab.patients(5);
        lab.tegula.catalogue().orElseThrow().publish(patientColumns());
        lab.sql("INSERT INTO tegula_instance (id, name, epoch, seen_at)"
                + " VALUES (gen_random_uuid(), 'deaf', 0, now() - interval '1 hour')");
        RunControl control = new RunControl();
        List<String> heard = new ArrayList<>();
        RotationListener stopping = new RotationListener() {
            @Override
            public void step(Step step, State state, String detail) {
                if (step == Step.WAIT) {
                    heard.add(state + " " + detail);
                    control.stop();
                }
            }

            @Override
            public void progress(Progress progress) {}
        };
        try (Tegula tegula = Tegula.builder("lab")
                .kek("main", lab.kms, "main")
                .registry(behind())
                .instanceName("operator")
                .development()
                .build()) {
            Rotation rotation = new Rotation(
                    tegula,
                    lab.database,
                    backedUp::addAll,
                    RotationSettings.standard().withWriteLimit(Duration.ofMinutes(10)));

            RotationReport report =
                    rotation.run(RotationRequest.of("patient.ssn").until(Step.WAIT), stopping, control);

            assertThat(heard)
                    .hasSize(1)
                    .first()
                    .asString()
                    .startsWith("STARTED until ")
                    .contains("deaf, epoch 0");
            assertThat(report.outcome()).isEqualTo(RotationOutcome.STOPPED);
        }
    }
}
