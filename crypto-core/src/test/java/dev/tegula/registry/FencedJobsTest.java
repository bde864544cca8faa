package dev.tegula.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.audit.AuditEntry;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.RefusedException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Which steps of a key's life stop the jobs of its scope, in the transaction of the step. */
final class FencedJobsTest {

    private static final Scope SSN = Scope.data(FieldId.of("patient.ssn"), TenantId.none());

    private final KeyWrapping wrapping = new KeyWrapping("test", new TestKeks().keks());
    private final InMemoryKeyRegistry stored = new InMemoryKeyRegistry();
    /** What each change fenced, in the order in which they were committed. */
    private final List<Scope> fenced = new ArrayList<>();

    private final List<AuditEntry> told = new ArrayList<>();
    private int openJobs;

    private final KeyRegistry registry = proxy(KeyRegistry.class, stored, this::change);
    private final KeyId pin = KeyLifecycle.initialise(registry, wrapping, "main", InstantSource.system());
    private final RegistrySeal seal = RegistrySeal.open(registry, wrapping, List.of(pin));
    private final KeyLifecycle lifecycle = TestKeks.ofUnused(registry, seal, wrapping);

    @SuppressWarnings("unchecked")
    private Object change(String method, Object argument) {
        if (!method.equals("change")) {
            return null;
        }
        List<Scope> here = new ArrayList<>();
        Object result = stored.change(change -> ((Function<RegistryChange, Object>) argument)
                .apply(proxy(RegistryChange.class, change, (name, given) -> {
                    if (name.equals("advanceFencingTokens")) {
                        here.add((Scope) given);
                        return openJobs;
                    }
                    if (name.equals("tell")) {
                        told.addAll((List<AuditEntry>) given);
                    }
                    return null;
                })));
        fenced.addAll(here);
        return result;
    }

    private interface Call {
        Object of(String method, Object argument);
    }

    private static <T> T proxy(Class<T> type, T real, Call instead) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, args) -> {
            Object answer = instead.of(method.getName(), args == null ? null : args[0]);
            if (answer != null) {
                return answer;
            }
            try {
                return method.invoke(real, args);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }));
    }

    private KeyId active() {
        KeyRow row = lifecycle.create(SSN, "main");
        lifecycle.backup(List.of(row.keyId()), rows -> {});
        return lifecycle.activate(row.keyId()).keyId();
    }

    @Test
    void activate_fencesTheJobsOfItsScope() {
        active();

        assertThat(fenced).containsExactly(SSN);
    }

    @Test
    void activate_tellsOfTheJobsThatItStops_andOfNoneWhereNoneIsOpen() {
        active();
        assertThat(told).noneMatch(entry -> entry.action().equals("tegula.job.fence"));

        openJobs = 3;
        active();

        assertThat(told)
                .filteredOn(entry -> entry.action().equals("tegula.job.fence"))
                .singleElement()
                .satisfies(entry -> {
                    assertThat(entry.subject()).isEqualTo("patient.ssn");
                    assertThat(entry.detail()).endsWith(": 3");
                });
    }

    @Test
    void retire_fencesTheJobsOfItsScope() {
        KeyId first = active();
        active();
        fenced.clear();

        lifecycle.retire(first);

        assertThat(fenced).containsExactly(SSN);
    }

    @Test
    void stepsThatNoJobMinds_fenceNone() {
        KeyId first = active();
        active();
        lifecycle.retire(first);
        fenced.clear();

        lifecycle.reopen(first);
        lifecycle.backup(List.of(first), rows -> {});
        lifecycle.create(SSN, "main");
        assertThatThrownBy(() -> lifecycle.activate(first)).isInstanceOf(RefusedException.class);

        assertThat(fenced).isEmpty();
    }
}
