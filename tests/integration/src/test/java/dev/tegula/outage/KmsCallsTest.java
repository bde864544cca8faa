package dev.tegula.outage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.Context;
import dev.tegula.FieldCipher;
import dev.tegula.Tegula;
import dev.tegula.keyring.KeyringSettings;
import dev.tegula.test.servers.NeedsVault;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the KMS is asked: once for each key, never for each value. */
@NeedsVault(own = true)
final class KmsCallsTest {

    private static final int KEYS = 30;

    @Test
    void tenThousandOperations_over30Keys_call30TimesThenNever() throws Exception {
        operations_over30Keys_call30TimesThenNever(10_000);
    }

    /** The number that the page promises; ten thousand meet every key as well, and take no five seconds. */
    @Test
    @Tag("long")
    void aMillionOperations_over30Keys_call30TimesThenNever() throws Exception {
        operations_over30Keys_call30TimesThenNever(1_000_000);
    }

    private static void operations_over30Keys_call30TimesThenNever(int operations) throws Exception {
        try (VaultSide side = new VaultSide();
                OutageDatabase database = new OutageDatabase()) {
            ciphers(database.engine(side.connect(), side.key(), KeyringSettings.defaults()))
                    .forEach(cipher -> cipher.encrypt("makes the key", Context.noTenant()));
            CountingKms kms = new CountingKms(side.connect());
            List<FieldCipher<String>> ciphers = ciphers(database.engine(kms, side.key(), KeyringSettings.defaults()));
            int calls = kms.calls();
            long unwraps = side.unwraps(kms);

            operate(ciphers, operations);
            assertThat(kms.calls() - calls).isEqualTo(KEYS);
            assertThat(side.unwraps(kms) - unwraps).as("as Vault itself counts").isEqualTo(KEYS);
            operate(ciphers, operations);
            assertThat(kms.calls() - calls).isEqualTo(KEYS);
            assertThat(side.unwraps(kms) - unwraps).isEqualTo(KEYS);
        }
    }

    private static List<FieldCipher<String>> ciphers(Tegula tegula) {
        List<FieldCipher<String>> ciphers = new ArrayList<>();
        for (int i = 0; i < KEYS; i++) {
            ciphers.add(tegula.field("many.f" + i, String.class));
        }
        return ciphers;
    }

    /** As many encryptions as decryptions. */
    private static void operate(List<FieldCipher<String>> ciphers, int operations) {
        for (int i = 0; i < operations / 2; i++) {
            FieldCipher<String> cipher = ciphers.get(i % KEYS);
            byte[] envelope = cipher.encrypt("123-45-6789", Context.noTenant());
            if (!"123-45-6789".equals(cipher.decrypt(envelope, Context.noTenant()))) {
                throw new AssertionError("operation " + i + " gave another value");
            }
        }
    }
}
