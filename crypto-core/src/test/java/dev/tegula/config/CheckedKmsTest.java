package dev.tegula.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.DeniedException;
import dev.tegula.kms.BoundKey;
import dev.tegula.kms.ConfiguredKms;
import dev.tegula.kms.Kek;
import dev.tegula.kms.KekResult;
import dev.tegula.kms.Kms;
import dev.tegula.kms.KmsProvider;
import dev.tegula.kms.KmsSettings;
import dev.tegula.kms.WrappedKey;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** An adapter that breaks its contract is named, whatever call it is. */
final class CheckedKmsTest {

    /** Its names are all that is used. */
    private static final class Odd implements KmsProvider {
        @Override
        public String type() {
            return "odd";
        }

        @Override
        public ConfiguredKms read(KmsSettings settings) {
            throw new AssertionError("Nobody calls this");
        }
    }

    /** Every method of a KMS and its KEK does the same, but that a KMS has a KEK. */
    private static Kms kms(Function<Method, Object> answer) {
        Kek kek = (Kek) Proxy.newProxyInstance(
                Kek.class.getClassLoader(), new Class<?>[] {Kek.class}, (p, m, a) -> answer.apply(m));
        return (Kms) Proxy.newProxyInstance(
                Kms.class.getClassLoader(),
                new Class<?>[] {Kms.class},
                (p, m, a) -> m.getName().equals("kek") ? kek : answer.apply(m));
    }

    private static Kms checked(Kms kms) {
        return new CheckedKms(KmsAdapter.of(new Odd()), kms);
    }

    /** Every method of a KEK, called with a list of one key or with nothing. */
    private static List<String> called(Kek kek, String expected) throws ReflectiveOperationException {
        List<String> called = new ArrayList<>();
        for (Method method : Kek.class.getMethods()) {
            if (Modifier.isStatic(method.getModifiers())) {
                continue;
            }
            Object[] arguments = new Object[method.getParameterCount()];
            for (int i = 0; i < arguments.length; i++) {
                arguments[i] = method.getParameterTypes()[i] == List.class
                        ? List.of(new BoundKey(WrappedKey.copyOf(new byte[1], "1"), null))
                        : null;
            }
            try {
                method.invoke(kek, arguments);
                throw new AssertionError(method + " took the answer");
            } catch (InvocationTargetException e) {
                assertThat(e.getCause())
                        .as(method.getName())
                        .isInstanceOf(ConfigurationException.class)
                        .hasMessageStartingWith("The KMS adapter dev.tegula.config.CheckedKmsTest$Odd (")
                        .hasMessageContaining(expected);
            }
            called.add(method.getName());
        }
        return called;
    }

    @Test
    void everyCall_answeredWithNull_namesTheAdapter() throws ReflectiveOperationException {
        assertThat(called(checked(kms(m -> null)).kek("k"), "answered null to "))
                .contains("wrap", "unwrap", "status", "rewrapAllFrom", "key");
    }

    @Test
    void everyCall_thatThrowsAnything_namesTheAdapterAndQuotesNothing() throws ReflectiveOperationException {
        Kms throwing = checked(kms(m -> {
            throw new IllegalStateException("s3cret");
        }));
        called(throwing.kek("k"), "java.lang.IllegalStateException");
        assertThatThrownBy(throwing::close)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("failed in close()")
                .hasMessageNotContaining("s3cret");
        called(
                checked(kms(m -> {
                            throw new NoClassDefFoundError("com/example/Client");
                        }))
                        .kek("k"),
                "the class com/example/Client is missing");
    }

    @Test
    void callsForMany_withTooFewResultsOrANullAmongThem_nameTheAdapter() {
        List<BoundKey> two = List.of(
                new BoundKey(WrappedKey.copyOf(new byte[1], "1"), null),
                new BoundKey(WrappedKey.copyOf(new byte[1], "1"), null));
        Kek few = checked(kms(m -> List.of(KekResult.of(new byte[32])))).kek("k");
        assertThatThrownBy(() -> few.unwrapAll(two)).isInstanceOf(ConfigurationException.class);
        Kek holes = checked(kms(m -> java.util.Arrays.asList(KekResult.of(new byte[32]), null)))
                .kek("k");
        assertThatThrownBy(() -> holes.unwrapAll(two)).isInstanceOf(ConfigurationException.class);
    }

    @Test
    void failures_thatTheContractKnows_stayWhatTheyAre() {
        Kek denied = checked(kms(m -> {
                    throw new DeniedException("no");
                }))
                .kek("k");
        assertThatThrownBy(denied::status).isInstanceOf(DeniedException.class);
    }

    /** Calls for many reach the adapter's own, which may be one request. */
    @Test
    void callsForMany_reachTheOnesOfTheAdapter() {
        List<String> asked = new ArrayList<>();
        Kek kek = checked(kms(m -> {
                    asked.add(m.getName());
                    return List.of(KekResult.of("answer"));
                }))
                .kek("k");
        List<BoundKey> one = List.of(new BoundKey(WrappedKey.copyOf(new byte[1], "1"), null));

        kek.unwrapAll(one);
        kek.rewrapAll(one);
        kek.rewrapAllFrom(kek, one);

        assertThat(asked).containsExactly("unwrapAll", "rewrapAll", "rewrapAllFrom");
    }
}
