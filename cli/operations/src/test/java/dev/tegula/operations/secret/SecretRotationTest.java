package dev.tegula.operations.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import dev.tegula.Tegula;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.jdbc.TableName;
import dev.tegula.keyring.KeyringSettings;
import dev.tegula.operations.live.Eventually;
import dev.tegula.operations.live.LiveLab;
import dev.tegula.operations.reencrypt.CipherSource;
import dev.tegula.operations.reencrypt.Fence;
import dev.tegula.operations.reencrypt.ProgressListener;
import dev.tegula.operations.reencrypt.RunControl;
import dev.tegula.operations.reencrypt.SweepSettings;
import dev.tegula.operations.reencrypt.Verification;
import dev.tegula.operations.reencrypt.VerifyReport;
import dev.tegula.operations.rewrap.RewrapPlan;
import dev.tegula.operations.rewrap.Rewrapping;
import dev.tegula.operations.rotation.Rotation;
import dev.tegula.operations.rotation.RotationListener;
import dev.tegula.operations.rotation.RotationOutcome;
import dev.tegula.operations.rotation.RotationReport;
import dev.tegula.operations.rotation.RotationRequest;
import dev.tegula.operations.rotation.RotationSettings;
import dev.tegula.registry.KeyInUseException;
import dev.tegula.registry.KeyLifecycle;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import dev.tegula.registry.Retention;
import dev.tegula.secret.SecretChange;
import dev.tegula.secret.SecretName;
import dev.tegula.secret.SecretNamespaces;
import dev.tegula.secret.SecretStore;
import dev.tegula.secret.SecretValue;
import dev.tegula.secret.SecretVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What works on encrypted columns works on secrets, because their column is one: rotation, rewrap, census, fence, quarantine, destroy. */
@Tag("long")
final class SecretRotationTest extends SecretLab {

    private static final Scope PROD = SecretNamespaces.scope(new SecretName("app/prod"));
    private static final Scope TEST = SecretNamespaces.scope(new SecretName("app/test"));
    private static final String VALUES = "public.tegula_secret_version.value";
    private static final Retention NO_COPIES =
            new Retention(Optional.of(Duration.ZERO), Optional.of(Duration.ZERO), Duration.ZERO);

    private Rotation rotation() {
        return new Rotation(
                tegula,
                lab.database,
                rows -> {},
                RotationSettings.standard()
                        .withWriteLimit(Duration.ofSeconds(1))
                        .withFencePatience(Duration.ofMinutes(1))
                        .withSweep(SweepSettings.standard()));
    }

    private RotationReport rotate() {
        return rotation().run(RotationRequest.of("tegula.secret*"), RotationListener.quiet(), new RunControl());
    }

    private KeyId active(Scope scope) {
        return tegula.registry().active(scope).orElseThrow().keyId();
    }

    private KeyState state(KeyId key) {
        return tegula.registry().find(key).orElseThrow().state();
    }

    private long under(KeyId key) {
        return lab.number("SELECT count(*) FROM tegula_secret_version WHERE substring(value from 3 for 32) = '\\x"
                + key.hex() + "'");
    }

    private VerifyReport verified() {
        List<EncryptedColumn> columns = tegula.catalogue().orElseThrow().columns();
        return new Verification(lab.database, CipherSource.of(tegula.keyring()), SweepSettings.standard())
                .verify(columns, 100, 1, new RunControl(), ProgressListener.none());
    }

    @Test
    void rotate_underSixteenWriters_losesNothingAndLeavesNothingUnderTheOldKeys() throws Exception {
        for (int i = 0; i < 400; i++) {
            put(new SecretName((i % 2 == 0 ? "app/prod/old-" : "app/test/old-") + i), "old value " + i);
        }
        KeyId prod = active(PROD);
        KeyId test = active(TEST);
        AtomicBoolean stop = new AtomicBoolean();
        AtomicLong acknowledged = new AtomicLong();
        Map<String, String> written = new ConcurrentHashMap<>();
        ExecutorService threads = Executors.newFixedThreadPool(16);
        List<Future<?>> running = new ArrayList<>();
        RotationReport report;
        try (Tegula application = engine(LiveLab.shortLease(), "app")) {
            for (int i = 0; i < 16; i++) {
                int number = i;
                running.add(threads.submit(() -> {
                    SecretStore store = application.secrets();
                    for (long round = 1; !stop.get(); round++) {
                        // Four share a name, so they also write one secret at once.
                        SecretName name = new SecretName("app/prod/shared-" + number % 4);
                        String value = "writer " + number + " round " + round;
                        long version = store.put(name, bytes(value), SecretChange.by("writer " + number))
                                .current();
                        written.put(name + " " + version, value);
                        acknowledged.incrementAndGet();
                    }
                    return null;
                }));
            }
            Eventually.isTrue("writes before", () -> acknowledged.get() > 100);
            report = rotate();
            long after = acknowledged.get();
            Eventually.isTrue("writes after", () -> acknowledged.get() > after + 50);
            stop.set(true);
            for (Future<?> each : running) {
                each.get(5, TimeUnit.MINUTES);
            }
        } finally {
            stop.set(true);
            threads.shutdownNow();
        }

        assertThat(report.remarks()).isEmpty();
        assertThat(report.outcome()).isEqualTo(RotationOutcome.DONE);
        assertThat(state(prod)).isEqualTo(KeyState.RETIRED);
        assertThat(state(test)).isEqualTo(KeyState.RETIRED);
        assertThat(under(prod) + under(test)).isZero();
        assertThat(written).hasSizeGreaterThan(150);
        written.forEach((version, value) -> {
            int space = version.indexOf(' ');
            assertThat(text(new SecretName(version.substring(0, space)), Long.parseLong(version.substring(space + 1))))
                    .isEqualTo(value);
        });
        for (int i = 0; i < 4; i++) {
            List<SecretVersion> history =
                    secrets.history(new SecretName("app/prod/shared-" + i)).versions();
            int shared = i;
            assertThat(written.keySet().stream().filter(key -> key.startsWith("app/prod/shared-" + shared)))
                    .hasSize(history.size());
        }
        for (int i = 0; i < 400; i++) {
            assertThat(text(new SecretName((i % 2 == 0 ? "app/prod/old-" : "app/test/old-") + i)))
                    .isEqualTo("old value " + i);
        }
        assertThat(verified().clean()).isTrue();
    }

    @Test
    void rotate_ofOneNamespace_leavesTheOtherAlone() {
        put(KEY, "one");
        put(new SecretName("app/test/key"), "two");
        KeyId prod = active(PROD);
        KeyId test = active(TEST);

        RotationReport report = rotation()
                .run(
                        RotationRequest.of("tegula.secret").onlyTenant(PROD.tenant()),
                        RotationListener.quiet(),
                        new RunControl());

        assertThat(report.outcome()).isEqualTo(RotationOutcome.DONE);
        assertThat(under(prod)).isZero();
        assertThat(under(test)).isEqualTo(1);
        assertThat(active(TEST)).isEqualTo(test);
        assertThat(lab.text("SELECT kek_alias FROM tegula_key WHERE key_id = '\\x"
                        + active(PROD).hex() + "'"))
                .isEqualTo("main");
    }

    @Test
    void put_ofAProcessWhoseLeaseOutlastsTheRotation_isRefusedByTheFenceAndWrittenUnderTheNewKey() {
        put(KEY, "one");
        KeyId old = active(PROD);
        try (Tegula deaf = engine(KeyringSettings.defaults(), "deaf")) {
            deaf.secrets().put(KEY, bytes("two"), ALICE);
            assertThat(rotate().outcome()).isEqualTo(RotationOutcome.DONE);

            deaf.secrets().put(KEY, bytes("three"), ALICE);
        }
        assertThat(under(old)).isZero();
        assertThat(text(KEY)).isEqualTo("three");
        assertThat(new Fence(lab.database, Duration.ZERO)
                        .covers(new TableName("public", "tegula_secret_version"), "value", old))
                .isTrue();
    }

    @Test
    void rotate_twice_findsNothingOfItsOwnFenceInTheWay() {
        put(KEY, "one");
        assertThat(rotate().outcome()).isEqualTo(RotationOutcome.DONE);

        assertThat(rotate().outcome()).isEqualTo(RotationOutcome.DONE);

        assertThat(text(KEY)).isEqualTo("one");
    }

    @Test
    void rewrap_toAnotherKek_movesTheKeysAndLeavesValuesAlone() {
        put(KEY, "one");
        byte[] before = lab.bytes("SELECT value FROM tegula_secret_version");
        KeyLifecycle lifecycle = rotation().lifecycle();
        lifecycle.backup(List.of(active(PROD)), rows -> {});
        List<KeyRow> keys = lifecycle.list().stream()
                .filter(row -> row.scope().equals(PROD))
                .toList();
        RewrapPlan plan = RewrapPlan.of(tegula.keks(), lifecycle.list(), keys, "spare");

        Rewrapping rewrapping = new Rewrapping(lifecycle);
        rewrapping.run(plan.moves(), () -> false, move -> {});

        assertThat(rewrapping.failed()).isEmpty();
        assertThat(tegula.registry().active(PROD).orElseThrow().kekAlias()).isEqualTo("spare");
        assertThat(lab.bytes("SELECT value FROM tegula_secret_version")).isEqualTo(before);
        try (Tegula later = engine(LiveLab.shortLease(), "later");
                SecretValue value = later.secrets().get(KEY)) {
            assertThat(value.text()).isEqualTo("one");
        }
    }

    @Test
    void retireAndDestroy_ofAKeyThatASecretNeeds_areRefusedWhateverTheCatalogueSays() {
        put(KEY, "one");
        KeyId old = active(PROD);
        KeyLifecycle lifecycle = rotation().lifecycle();
        KeyRow next = lifecycle.create(PROD, "main");
        lifecycle.backup(List.of(next.keyId(), old), rows -> {});
        lifecycle.activate(next.keyId());

        assertThatThrownBy(() -> lifecycle.retire(old))
                .isInstanceOf(KeyInUseException.class)
                .hasMessageContaining(VALUES + " 1");

        lab.sql("DELETE FROM tegula_field");
        lifecycle.retire(old);
        assertThatThrownBy(() -> lifecycle.destroy(old, NO_COPIES))
                .isInstanceOf(KeyInUseException.class)
                .hasMessageContaining("public.tegula_secret_version (rows that hold its key id) 1");
        assertThat(text(KEY)).isEqualTo("one");
    }

    @Test
    void census_countsValuesOfSecrets() {
        put(KEY, "one");
        put(KEY, "two");
        secrets.destroy(KEY, 1, ALICE);

        assertThat(rotation().census().take(column -> true).columns())
                .singleElement()
                .satisfies(count -> {
                    assertThat(count.column().label()).isEqualTo(VALUES);
                    assertThat(count.column().field()).isEqualTo(FieldId.SECRET);
                    assertThat(count.under(active(PROD))).isEqualTo(1);
                    assertThat(count.nulls()).isEqualTo(1);
                });
    }

    @Test
    void rotate_withAValueMovedToAnotherRow_putsItInTheQuarantineAndEndsPartial() {
        put(KEY, "one");
        put(OTHER, "two");
        lab.sql("UPDATE tegula_secret_version SET value = (SELECT value FROM tegula_secret_version WHERE name = '" + KEY
                + "') WHERE name = '" + OTHER + "'");
        KeyId old = active(PROD);

        RotationReport report = rotate();

        assertThat(report.outcome()).isEqualTo(RotationOutcome.PARTIAL);
        assertThat(lab.text("SELECT row_key || ' ' || reason FROM tegula_quarantine"))
                .isEqualTo("name=app/prod/other, version=1 cannot-open");
        assertThat(under(old)).isEqualTo(1);
        assertThat(text(KEY)).isEqualTo("one");
        assertThat(verified().bad())
                .extracting(VerifyReport.BadValue::row, VerifyReport.BadValue::reason)
                .containsExactly(tuple("name=app/prod/other, version=1", "cannot-open"));
    }
}
