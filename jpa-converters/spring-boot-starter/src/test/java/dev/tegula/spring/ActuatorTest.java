package dev.tegula.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tegula.Context;
import dev.tegula.FieldCipher;
import dev.tegula.Tegula;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.Scope;
import dev.tegula.failure.DeniedException;
import dev.tegula.failure.IntegrityException;
import dev.tegula.failure.UnavailableException;
import dev.tegula.registry.InMemoryKeyRegistry;
import dev.tegula.registry.KeyRegistry;
import dev.tegula.test.MemoryKms;
import dev.tegula.test.TestTegula;
import dev.tegula.value.ValueType;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Health, meters and endpoint of an engine whose KMS a test can disturb. */
class ActuatorTest {

    private static final String SECRET = "123-45-6789";

    private final TestTegula test = TestTegula.create();
    private final Tegula tegula = test.get();
    private final FieldCipher<String> ssn = tegula.field("patient.ssn", String.class);
    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(TegulaActuatorAutoConfiguration.class))
            .withBean(Tegula.class, () -> tegula);

    @Test
    void health_ofAnEngineThatWorks_isUpWithoutSecrets() {
        byte[] envelope = ssn.encrypt(SECRET, Context.noTenant());
        ssn.decrypt(envelope, Context.noTenant());
        runner.run(context -> {
            Health health = context.getBean(HealthIndicator.class).health();
            assertThat(health.getStatus()).isEqualTo(Status.UP);
            assertThat(health.getDetails())
                    .containsOnlyKeys(
                            "deployment",
                            "writes",
                            "background",
                            "secondsSinceReport",
                            "keks",
                            "keysOpened",
                            "keysInOutage",
                            "keysPastOutageLimit")
                    .containsEntry("writes", "good")
                    .containsEntry("keysOpened", 1);
            assertThat(health.getDetails().toString()).doesNotContain(SECRET);
        });
    }

    /** One of two: the keys of the other are open and serve. */
    @Test
    void health_whileAKmsDenies_isDown() {
        MemoryKms denying = MemoryKms.create();
        try (Tegula both = Tegula.builder("test")
                .kek("main", MemoryKms.create(), "primary")
                .kek("other", denying, "primary")
                .registry(new InMemoryKeyRegistry())
                .development()
                .build()) {
            both.field("patient.ssn", String.class).encrypt(SECRET, Context.noTenant());
            denying.deny();
            assertThat(catchThrowable(
                            () -> both.keks().bindings().get("other").kek().status()))
                    .isInstanceOf(DeniedException.class);
            Health health = new EngineHealth(provider(both)).health();
            assertThat(health.getStatus()).isEqualTo(Status.DOWN);
            assertThat(health.getDetails().get("keks")).hasToString("{main=good, other=denied}");
            assertThat(health.getDetails()).containsEntry("keysOpened", 1);
        }
    }

    /** A right that was missing for one key, or for a moment: the KMS says that the KEK may be used. */
    @Test
    void health_afterADenialThatAProbeDoesNotMeet_isUp() {
        byte[] envelope = ssn.encrypt(SECRET, Context.noTenant());
        test.kms().deny();
        tegula.keyring().forget();
        assertThat(catchThrowable(() -> ssn.decrypt(envelope, Context.noTenant())))
                .isInstanceOf(DeniedException.class);
        AtomicLong nanos = new AtomicLong();
        EngineHealth health = new EngineHealth(provider(tegula), new DenialProbe(nanos::get));
        assertThat(health.health().getStatus()).isEqualTo(Status.DOWN);
        test.kms().work();
        assertThat(health.health().getStatus()).as("asked again too soon").isEqualTo(Status.DOWN);
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(DenialProbe.PAUSE_SECONDS));
        assertThat(health.health().getStatus()).isEqualTo(Status.UP);
        assertThat(health.health().getDetails().get("keks")).hasToString("{memory=good}");
    }

    @Test
    void health_whileTheKmsIsAwayAndNoKeyIsOpen_isDown() {
        byte[] envelope = ssn.encrypt(SECRET, Context.noTenant());
        test.kms().down();
        tegula.keyring().forget();
        assertThat(catchThrowable(() -> ssn.decrypt(envelope, Context.noTenant())))
                .isInstanceOf(UnavailableException.class);
        runner.run(context -> assertThat(
                        context.getBean(HealthIndicator.class).health().getStatus())
                .isEqualTo(Status.DOWN));
    }

    @Test
    void meters_afterSomeValues_countThem() {
        MeterRegistry registry = bound();
        byte[] envelope = ssn.encrypt(SECRET, Context.noTenant());
        ssn.decrypt(envelope, Context.noTenant());
        ssn.decrypt(envelope, Context.noTenant());
        envelope[envelope.length - 1] ^= 1;
        assertThat(catchThrowable(() -> ssn.decrypt(envelope, Context.noTenant())))
                .isNotNull();
        assertThat(count(registry, "tegula.operations", "operation", "encrypt")).isEqualTo(1);
        assertThat(count(registry, "tegula.operations", "operation", "decrypt")).isEqualTo(2);
        assertThat(count(registry, "tegula.failures", "kind", "cannot_open")).isEqualTo(1);
        assertThat(registry.get("tegula.keys.opened").functionCounter().count()).isEqualTo(1);
        assertThat(registry.get("tegula.cache.hits").functionCounter().count()).isEqualTo(2);
        assertThat(registry.get("tegula.keys.held").gauge().value()).isEqualTo(1);
        assertThat(registry.get("tegula.keys.lapsed").gauge().value()).isZero();
        assertThat(registry.get("tegula.keys.outage.left").gauge().value()).isNaN();
        assertThat(registry.get("tegula.lease.age").gauge().value()).isNotNegative();
        assertThat(registry.get("tegula.key.age").gauge().value()).isNotNegative();
        assertThat(registry.get("tegula.kms.calls").functionTimer().count()).isPositive();
    }

    /** No field, tenant, key or value: their number has no bound, and some say too much. */
    @Test
    void meters_ofAnEngine_haveTagsOfAFixedNumber() {
        ssn.encrypt(SECRET, Context.noTenant());
        Set<String> tags = new TreeSet<>();
        bound().getMeters().forEach(meter -> meter.getId().getTags().forEach(tag -> tags.add(tag.getKey())));
        assertThat(tags).containsExactly("kek", "kind", "operation");
    }

    @Test
    void dashboardAndAlerts_nameMetersThatAreThere() throws Exception {
        ssn.encrypt(SECRET, Context.noTenant());
        Set<String> known = new TreeSet<>();
        for (Meter meter : bound().getMeters()) {
            String name = meter.getId().getName().replace('.', '_');
            switch (meter.getId().getType()) {
                case COUNTER -> known.add(name + "_total");
                case TIMER -> known.addAll(Set.of(name + "_seconds_count", name + "_seconds_sum"));
                default ->
                    known.add(
                            meter.getId().getBaseUnit() == null
                                    ? name
                                    : name + "_" + meter.getId().getBaseUnit());
            }
        }
        Path docs = Path.of(System.getProperty("basedir", ".")).resolve("../../docs/grafana");
        Set<String> named = new TreeSet<>();
        for (String file : new String[] {"tegula.json", "alerts.yaml"}) {
            Matcher name = Pattern.compile("\\btegula_[a-z_]+").matcher(Files.readString(docs.resolve(file)));
            while (name.find()) {
                named.add(name.group());
            }
        }
        assertThat(named).hasSizeGreaterThan(12);
        assertThat(known).containsAll(named);
        new com.fasterxml.jackson.databind.ObjectMapper()
                .readTree(docs.resolve("tegula.json").toFile());
        Object alerts = new org.yaml.snakeyaml.Yaml().load(Files.readString(docs.resolve("alerts.yaml")));
        assertThat(alerts).asString().contains("TegulaKeysLapsed");
    }

    private static EncryptedMappings mapped() {
        return () -> List.of(new EncryptedMappings.Mapping(
                "entityManagerFactory",
                List.of(
                        EncryptedColumn.of("patient.ssn", "public.patient.ssn", ValueType.STRING, "id"),
                        EncryptedColumn.of("visit.note", "public.visit.note", ValueType.STRING, "id")
                                .withTenant("clinic")),
                List.of(),
                Optional.empty()));
    }

    @Test
    void endpoint_ofAnEngine_tellsKeysAndEpoch() {
        ssn.encrypt(SECRET, Context.noTenant());
        runner.withBean(EncryptedMappings.class, ActuatorTest::mapped).run(context -> {
            TegulaEndpoint.Report report = context.getBean(TegulaEndpoint.class).report();
            assertThat(report.deployment()).isEqualTo("test");
            assertThat(report.epoch()).isPositive();
            assertThat(report.keys()).anySatisfy(key -> {
                assertThat(key.field()).isEqualTo("patient.ssn");
                assertThat(key.state()).isEqualTo("ACTIVE");
                assertThat(key.version()).isEqualTo(1);
                assertThat(key.genuine()).isTrue();
            });
            assertThat(report.fields()).containsOnlyKeys("patient.ssn", "visit.note");
            assertThat(report.perTenant()).containsExactly("visit.note");
            assertThat(report.toString()).doesNotContain(SECRET);
        });
    }

    /** One row that somebody spoiled hides no other field. */
    @Test
    void endpoint_ofARowThatCannotBeRead_saysSoAndShowsTheOthers() {
        KeyRegistry memory = new InMemoryKeyRegistry();
        AtomicReference<String> spoiled = new AtomicReference<>("");
        KeyRegistry watched = (KeyRegistry) Proxy.newProxyInstance(
                KeyRegistry.class.getClassLoader(), new Class<?>[] {KeyRegistry.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("live")
                            && ((Scope) arguments[0]).field().value().equals(spoiled.get())) {
                        throw new IntegrityException("A row cannot be read.");
                    }
                    return method.invoke(memory, arguments);
                });
        try (Tegula tegula = Tegula.builder("test")
                .kek("main", MemoryKms.create(), "primary")
                .registry(watched)
                .development()
                .build()) {
            tegula.field("patient.ssn", String.class).encrypt(SECRET, Context.noTenant());
            spoiled.set("patient.ssn");
            DefaultListableBeanFactory beans = new DefaultListableBeanFactory();
            beans.registerSingleton("mappings", mapped());
            assertThat(new TegulaEndpoint(provider(tegula), beans.getBeanProvider(EncryptedMappings.class))
                            .report()
                            .keys())
                    .extracting(key -> key.field() + " " + key.state() + " " + key.genuine())
                    .contains("tegula.registry ACTIVE true", "patient.ssn UNREADABLE false");
        }
    }

    /** Anyone who may ask it must not be able to make the database read a million rows. */
    @Test
    void endpoint_ofManyKeys_readsThoseOfItsFieldsOnly() {
        AtomicReference<String> whole = new AtomicReference<>("");
        KeyRegistry memory = new InMemoryKeyRegistry();
        KeyRegistry watched = (KeyRegistry) Proxy.newProxyInstance(
                KeyRegistry.class.getClassLoader(), new Class<?>[] {KeyRegistry.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("all") || method.getName().equals("stored")) {
                        whole.set(method.getName());
                    }
                    return method.invoke(memory, arguments);
                });
        try (Tegula many = Tegula.builder("test")
                .kek("main", MemoryKms.create(), "primary")
                .registry(watched)
                .development()
                .build()) {
            many.field("patient.ssn", String.class).encrypt(SECRET, Context.noTenant());
            many.field("other.field", String.class).encrypt(SECRET, Context.noTenant());
            whole.set("");
            DefaultListableBeanFactory beans = new DefaultListableBeanFactory();
            beans.registerSingleton("mappings", mapped());
            TegulaEndpoint.Report report =
                    new TegulaEndpoint(provider(many), beans.getBeanProvider(EncryptedMappings.class)).report();
            assertThat(report.keys())
                    .extracting(TegulaEndpoint.Key::field)
                    .containsExactly("tegula.registry", "patient.ssn");
            assertThat(whole.get()).as("reads all rows").isEmpty();
        }
    }

    @Test
    void each_withoutItsClass_isNotThere() {
        runner.withClassLoader(new FilteredClassLoader("org.springframework.boot.health"))
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .doesNotHaveBean("tegulaHealthIndicator")
                        .hasBean("tegulaMeters"));
        runner.withClassLoader(new FilteredClassLoader("io.micrometer.core")).run(context -> assertThat(context)
                .hasNotFailed()
                .doesNotHaveBean("tegulaMeters")
                .hasBean("tegulaEndpoint"));
        runner.withClassLoader(new FilteredClassLoader("org.springframework.boot.actuate"))
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean("tegulaEndpoint"));
    }

    private static ObjectProvider<Tegula> provider(Tegula engine) {
        DefaultListableBeanFactory beans = new DefaultListableBeanFactory();
        beans.registerSingleton("tegula", engine);
        return beans.getBeanProvider(Tegula.class);
    }

    private MeterRegistry bound() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        new EngineMeters(tegula).bindTo(registry);
        return registry;
    }

    private static double count(MeterRegistry registry, String name, String tag, String value) {
        return registry.get(name).tag(tag, value).functionCounter().count();
    }
}
