package dev.tegula.test;

import dev.tegula.kms.Kek;
import dev.tegula.kms.Kms;
import java.util.Map;

final class MemoryKmsContractTest extends KmsContract {

    @Override
    protected KmsFixture open() {
        MemoryKms kms = MemoryKms.create();
        return new KmsFixture() {
            @Override
            public Kms kms() {
                return kms;
            }

            @Override
            public Kek kek() {
                return kms.kek("first");
            }

            @Override
            public Kek otherKek() {
                return kms.kek("second");
            }

            @Override
            public Map<KmsAbility, String> gaps() {
                return Map.of(KmsAbility.REFUSE_UNKNOWN_KEYS, "a key is made when it is first named, for short tests");
            }

            @Override
            public void addVersion() {
                kms.addVersion("first");
            }

            @Override
            public void refuseOldVersions() {
                kms.refuseOldVersions("first");
            }

            @Override
            public void deny() {
                kms.deny();
            }

            @Override
            public void cut() {
                kms.down();
            }
        };
    }
}
