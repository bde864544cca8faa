package dev.tegula.operations.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import dev.tegula.Tegula;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.MalformedException;
import dev.tegula.failure.RefusedException;
import dev.tegula.failure.TegulaException;
import dev.tegula.jdbc.CommitUnknownException;
import dev.tegula.operations.live.BrokenCommits;
import dev.tegula.operations.live.LiveLab;
import dev.tegula.secret.Secret;
import dev.tegula.secret.SecretChange;
import dev.tegula.secret.SecretName;
import dev.tegula.secret.SecretStore;
import dev.tegula.secret.SecretValue;
import dev.tegula.secret.SecretVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SecretStoreTest extends SecretLab {

    private static void refused(String code, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(TegulaException.class, e -> assertThat(e.code())
                .isEqualTo(code));
    }

    @Test
    void put_ofANewAndAKnownName_makesVersionsThatAreRead() {
        put(KEY, "one");
        put(KEY, "two");

        assertThat(text(KEY)).isEqualTo("two");
        assertThat(text(KEY, 1)).isEqualTo("one");
        assertThat(secrets.history(KEY).versions())
                .extracting(SecretVersion::version, SecretVersion::createdBy)
                .containsExactly(tuple(1L, "alice"), tuple(2L, "alice"));
        assertThat(lab.number("SELECT count(*) FROM tegula_secret_version WHERE position('two'::bytea in value) > 0"))
                .isZero();
    }

    @Test
    void put_ofAValueOfTheLargestSize_isRead_andOneByteMoreChangesNothing() {
        byte[] largest = new byte[SecretStore.LONGEST_VALUE];
        largest[largest.length - 1] = 7;
        secrets.put(KEY, largest, ALICE);
        secrets.put(OTHER, new byte[0], ALICE);

        try (SecretValue value = secrets.get(KEY);
                SecretValue empty = secrets.get(OTHER)) {
            assertThat(value.bytes()).isEqualTo(largest);
            assertThat(empty.bytes()).isEmpty();
        }
        refused("secret-too-long", () -> secrets.put(KEY, new byte[SecretStore.LONGEST_VALUE + 1], ALICE));
        assertThat(secrets.describe(KEY).current()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"app/production/key", "other/key", "app/prod"})
    void put_outsideEveryNamespace_isRefusedAndNamesThoseThatAre(String name) {
        assertThatThrownBy(() -> put(new SecretName(name), "x"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("app/prod, app/test");
        assertThat(lab.number("SELECT count(*) FROM tegula_secret")).isZero();
    }

    @Test
    void text_ofBytesThatAreNoText_isATypedFailureWithoutThem() {
        secrets.put(KEY, new byte[] {(byte) 0xc3, 0x28}, ALICE);

        try (SecretValue value = secrets.get(KEY)) {
            assertThatThrownBy(value::text)
                    .isInstanceOfSatisfying(
                            MalformedException.class, e -> assertThat(e.kind()).isEqualTo(MalformedException.Kind.TEXT))
                    .hasMessageContaining("2 bytes are not UTF-8");
            assertThat(value).hasToString("SecretValue[app/prod/stripe-key version 1, 2 bytes]");
        }
    }

    @Test
    void ifVersion_thatIsNotTheCurrentOne_changesNothingAndTellsWhichIs() {
        secrets.put(KEY, bytes("one"), ALICE.ifVersion(0));

        assertThatThrownBy(() -> secrets.put(KEY, bytes("two"), ALICE.ifVersion(0)))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("has version 1");
        assertThatThrownBy(() -> secrets.put(OTHER, bytes("two"), ALICE.ifVersion(3)))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("is not there");
        refused("secret-conflict", () -> secrets.delete(KEY, ALICE.ifVersion(2)));
        assertThat(secrets.put(KEY, bytes("two"), ALICE.ifVersion(1)).current()).isEqualTo(2);
        assertThat(lab.number("SELECT count(*) FROM tegula_secret")).isEqualTo(1);
    }

    @Test
    void ifVersion_ofSixteenWritersAtOnce_letsOneWinAndTellsTheOthers() throws Exception {
        put(KEY, "one");

        List<Boolean> won = sixteen(number -> {
            try {
                secrets.put(KEY, bytes("by " + number), ALICE.ifVersion(1));
                return true;
            } catch (RefusedException e) {
                assertThat(e.code()).isEqualTo("secret-conflict");
                return false;
            }
        });

        assertThat(won).containsOnlyOnce(true);
        assertThat(secrets.history(KEY).versions()).hasSize(2);
    }

    @Test
    void put_bySixteenWritersAtOnce_givesEachVersionOnceAndLosesNone() throws Exception {
        Set<Long> versions = ConcurrentHashMap.newKeySet();

        sixteen(number -> versions.add(
                secrets.put(KEY, bytes("by " + number), ALICE.note("n")).current()));

        assertThat(versions).hasSize(16).contains(1L, 16L);
        List<String> values = new ArrayList<>();
        for (long version = 1; version <= 16; version++) {
            values.add(text(KEY, version));
        }
        assertThat(values).doesNotHaveDuplicates();
        assertThat(secrets.describe(KEY).rev()).isEqualTo(16);
    }

    /** Work of one of them. */
    private interface Numbered<T> {
        T of(int number) throws Exception;
    }

    private static <T> List<T> sixteen(Numbered<T> work) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(16);
        try {
            List<Callable<T>> all = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                int number = i;
                all.add(() -> work.of(number));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> each : threads.invokeAll(all, 5, TimeUnit.MINUTES)) {
                results.add(each.get());
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }

    /** Put again, it would be one more version, of another value where it is generated: nothing looks first. */
    @Test
    void put_whoseCommitWasNotAnswered_saysHowToLook_andOneWithAConditionOrADeletionIsMadeAgain() {
        BrokenCommits network = new BrokenCommits(lab.database, Integer.MAX_VALUE);
        try (Tegula cut = builder(LiveLab.shortLease(), "cut")
                .registry(network.dataSource())
                .build()) {
            cut.secrets().put(KEY, bytes("one"), ALICE);
            network.every(1);
            assertThatThrownBy(() -> cut.secrets().put(KEY, bytes("two"), ALICE))
                    .isInstanceOf(CommitUnknownException.class)
                    .hasMessageContaining("either complete or absent")
                    .hasMessageContaining("`tegula secrets history app/prod/stripe-key` says which")
                    .hasMessageNotContaining("it looks first");
            assertThatThrownBy(() -> cut.secrets().delete(KEY, ALICE))
                    .isInstanceOf(CommitUnknownException.class)
                    .hasMessageContaining("Run the same command again: it looks first.");
        }
    }

    /** Nothing is stored twice, and who makes it again is not told that it surely was another one. */
    @Test
    void putUnderACondition_whoseCommitWasNotAnswered_saysHowToLook_andMadeAgainThatItMayHaveBeenItself() {
        BrokenCommits network = new BrokenCommits(lab.database, Integer.MAX_VALUE);
        try (Tegula cut = builder(LiveLab.shortLease(), "cut")
                .registry(network.dataSource())
                .build()) {
            cut.secrets().put(KEY, bytes("one"), ALICE);
            network.carriedOut();
            network.every(1);
            ThrowingCallable second = () -> cut.secrets().put(KEY, bytes("two"), ALICE.ifVersion(1));
            assertThatThrownBy(second)
                    .isInstanceOf(CommitUnknownException.class)
                    .hasMessageContaining("`tegula secrets history app/prod/stripe-key` says which")
                    .hasMessageContaining("the refusal may be about yourself")
                    .hasMessageNotContaining("it looks first");
            network.every(Integer.MAX_VALUE);
            assertThatThrownBy(second)
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("has version 2, not version 1")
                    .hasMessageContaining("or you did by a change whose answer got lost");
        }
        assertThat(secrets.history(KEY).versions()).hasSize(2);
    }

    @Test
    void rollback_makesTheOldValueTheNewestVersion() {
        put(KEY, "one");
        put(KEY, "two");

        Secret rolled = secrets.rollback(KEY, 1, SecretChange.by("bob"));

        assertThat(rolled.current()).isEqualTo(3);
        assertThat(text(KEY)).isEqualTo("one");
        assertThat(secrets.history(KEY).versions().get(2).copiedFrom()).contains(1L);
        refused("secret-unknown", () -> secrets.rollback(KEY, 4, ALICE));
        refused("secret-conflict", () -> secrets.rollback(KEY, 1, ALICE.ifVersion(2)));
    }

    @Test
    void destroy_removesOneVersionForEver_andNeverTheCurrentOne() {
        put(KEY, "one");
        put(KEY, "two");

        secrets.destroy(KEY, 1, SecretChange.by("bob"));

        assertThat(secrets.history(KEY).versions().get(0).destroyedBy()).contains("bob");
        assertThat(lab.text("SELECT value IS NULL FROM tegula_secret_version WHERE version = 1"))
                .isEqualTo("t");
        refused("secret-destroyed", () -> secrets.get(KEY, Optional.of(1L)));
        refused("secret-destroyed", () -> secrets.rollback(KEY, 1, ALICE));
        refused("secret-current", () -> secrets.destroy(KEY, 2, ALICE));
        refused("secret-unknown", () -> secrets.destroy(KEY, 3, ALICE));
        assertThat(secrets.destroy(KEY, 1, ALICE).rev()).isEqualTo(3);
        assertThat(text(KEY)).isEqualTo("two");
    }

    @Test
    void delete_hides_undeleteBringsBack_andAPutToo() {
        put(KEY, "one");
        secrets.delete(KEY, ALICE);

        refused("secret-deleted", () -> secrets.get(KEY));
        refused("secret-deleted", () -> secrets.get(KEY, Optional.of(1L)));
        assertThat(secrets.delete(KEY, ALICE).rev()).isEqualTo(2);
        secrets.undelete(KEY, ALICE);
        assertThat(text(KEY)).isEqualTo("one");

        secrets.delete(KEY, ALICE);
        secrets.destroy(KEY, 1, ALICE);
        refused("secret-destroyed", () -> secrets.undelete(KEY, ALICE));
        put(KEY, "two");
        assertThat(text(KEY)).isEqualTo("two");
        assertThat(secrets.describe(KEY).current()).isEqualTo(2);
    }

    @Test
    void anythingOfANameThatIsNotThere_isRefused() {
        refused("secret-unknown", () -> secrets.get(KEY));
        refused("secret-unknown", () -> secrets.history(KEY));
        refused("secret-unknown", () -> secrets.delete(KEY, ALICE));
        refused("secret-unknown", () -> secrets.undelete(KEY, ALICE));
        refused("secret-unknown", () -> secrets.rollback(KEY, 1, ALICE));
        refused("secret-unknown", () -> secrets.destroy(KEY, 1, ALICE));
    }

    @Test
    void expiryAndNote_areOfTheNewestChange() {
        secrets.put(KEY, bytes("one"), ALICE.expiresIn(Duration.ofDays(90)).note("of Stripe"));
        Secret first = secrets.describe(KEY);
        assertThat(first.expires()).contains(first.changed().plus(Duration.ofDays(90)));
        assertThat(first.expired(first.changed())).isFalse();
        assertThat(first.expired(first.changed().plus(Duration.ofDays(90)))).isTrue();

        put(KEY, "two");

        assertThat(secrets.describe(KEY).expires()).isEmpty();
        assertThat(secrets.describe(KEY).note()).isEqualTo("of Stripe");
    }

    @Test
    void list_isInOrder_andOfWholeSegmentsOnly() {
        put(new SecretName("app/prod/db/password"), "1");
        put(new SecretName("app/prod/db-old"), "2");
        put(new SecretName("app/test/db/password"), "3");

        assertThat(secrets.list(Optional.empty()).secrets())
                .extracting(secret -> secret.name().value())
                .containsExactly("app/prod/db-old", "app/prod/db/password", "app/test/db/password");
        assertThat(secrets.list(Optional.of(new SecretName("app/prod/db"))).secrets())
                .extracting(secret -> secret.name().value())
                .containsExactly("app/prod/db/password");
    }

    @Test
    void namespaces_haveKeysOfTheirOwnUnderTheirKeks() {
        put(KEY, "one");
        put(new SecretName("app/test/key"), "two");

        assertThat(
                        lab.text(
                                "SELECT string_agg(kek_alias, ',' ORDER BY tenant) FROM tegula_key WHERE field = 'tegula.secret'"))
                .isEqualTo("main,spare");
    }
}
