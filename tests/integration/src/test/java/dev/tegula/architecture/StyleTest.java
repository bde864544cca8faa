package dev.tegula.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static dev.tegula.architecture.Modules.CLASSES;
import static dev.tegula.architecture.Modules.CLI;
import static dev.tegula.architecture.Modules.DEMO;
import static dev.tegula.architecture.Modules.TEST;
import static dev.tegula.architecture.Modules.in;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.KeyGenerator;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import org.junit.jupiter.api.Test;

/** The rules of the house that a class file shows. */
final class StyleTest {

    @Test
    void names_ofClasses_areNoDrawers() {
        noClasses()
                .should()
                .haveNameMatching(".*(Impl|Helper|Manager|Utils?)(\\$.*)?")
                .check(CLASSES);
    }

    @Test
    void records_ofOurs_holdNoArray() {
        fields().that()
                .areNotStatic()
                .and()
                .areDeclaredInClassesThat()
                .areRecords()
                .should(beNoArray())
                .check(CLASSES);
    }

    @Test
    void primitives_ofCryptography_comeFromTink() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("dev.tegula.cipher.GcmCiphers")
                .and()
                .doNotHaveFullyQualifiedName("dev.tegula.cipher.GcmCiphers$Keyed")
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(Cipher.class, Mac.class)
                .because("one reviewed library makes every ciphertext and every tag; decision 19 has the exception")
                .check(CLASSES);
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("dev.tegula.kms.tink.FileKey")
                .and(not(in(TEST)))
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(SecretKeyFactory.class, KeyGenerator.class, KeyAgreement.class)
                .because("Tink stretches no passphrase; decision 18 says how the file of a keyset does")
                .check(CLASSES);
    }

    @Test
    void optional_inClasses_isNoField() {
        fields().that()
                .areDeclaredInClassesThat()
                .areNotRecords()
                .should()
                .notHaveRawType(Optional.class)
                .andShould()
                .notHaveRawType(OptionalInt.class)
                .andShould()
                .notHaveRawType(OptionalLong.class)
                .andShould()
                .notHaveRawType(OptionalDouble.class)
                .check(CLASSES);
    }

    @Test
    void statics_ofClasses_areFinal() {
        fields().that()
                .areStatic()
                .and()
                .areDeclaredInClassesThat(not(in(TEST)))
                .should()
                .beFinal()
                .check(CLASSES);
    }

    /** What an application opens without naming a clock: each has a way to hand one in. */
    private static final List<String> OPENED_WITHOUT_A_CLOCK = List.of(
            "dev.tegula.registry.InMemoryKeyRegistry",
            "dev.tegula.kms.aws.AwsKmsBuilder",
            "dev.tegula.kms.tink.TinkKms",
            "dev.tegula.kms.vault.VaultKms$Builder");

    /** Command line and demo are where a process begins; all else is given its clock. */
    @Test
    void clocks_ofTheWall_areHandedIn() {
        noClasses()
                .that(not(in(CLI, DEMO, TEST)))
                .and(not(named(OPENED_WITHOUT_A_CLOCK)))
                .should()
                .callMethod(InstantSource.class, "system")
                .check(CLASSES);
        noClasses()
                .that(not(in(CLI, DEMO)))
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Clock.class, "systemUTC")
                .orShould()
                .callMethod(Clock.class, "systemDefaultZone")
                .check(CLASSES);
    }

    @Test
    void randomness_ofClasses_isSecure() {
        noClasses()
                .should()
                .callConstructor(Random.class)
                .orShould()
                .callMethod(Math.class, "random")
                .check(CLASSES);
    }

    private static DescribedPredicate<JavaClass> named(List<String> names) {
        return DescribedPredicate.describe("are one of " + names, type -> names.contains(type.getName()));
    }

    private static ArchCondition<JavaField> beNoArray() {
        return new ArchCondition<>("be no array") {
            @Override
            public void check(JavaField field, ConditionEvents events) {
                events.add(new SimpleConditionEvent(
                        field, !field.getRawType().isArray(), field.getFullName() + " is an array"));
            }
        };
    }
}
