package dev.tegula;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.failure.DeniedException;
import dev.tegula.failure.KeyUnknownException;
import dev.tegula.failure.UnavailableException;
import dev.tegula.kms.LocalKms;
import dev.tegula.registry.InMemoryKeyRegistry;
import dev.tegula.registry.InstanceReport;
import dev.tegula.registry.KeyRegistry;
import dev.tegula.value.ValueCodec;
import dev.tegula.value.ValueType;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The life of an engine: built, cold, warm, closed. */
class EngineLifeTest {

    private static final String CANARY = "CANARY-7f2e-123-45-6789";

    private final LocalKms kms = new LocalKms();
    private final InMemoryKeyRegistry registry = new InMemoryKeyRegistry();
    private final Tegula tegula = Tegula.builder("test")
            .kek("main", kms, "main")
            .registry(registry)
            .development()
            .build();
    private final FieldCipher<String> ssn = tegula.field("patient.ssn", String.class);

    @AfterEach
    void close() {
        tegula.close();
    }

    @Test
    void build_withoutWhatItNeeds_namesTheMethodOfTheBuilder() {
        assertThatThrownBy(() -> Tegula.builder("t").registry(registry).build())
                .hasMessageContaining("kek(alias, kms, key)");
        assertThatThrownBy(() -> Tegula.builder("t")
                        .kek("main", kms, "main")
                        .registry(registry)
                        .build())
                .hasMessageContaining("registry(source, pin)")
                .hasMessageNotContaining("registry-pin");
    }

    @Test
    void build_withoutPin_isRefusedOutsideDevelopment() {
        assertThatThrownBy(() -> Tegula.builder("test")
                        .kek("main", kms, "main")
                        .registry(registry)
                        .build())
                .hasMessageContaining("tegula init");
    }

    @Test
    void encrypt_withoutAKey_namesTheCommand() {
        String pin = registry.active(dev.tegula.envelope.Scope.REGISTRY)
                .orElseThrow()
                .keyId()
                .hex();
        try (Tegula production = Tegula.builder("test")
                .kek("main", kms, "main")
                .registry(registry, pin)
                .build()) {
            assertThatThrownBy(
                            () -> production.field("other.field", String.class).encrypt("x", Context.noTenant()))
                    .isInstanceOf(KeyUnknownException.class)
                    .hasMessageContaining("tegula keys create other.field");
        }
    }

    @Test
    void coldStart_withTheKmsDown_isUnavailableAndWithADenialIsDenied() {
        byte[] envelope = ssn.encrypt(CANARY, Context.noTenant());
        String pin = registry.active(dev.tegula.envelope.Scope.REGISTRY)
                .orElseThrow()
                .keyId()
                .hex();
        try (Tegula second = Tegula.builder("test")
                .kek("main", kms, "main")
                .registry(registry, pin)
                .build()) {
            FieldCipher<String> cold = second.field("patient.ssn", String.class);
            kms.fail(new UnavailableException("kms down"));
            assertThatThrownBy(() -> cold.decrypt(envelope, Context.noTenant()))
                    .isInstanceOf(UnavailableException.class);
            kms.fail(new DeniedException("no"));
            assertThatThrownBy(() -> cold.decrypt(envelope, Context.noTenant())).isInstanceOf(DeniedException.class);
            kms.work();
            assertThat(cold.decrypt(envelope, Context.noTenant())).isEqualTo(CANARY);
        }
    }

    @Test
    void warmCalls_makeNoKmsCall() {
        byte[] envelope = ssn.encrypt(CANARY, Context.noTenant());
        int before = kms.calls();
        for (int i = 0; i < 1_000; i++) {
            ssn.encrypt(CANARY, Context.noTenant());
            ssn.decrypt(envelope, Context.noTenant());
        }

        assertThat(kms.calls()).isEqualTo(before);
    }

    @Test
    void everyCall_afterClose_isRefused() {
        byte[] envelope = ssn.encrypt(CANARY, Context.noTenant());
        tegula.close();

        assertThatThrownBy(() -> ssn.encrypt(CANARY, Context.noTenant())).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> ssn.encrypt(null, Context.noTenant())).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> ssn.decrypt(envelope, Context.noTenant())).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> tegula.field("patient.ssn", String.class).decrypt(envelope, Context.noTenant()))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void close_underLoad_letsNoCallGoOnOnceTheEndIsReported() throws Exception {
        AtomicInteger inFlight = new AtomicInteger();
        InMemoryKeyRegistry memory = new InMemoryKeyRegistry();
        AtomicInteger atTheEnd = new AtomicInteger(-1);
        KeyRegistry watched = (KeyRegistry) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {KeyRegistry.class}, (self, method, arguments) -> {
                    if (method.getName().equals("report")
                            && ((InstanceReport) arguments[0]).epoch() == InstanceReport.CLOSED) {
                        atTheEnd.set(inFlight.get());
                    }
                    return method.invoke(memory, arguments);
                });
        Tegula busy = Tegula.builder("test")
                .kek("main", new LocalKms(), "main")
                .registry(watched)
                .development()
                .build();
        FieldCipher<String> field = busy.field(FieldSpec.of("patient.busy", new Counting(inFlight)));
        List<CompletableFuture<Void>> threads = new ArrayList<>();
        CountDownLatch running = new CountDownLatch(4);
        ExecutorService pool = Executors.newFixedThreadPool(4);
        for (int i = 0; i < 4; i++) {
            threads.add(CompletableFuture.runAsync(
                    () -> {
                        field.encrypt(CANARY, Context.noTenant());
                        running.countDown();
                        while (true) {
                            field.encrypt(CANARY, Context.noTenant());
                        }
                    },
                    pool));
        }
        running.await();

        busy.close();
        pool.shutdown();

        assertThat(atTheEnd).hasValue(0);
        for (CompletableFuture<Void> thread : threads) {
            assertThatThrownBy(() -> thread.get(5, TimeUnit.MINUTES))
                    .hasRootCauseInstanceOf(IllegalStateException.class);
        }
    }

    private record Counting(AtomicInteger inFlight) implements ValueCodec<String> {
        @Override
        public String javaType() {
            return "String";
        }

        @Override
        public ValueType type() {
            return ValueType.STRING;
        }

        @Override
        public byte[] encode(String value) {
            inFlight.incrementAndGet();
            try {
                return value.getBytes(StandardCharsets.UTF_8);
            } finally {
                inFlight.decrementAndGet();
            }
        }

        @Override
        public String decode(ValueType stored, byte[] source, int offset, int length) {
            return new String(source, offset, length, StandardCharsets.UTF_8);
        }
    }
}
