package dev.tegula.kms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.DeniedException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Which key-encryption key serves which field. */
final class KeksTest {

    private static final FieldId SSN = FieldId.of("patient.ssn");
    private static final FieldId IBAN = FieldId.of("account.iban");

    private final LocalKms kms = new LocalKms();

    private Keks.Binding binding(boolean preferred, String... fields) {
        return new Keks.Binding(kms.kek("key"), List.of(fields), preferred);
    }

    @Test
    void keks_ofAFieldOutsideTheAllowList_areRefused() {
        Keks keks = Keks.of(Map.of("clinic", binding(false, "patient.*")));

        assertThat(keks.unprobed("clinic", SSN)).isNotNull();
        assertThatThrownBy(() -> keks.unprobed("clinic", IBAN))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("KEK `clinic` may serve [patient.*], not account.iban.");
        assertThatThrownBy(() -> keks.kek("clinic", IBAN)).isInstanceOf(ConfigurationException.class);
        assertThat(keks.unprobed("clinic", FieldId.REGISTRY)).isNotNull();
    }

    @Test
    void allowList_isOfGlobsOverTheWholeName() {
        assertThat(binding(false, "patient.*").allows(SSN)).isTrue();
        assertThat(binding(false, "a.b", "*.iban").allows(IBAN)).isTrue();
        assertThat(binding(false, "patient", "*.ss", "atient.ssn", "patient?ssn")
                        .allows(SSN))
                .isFalse();
        assertThat(binding(false, "patient.s.n").allows(SSN)).isFalse();
        assertThat(binding(false).allows(SSN)).isFalse();
        assertThat(binding(false).allows(FieldId.REGISTRY)).isTrue();
    }

    @Test
    void kek_ofAnAliasThatIsNotConfigured_isRefusedWithWhatThereIs() {
        Keks keks = Keks.of(Map.of("clinic", binding(false, "*")));

        assertThatThrownBy(() -> keks.kek("gone", SSN))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContainingAll("KEK alias `gone` (needed for patient.ssn)", "it has [clinic]");
    }

    @Test
    void of_twoDefaults_isRefused() {
        assertThatThrownBy(() -> Keks.of(Map.of("a", binding(true, "*"), "b", binding(true, "*"))))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("More than one KEK is marked `default: true`");
    }

    @Test
    void of_none_isRefused() {
        assertThatThrownBy(() -> Keks.of(Map.of()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("tegula.keks");
    }

    @Test
    void of_anAliasLongerThanARegistryKeeps_isRefused() {
        assertThat(Keks.of(Map.of("a".repeat(200), binding(true, "*"))).bindings())
                .hasSize(1);
        assertThatThrownBy(() -> Keks.of(Map.of("a".repeat(201), binding(true, "*"))))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("at most 200 characters, not 201");
    }

    @Test
    void aliasFor_severalKeks_isTheDefaultThatAllowsTheField() {
        Keks keks = Keks.of(Map.of("main", binding(true, "patient.*"), "bank", binding(false, "*")));

        assertThat(keks.aliasFor(SSN)).isEqualTo("main");
        assertThat(keks.aliasFor(IBAN)).isEqualTo("bank");
    }

    @Test
    void aliasFor_withoutADefault_isTheOnlyOneThatAllowsTheField() {
        Keks keks = Keks.of(Map.of("a", binding(false, "patient.*"), "b", binding(false, "*.ssn", "x.y")));

        assertThat(keks.aliasFor(FieldId.of("patient.note"))).isEqualTo("a");
        assertThat(keks.aliasFor(FieldId.of("x.y"))).isEqualTo("b");
        assertThatThrownBy(() -> keks.aliasFor(SSN))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("[a, b] do");
        assertThatThrownBy(() -> keks.aliasFor(IBAN))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("none allows it");
    }

    /** A row under a branch key says so in the place where others name their service. */
    @Test
    void of_anAdapterWithTheNameOfBranchKeys_isRefused() {
        Kek named = (Kek) Proxy.newProxyInstance(
                Kek.class.getClassLoader(), new Class<?>[] {Kek.class}, (proxy, method, arguments) -> {
                    assertThat(method.getName()).isEqualTo("provider");
                    return Keks.BRANCH_PROVIDER;
                });

        assertThatThrownBy(() -> Keks.of(Map.of("main", new Keks.Binding(named, List.of("*"), false))))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("KEK `main`: its adapter calls itself");
    }

    @Test
    void of_anAliasTooLongForBranchKeys_isRefusedWhereItIsToHaveThem() {
        String alias = "a".repeat(87);
        Kek kek = kms.kek("key");

        assertThat(Keks.of(Map.of(alias, new Keks.Binding(kek, List.of("*"), false, BranchMode.NONE)))
                        .bindings())
                .containsKey(alias);
        assertThatThrownBy(() -> Keks.of(Map.of(alias, new Keks.Binding(kek, List.of("*"), false, BranchMode.KEK))))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("cannot have branch keys: its alias is too long");
    }

    @Test
    void aliasFor_aSecret_isThatOfItsNamespace() {
        Keks keks = Keks.of(
                Map.of("main", binding(true, "*"), "vault", binding(false)), Map.of("app", "vault", "ci", "main"));

        assertThat(keks.aliasFor(secret("app"))).isEqualTo("vault");
        assertThat(keks.aliasFor(secret("ci"))).isEqualTo("main");
        assertThat(keks.namespaces()).containsOnly(Map.entry("app", "vault"), Map.entry("ci", "main"));
        assertThat(keks.aliasFor(Scope.data(SSN, TenantId.of("app")))).isEqualTo("main");
        assertThatThrownBy(() -> keks.aliasFor(secret("other")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("`other` is none that is declared under tegula.secrets")
                .hasMessageContaining("[app, ci]");
    }

    @Test
    void of_aNamespaceUnderAnAliasThatIsNotConfigured_isRefused() {
        assertThatThrownBy(() -> Keks.of(Map.of("main", binding(true, "*")), Map.of("app", "gone")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("Namespace `app` of secrets names KEK `gone`");
    }

    private static Scope secret(String namespace) {
        return Scope.data(FieldId.SECRET, TenantId.of(namespace));
    }

    /** A service that moves keys inside itself has to recognise its own. */
    @Test
    void rewrapFrom_anotherKekOfThisConfiguration_isGivenTheOneOfItsAdapter() {
        Kek own = new LocalKms().kek("one");
        AtomicReference<Object> given = new AtomicReference<>();
        Kek asking = (Kek) Proxy.newProxyInstance(Kek.class.getClassLoader(), new Class<?>[] {Kek.class}, (p, m, a) -> {
            if (m.getName().equals("rewrapFrom")) {
                given.set(a[0]);
            }
            return null;
        });
        Keks keks = Keks.of(Map.of(
                "from",
                new Keks.Binding(own, List.of("*"), true),
                "to",
                new Keks.Binding(asking, List.of("*"), false)));
        FieldId field = FieldId.of("patient.ssn");
        keks.unprobed("to", field).rewrapFrom(keks.unprobed("from", field), null, null);
        assertThat(given.get()).isSameAs(own);
    }

    /** An adapter that takes many keys in one call is given many, and each is counted. */
    @Test
    void callsForMany_ofAConfiguredKek_reachTheOnesOfItsAdapter() throws ReflectiveOperationException {
        List<String> asked = new ArrayList<>();
        Kek adapter =
                (Kek) Proxy.newProxyInstance(Kek.class.getClassLoader(), new Class<?>[] {Kek.class}, (p, m, a) -> {
                    asked.add(m.getName());
                    return m.getReturnType() == List.class
                            ? List.of(KekResult.of("answer"), KekResult.failed(new DeniedException("no")))
                            : null;
                });
        Keks keks = Keks.of(Map.of("main", new Keks.Binding(adapter, List.of("*"), true)));
        Kek counted = keks.unprobed("main", FieldId.of("patient.ssn"));
        asked.clear();

        List<String> expected = new ArrayList<>();
        for (Method method : Kek.class.getMethods()) {
            if (method.getReturnType() == List.class) {
                method.invoke(counted, new Object[method.getParameterCount()]);
                expected.add(method.getName());
            }
        }
        assertThat(asked).hasSize(4).isEqualTo(expected);
        assertThat(keks.calls().get("main").answered()).isEqualTo(4);
        assertThat(keks.calls().get("main").failed()).isEqualTo(4);
    }
}
