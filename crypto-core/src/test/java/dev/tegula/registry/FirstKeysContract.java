package dev.tegula.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.IntegrityException;
import dev.tegula.failure.KeyUnknownException;
import dev.tegula.failure.MalformedException;
import dev.tegula.failure.RefusedException;
import dev.tegula.failure.TegulaException;
import dev.tegula.failure.UnavailableException;
import dev.tegula.kms.KekResult;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The first keys of many scopes, made together, on every registry. */
public abstract class FirstKeysContract extends KeyLifecycleContract {

    private static final FieldId FIELD = FieldId.of("patient.ssn");

    static List<Scope> tenants(int many) {
        return IntStream.range(0, many)
                .mapToObj(i -> Scope.data(FIELD, TenantId.of("tenant-" + i)))
                .toList();
    }

    /** The same registry; each call is shown before it is made. */
    static KeyRegistry watched(KeyRegistry registry, BiConsumer<String, Object[]> before) {
        return (KeyRegistry) Proxy.newProxyInstance(
                KeyRegistry.class.getClassLoader(), new Class<?>[] {KeyRegistry.class}, (proxy, method, arguments) -> {
                    before.accept(method.getName(), arguments);
                    try {
                        return method.invoke(registry, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private static TegulaException failure(KekResult<KeyRow> result) {
        assertThat(result.failure()).isNotNull();
        return result.failure();
    }

    @Test
    void provideAll_threeHundredScopes_makesThemInTwoChangesAndEachLikeOneAlone() {
        AtomicInteger changes = new AtomicInteger();
        KeyRegistry counted = watched(registry, (name, arguments) -> {
            if (name.equals("change")) {
                changes.incrementAndGet();
            }
        });
        long before = registry.epoch(seal::genuine);
        List<Scope> scopes = tenants(300);

        List<KeyRow> rows = new KeyLifecycle(counted, seal, wrapping, row -> uses.get(), clock)
                .provideAll(scopes, scope -> "main").stream()
                        .map(KekResult::get)
                        .toList();

        assertThat(changes).hasValue(2);
        assertThat(rows).extracting(KeyRow::scope).containsExactlyElementsOf(scopes);
        assertThat(rows).allSatisfy(row -> {
            assertThat(row.state()).isEqualTo(KeyState.ACTIVE);
            assertThat(row.version()).isEqualTo(1);
            assertThat(row.times().activated()).isEqualTo(row.times().created());
            assertThat(seal.genuine(row)).isTrue();
            wrapping.unwrap(row).close();
        });
        assertThat(registry.active(scopes)).containsExactlyInAnyOrderElementsOf(rows);
        assertThat(rows)
                .extracting(KeyRow::rev)
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.rangeClosed(before + 1, before + 300).boxed().toList());
        assertThat(lifecycle.provideAll(scopes, scope -> "main").stream().map(KekResult::get))
                .containsExactlyElementsOf(rows);
    }

    @Test
    void provideAll_scopesOfEveryKind_givesEachWhatItWouldGetAlone() {
        KeyRow active = activeKey(SSN);
        Scope waiting = Scope.data(FieldId.of("patient.born"), TenantId.none());
        lifecycle.create(waiting, "main");
        Scope odd = Scope.data(FIELD, TenantId.of(" acme"));
        Scope unknown = Scope.data(FieldId.of("patient.note"), TenantId.none());

        List<KekResult<KeyRow>> results = lifecycle.provideAll(
                List.of(SSN, waiting, ACME, odd, Scope.REGISTRY, unknown, ACME),
                scope -> scope.equals(unknown) ? "nowhere" : "main");

        assertThat(results.get(0).get()).isEqualTo(active);
        assertThat(failure(results.get(1))).isInstanceOf(KeyUnknownException.class);
        assertThat(results.get(2).get()).isEqualTo(registry.active(ACME).orElseThrow());
        assertThat(failure(results.get(3))).isInstanceOf(MalformedException.class);
        assertThat(failure(results.get(4))).isInstanceOf(RefusedException.class);
        assertThat(failure(results.get(5))).isInstanceOf(ConfigurationException.class);
        assertThat(results.get(6).get()).isEqualTo(results.get(2).get());
        assertThat(lifecycle.list()).hasSize(4);
    }

    @Test
    void provideAll_rowThatDoesNotVerify_stopsItsScopeAndNoOther() {
        KeyRow strange = lifecycle.create(SSN, "main");
        store(strange, row -> row.withVersion(9));
        List<Scope> scopes = List.of(SSN, ACME, tenants(1).get(0));

        List<KekResult<KeyRow>> results = lifecycle.provideAll(scopes, scope -> "main");

        assertThat(failure(results.get(0))).isInstanceOf(IntegrityException.class);
        assertThat(results.subList(1, 3))
                .allSatisfy(made -> assertThat(made.get().state()).isEqualTo(KeyState.ACTIVE));
        assertThat(registry.active(scopes)).hasSize(2);
    }

    @Test
    void provideAll_kmsDown_makesNoneAndAsksNoMore() {
        AtomicInteger calls = new AtomicInteger();
        keks.main.beforeWrap.set(() -> {
            calls.incrementAndGet();
            throw new UnavailableException("kms down");
        });

        assertThat(lifecycle.provideAll(tenants(300), scope -> "main"))
                .hasSize(300)
                .allSatisfy(result -> assertThat(failure(result)).isInstanceOf(UnavailableException.class));
        assertThat(calls.get()).isLessThan(100);
        assertThat(registry.all()).hasSize(1);
    }

    @Test
    void provideAll_eightThreads_agreeOnOneKeyOfEachScope() throws Exception {
        List<Scope> scopes = tenants(40);
        List<Callable<List<KeyRow>>> work = IntStream.range(0, 8)
                .<Callable<List<KeyRow>>>mapToObj(i -> () -> lifecycle.provideAll(scopes, scope -> "main").stream()
                        .map(KekResult::get)
                        .toList())
                .toList();

        List<KeyRow> stored = run(work).get(0);

        assertThat(run(work)).allSatisfy(rows -> assertThat(rows).isEqualTo(stored));
        assertThat(registry.active(scopes)).containsExactlyInAnyOrderElementsOf(stored);
        assertThat(lifecycle.list()).hasSize(41);
    }
}
