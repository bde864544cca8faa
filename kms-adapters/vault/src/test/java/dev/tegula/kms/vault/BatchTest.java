package dev.tegula.kms.vault;

import static dev.tegula.kms.vault.ScriptedVault.errors;
import static dev.tegula.kms.vault.ScriptedVault.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.failure.CannotOpenException;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.DeniedException;
import dev.tegula.failure.ThrottledException;
import dev.tegula.kms.BoundKey;
import dev.tegula.kms.Kek;
import dev.tegula.kms.KekResult;
import dev.tegula.kms.WrapContext;
import dev.tegula.kms.WrappedKey;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Many keys in one request, and what becomes of each when the answer is not what was asked for. */
class BatchTest {

    private static final String KEY = "transit/keys/main";
    private static final String ENCRYPT = "transit/encrypt/main";
    private static final String DECRYPT = "transit/decrypt/main";
    private static final String REWRAP = "transit/rewrap/main";

    private final ScriptedVault server = ScriptedVault.start();
    private VaultKms kms;
    private Kek kek;

    @BeforeEach
    void open() {
        server.on(KEY, json(200, Bodies.key("")));
        kms = Setup.kms(server.address()).random(Setup.NO_PAUSES).build();
        kek = kms.kek("main");
    }

    @AfterEach
    void stop() {
        kms.close();
        server.close();
    }

    private static List<BoundKey> keys(int count) {
        return Collections.nCopies(count, new BoundKey(Setup.wrapped(), Setup.context()));
    }

    private static String results(Stream<String> each) {
        return Bodies.data("\"batch_results\":[" + each.collect(Collectors.joining(",")) + "]");
    }

    private static String plaintext() {
        return "{\"plaintext\":\"" + Base64.getEncoder().encodeToString(Setup.root()) + "\"}";
    }

    private static String ciphertext(int version) {
        return "{\"ciphertext\":\"vault:v" + version + ":" + Bodies.BLOB + "\",\"key_version\":" + version + "}";
    }

    @Test
    void unwrapAll_moreThanOneRequestTakes_makesTwoRequests() {
        server.on(DECRYPT, json(BatchTest::answerAsMany, 200));

        List<KekResult<byte[]>> roots = kek.unwrapAll(keys(200));

        assertThat(roots).hasSize(200).allSatisfy(root -> assertThat(root.get()).isEqualTo(Setup.root()));
        assertThat(server.calls(DECRYPT)).isEqualTo(2);
    }

    private static String answerAsMany(String request) {
        int items = request.split("\"ciphertext\"", -1).length - 1;
        return results(IntStream.range(0, items).mapToObj(i -> plaintext()));
    }

    @Test
    void wrapAll_ofThree_looksAtTheKeyAndSendsOneRequest() {
        server.on(ENCRYPT, json(200, results(Stream.of(ciphertext(3), ciphertext(3), ciphertext(3)))));

        List<KekResult<WrappedKey>> wrapped =
                kek.wrapAll(Collections.nCopies(3, Setup.root()), Collections.nCopies(3, Setup.context()));

        assertThat(wrapped).allSatisfy(key -> assertThat(key.get().kekVersion()).isEqualTo("3"));
        assertThat(server.calls(KEY)).isEqualTo(1);
        assertThat(server.requests(ENCRYPT)).singleElement().satisfies(seen -> assertThat(seen.body())
                .contains("\"batch_input\":[{")
                .contains(Base64.getEncoder().encodeToString(Setup.context().digest()))
                .doesNotContain("tenant-canary", "patient.ssn"));
    }

    @Test
    void wrapAll_keyNotVisible_sendsNothing() {
        server.on(KEY, errors(403, Bodies.DENIED)).on(ENCRYPT, json(200, Bodies.ciphertext(1)));
        List<byte[]> roots = Collections.nCopies(3, Setup.root());
        List<WrapContext> contexts = Collections.nCopies(3, Setup.context());

        assertThatThrownBy(() -> kek.wrapAll(roots, contexts)).isExactlyInstanceOf(DeniedException.class);
        assertThat(server.calls(ENCRYPT)).isZero();
    }

    @Test
    void rewrapAll_oneOfAnOlderVersion_isRefusedAndTheOthersAreNot() {
        server.on(REWRAP, json(200, results(Stream.of(ciphertext(2), ciphertext(1), ciphertext(2)))));
        List<BoundKey> keys = Collections.nCopies(3, new BoundKey(Setup.wrapped(2), Setup.context()));

        List<KekResult<WrappedKey>> moved = kek.rewrapAll(keys);

        assertThat(moved.get(1).failure())
                .isExactlyInstanceOf(ConfigurationException.class)
                .hasMessageContaining("2 is the lowest");
        assertThat(moved.get(0).get().kekVersion()).isEqualTo("2");
        assertThat(moved.get(2).get().kekVersion()).isEqualTo("2");
    }

    @Test
    void unwrapAll_oneDoesNotOpen_isAskedForAloneAndSaysWhatItSaysAlone() {
        server.on(
                DECRYPT,
                json(400, results(Stream.of(plaintext(), "{\"error\":\"" + Bodies.NOT_AUTHENTIC + "\"}"))),
                errors(400, Bodies.NOT_AUTHENTIC));

        List<KekResult<byte[]>> roots = kek.unwrapAll(keys(2));

        assertThat(roots.get(0).get()).isEqualTo(Setup.root());
        assertThat(roots.get(1).failure()).isExactlyInstanceOf(CannotOpenException.class);
        assertThat(server.calls(DECRYPT)).isEqualTo(2);
    }

    @Test
    void unwrapAll_answerOfAnotherLength_isThrownAwayAndEachIsAskedForAlone() {
        server.on(DECRYPT, json(200, results(Stream.of(plaintext()))), json(200, Bodies.plaintext(Setup.root())));

        assertThat(kek.unwrapAll(keys(3)))
                .allSatisfy(root -> assertThat(root.get()).isEqualTo(Setup.root()));
        assertThat(server.calls(DECRYPT)).isEqualTo(4);
    }

    @Test
    void unwrapAll_denied_isSaidOnceAndTheOthersAreNotTried() {
        server.on(DECRYPT, errors(403, Bodies.DENIED));

        List<KekResult<byte[]>> roots = kek.unwrapAll(keys(3));

        assertThat(roots.get(0).failure()).isExactlyInstanceOf(DeniedException.class);
        assertThat(roots.stream().map(KekResult::tried)).containsExactly(true, false, false);
    }

    @Test
    void unwrapAll_throttled_waitsAndIsAnswered() {
        ScriptedVault.Reply slower = errors(429, "request path is rate limited");
        server.on(DECRYPT, slower, slower, slower, slower, json(200, results(Stream.of(plaintext(), plaintext()))));

        assertThat(kek.unwrapAll(keys(2)))
                .allSatisfy(root -> assertThat(root.get()).isEqualTo(Setup.root()));
        assertThat(server.calls(DECRYPT)).isEqualTo(5);
    }

    @Test
    void unwrapAll_throttledForLong_saysSo() {
        server.on(DECRYPT, errors(429, "request path is rate limited"));

        assertThat(kek.unwrapAll(keys(2)).get(0).failure()).isExactlyInstanceOf(ThrottledException.class);
    }
}
