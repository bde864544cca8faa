package com.example.kms;

import dev.tegula.kms.Kek;
import dev.tegula.kms.Kms;
import dev.tegula.kms.KmsSettings.SecretFile;
import dev.tegula.test.KmsAbility;
import dev.tegula.test.KmsContract;
import dev.tegula.test.KmsFixture;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The adapter that the documentation shows keeps the contract. */
final class MasterKeyContractTest extends KmsContract {

    private static final String MASTER = "5d9e41c07a93b1f2e8d6a4c5b3f7e9d1025d9e41c07a93b1f2e8d6a4c5b3f7e9";

    @Override
    protected KmsFixture open() {
        Kms kms = MasterKeyKms.open(new InMemory(), List.of("main", "spare"));
        return new Fixture(kms);
    }

    private record Fixture(Kms kms) implements KmsFixture {

        @Override
        public Kek kek() {
            return kms.kek("main");
        }

        @Override
        public Kek otherKek() {
            return kms.kek("spare");
        }

        @Override
        public List<String> secrets() {
            return List.of(MASTER);
        }

        @Override
        public Map<KmsAbility, String> gaps() {
            return Map.of(
                    KmsAbility.NEW_VERSION, "the name of a key derives one key",
                    KmsAbility.VERSION_NAMES, "the name of a key derives one key",
                    KmsAbility.REFUSE_OLD_VERSIONS, "the name of a key derives one key",
                    KmsAbility.DENY, "a file says no to nobody who can read it",
                    KmsAbility.OUTAGE, "the secret is read once");
        }
    }

    private record InMemory() implements SecretFile {

        @Override
        public Path path() {
            return Path.of("master-key");
        }

        @Override
        public void requirePrivate() {}

        @Override
        public char[] read() {
            return MASTER.toCharArray();
        }
    }
}
