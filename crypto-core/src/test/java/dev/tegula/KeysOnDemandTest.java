package dev.tegula;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.MalformedException;
import dev.tegula.kms.Keks;
import dev.tegula.kms.LocalKms;
import dev.tegula.registry.InMemoryKeyRegistry;
import dev.tegula.registry.KeyLifecycle;
import dev.tegula.registry.KeyRegistry;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyUses;
import dev.tegula.registry.KeyWrapping;
import dev.tegula.registry.RegistrySeal;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** First keys that several threads want at the same time. */
final class KeysOnDemandTest {

    private static final int THREADS = 40;

    private final LocalKms kms = new LocalKms();
    private final InMemoryKeyRegistry stored = new InMemoryKeyRegistry();
    private final Keks keks = Keks.of(Map.of("main", new Keks.Binding(kms.kek("main"), List.of("*"), true)));
    private final KeyWrapping wrapping = new KeyWrapping("test", keks);
    private final KeyId pin = KeyLifecycle.initialise(stored, wrapping, "main", InstantSource.system());
    private final RegistrySeal seal = RegistrySeal.open(stored, wrapping, List.of(pin));

    private final AtomicInteger changes = new AtomicInteger();
    private final CountDownLatch firstChange = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);

    private static Scope scope(String tenant) {
        return Scope.data(FieldId.of("patient.ssn"), TenantId.of(tenant));
    }

    /** A registry whose first change waits. */
    private KeyRegistry held() {
        return (KeyRegistry) Proxy.newProxyInstance(
                KeyRegistry.class.getClassLoader(), new Class<?>[] {KeyRegistry.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("change") && changes.getAndIncrement() == 0) {
                        firstChange.countDown();
                        assertThat(goOn.await(5, TimeUnit.MINUTES)).isTrue();
                    }
                    try {
                        return method.invoke(stored, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private KeysOnDemand on(KeyRegistry registry) {
        return new KeysOnDemand(
                new KeyLifecycle(
                        registry,
                        seal,
                        wrapping,
                        row -> new KeyUses.Uses(new TreeMap<>(), List.of(), true),
                        InstantSource.system()),
                keks);
    }

    @Test
    void apply_whileAnotherKeyIsMade_thoseThatWaitAreMadeInOneChange() throws Exception {
        KeysOnDemand keys = on(held());
        FutureTask<KeyRow> first = new FutureTask<>(() -> keys.apply(scope("first")));
        new Thread(first, "first").start();
        assertThat(firstChange.await(5, TimeUnit.MINUTES)).isTrue();
        List<FutureTask<KeyRow>> others = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            // Two want each key.
            Scope scope = scope("other-" + i / 2);
            others.add(new FutureTask<>(() -> keys.apply(scope)));
            threads.add(new Thread(others.get(i), "other-" + i));
            threads.get(i).start();
        }
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
        while (threads.stream().anyMatch(thread -> thread.getState() != Thread.State.WAITING)) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.sleep(1);
        }
        goOn.countDown();

        assertThat(first.get().scope()).isEqualTo(scope("first"));
        for (int i = 0; i < THREADS; i++) {
            KeyRow row = others.get(i).get();
            assertThat(stored.active(scope("other-" + i / 2))).contains(row);
        }
        assertThat(changes).hasValue(2);
        assertThat(stored.all()).hasSize(2 + THREADS / 2);
    }

    @Test
    void apply_ofATenantThatGetsNoKey_saysWhyAndTheNextGetsItsOwn() {
        KeysOnDemand keys = on(stored);

        assertThatThrownBy(() -> keys.apply(scope(" acme"))).isInstanceOf(MalformedException.class);
        assertThat(keys.apply(scope("acme")))
                .isEqualTo(stored.active(scope("acme")).orElseThrow());
    }
}
