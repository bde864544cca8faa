package dev.tegula.bench;

import dev.tegula.Context;
import dev.tegula.FieldCipher;
import dev.tegula.Tegula;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.Suite;
import dev.tegula.envelope.TenantId;
import dev.tegula.kms.Kek;
import dev.tegula.kms.Kms;
import dev.tegula.kms.WrapContext;
import dev.tegula.kms.WrappedKey;
import dev.tegula.kms.aws.AwsKms;
import dev.tegula.kms.tink.Passphrase;
import dev.tegula.kms.tink.TinkKeyset;
import dev.tegula.kms.tink.TinkKms;
import dev.tegula.kms.vault.Token;
import dev.tegula.kms.vault.VaultKms;
import dev.tegula.registry.InMemoryKeyRegistry;
import dev.tegula.test.MemoryKms;
import dev.tegula.test.servers.AwsKmsServer;
import dev.tegula.test.servers.VaultServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/**
 * What one wrap and one unwrap takes in each adapter, against the servers of the tests on this machine, and how many of
 * them a million values cost. Arguments: calls (500). The network to a real KMS comes on top.
 */
public final class KmsBenchmark {

    private static final int WARM_UP = 100;
    private static final int FIELDS = 30;
    private static final int OPERATIONS = 1_000_000;
    private static final SecureRandom RANDOM = new SecureRandom();

    private KmsBenchmark() {}

    /** Runs both. */
    public static void main(String[] arguments) throws Exception {
        int calls = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 500;
        System.out.printf(
                Locale.ROOT,
                "%n%-24s %12s %12s %12s %12s   (µs, %d calls)%n",
                "",
                "wrap p50",
                "p99",
                "unwrap p50",
                "p99",
                calls);
        measure("memory", MemoryKms.create(), "primary", calls);
        measure("tink, keyset file", tink(), TinkKms.KEY, calls);
        measure("vault, TLS, this host", vault(), "bench", calls);
        measure("aws, moto, this host", aws(), AwsKmsServer.shared().createKey(), calls);
        countCalls();
    }

    private static Kms tink() throws Exception {
        Path folder = Files.createTempDirectory("bench");
        Path passphraseFile = folder.resolve("passphrase");
        try (Passphrase passphrase = Passphrase.generate(RANDOM)) {
            passphrase.writeTo(passphraseFile);
            TinkKeyset.create(folder.resolve("keyset"), passphrase);
        }
        return TinkKms.open(folder.resolve("keyset"), passphraseFile);
    }

    private static Kms vault() {
        VaultServer server = VaultServer.shared();
        server.admin().mountTransit("transit");
        server.admin().createKey("transit", "bench");
        return VaultKms.builder()
                .address(server.address())
                .caFile(server.caFile())
                .auth(Token.of(server.rootToken()))
                .timeout(Duration.ofSeconds(5))
                .build();
    }

    private static Kms aws() {
        return AwsKms.builder()
                .region(AwsKmsServer.REGION)
                .endpoint(AwsKmsServer.shared().endpoint())
                .credentials(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
                .timeout(Duration.ofSeconds(5))
                .build();
    }

    private static void measure(String name, Kms kms, String key, int calls) {
        try (kms) {
            Kek kek = kms.kek(key);
            byte[] root = new byte[32];
            RANDOM.nextBytes(root);
            Scope scope = Scope.data(FieldId.of("bench.field"), TenantId.none());
            WrapContext context = WrapContext.of("bench", Suite.XAES_256_GCM, scope, KeyId.copyOf(new byte[32]));
            WrappedKey wrapped = kek.wrap(root, context);
            double[] wrap = times(calls, () -> kek.wrap(root, context));
            double[] unwrap = times(calls, () -> Arrays.fill(kek.unwrap(wrapped, context), (byte) 0));
            System.out.printf(
                    Locale.ROOT,
                    "%-24s %12.0f %12.0f %12.0f %12.0f%n",
                    name,
                    at(wrap, 0.5),
                    at(wrap, 0.99),
                    at(unwrap, 0.5),
                    at(unwrap, 0.99));
        }
    }

    private static double[] times(int calls, Runnable call) {
        double[] micros = new double[calls];
        for (int i = -WARM_UP; i < calls; i++) {
            long start = System.nanoTime();
            call.run();
            if (i >= 0) {
                micros[i] = (System.nanoTime() - start) / 1e3;
            }
        }
        Arrays.sort(micros);
        return micros;
    }

    private static double at(double[] sorted, double share) {
        return sorted[(int) (share * (sorted.length - 1))];
    }

    /** A second process on the keys of a first one: what it asks the KMS at its start, for a million values, and again. */
    private static void countCalls() {
        MemoryKms kms = MemoryKms.create();
        InMemoryKeyRegistry registry = new InMemoryKeyRegistry();
        Tegula first = engine(kms, registry);
        for (FieldCipher<String> field : fields(first)) {
            field.encrypt("value", Context.noTenant());
        }
        int start = kms.calls();
        Tegula second = engine(kms, registry);
        System.out.printf(
                Locale.ROOT,
                "%nKMS calls: %d at the start of a process (its registry's root and the probe)",
                kms.calls() - start);
        List<FieldCipher<String>> fields = fields(second);
        for (String time : List.of("first", "second")) {
            int before = kms.calls();
            for (int i = 0; i < OPERATIONS / 2; i++) {
                FieldCipher<String> field = fields.get(i % FIELDS);
                field.decrypt(field.encrypt("value", Context.noTenant()), Context.noTenant());
            }
            System.out.printf(
                    Locale.ROOT,
                    ", %d for the %s %,d values over %d keys",
                    kms.calls() - before,
                    time,
                    OPERATIONS,
                    FIELDS);
        }
        System.out.println();
        second.close();
    }

    private static Tegula engine(MemoryKms kms, InMemoryKeyRegistry registry) {
        return Tegula.builder("bench")
                .kek("main", kms, "primary")
                .registry(registry)
                .development()
                .build();
    }

    private static List<FieldCipher<String>> fields(Tegula tegula) {
        List<FieldCipher<String>> fields = new ArrayList<>();
        for (int i = 0; i < FIELDS; i++) {
            fields.add(tegula.field("bench.field" + i, String.class));
        }
        return fields;
    }
}
