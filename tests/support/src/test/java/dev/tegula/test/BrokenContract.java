package dev.tegula.test;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.kms.Kek;
import dev.tegula.kms.Kms;
import java.util.Map;
import java.util.function.UnaryOperator;

/** The contract of an adapter that breaks it; only ever run by {@code KmsContractTest}. */
final class BrokenContract extends KmsContract {

    /** What the next run breaks. Tests of this class run one after the other. */
    static volatile UnaryOperator<Kek> broken = UnaryOperator.identity();

    static volatile Map<KmsAbility, String> gaps = Map.of();

    @Override
    protected KmsFixture open() {
        MemoryKms memory = MemoryKms.create();
        Kek kek = broken.apply(memory.kek("first"));
        Kms kms = new Kms() {
            @Override
            public String provider() {
                return memory.provider();
            }

            @Override
            public Kek kek(String key) {
                if (!key.equals("first")) {
                    throw new ConfigurationException("There is no key `" + key + "`.");
                }
                return kek;
            }

            @Override
            public void close() {
                memory.close();
            }
        };
        return new KmsFixture() {
            @Override
            public Kms kms() {
                return kms;
            }

            @Override
            public Kek kek() {
                return kek;
            }

            @Override
            public Kek otherKek() {
                return memory.kek("second");
            }

            @Override
            public Map<KmsAbility, String> gaps() {
                return gaps;
            }

            @Override
            public void addVersion() {
                memory.addVersion("first");
            }

            @Override
            public void refuseOldVersions() {
                memory.refuseOldVersions("first");
            }

            @Override
            public void deny() {
                memory.deny();
            }

            @Override
            public void cut() {
                memory.down();
            }
        };
    }
}
