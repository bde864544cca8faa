package dev.tegula.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static dev.tegula.architecture.Modules.CLASSES;

import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import javax.crypto.Cipher;
import javax.crypto.Mac;
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
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(Cipher.class, Mac.class)
                .because("one reviewed library makes every ciphertext and every tag")
                .check(CLASSES);
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
