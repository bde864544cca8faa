package dev.tegula.spark;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The rules of {@code DependenciesTest} for a module that only its own profile builds. */
final class SparkDependenciesTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.tegula.spark");

    @Test
    void spark_ofUs_usesTheCommandLineOperationsAndTheCoreOnly() {
        assertThat(CLASSES.contain(SparkReencryption.class)).isTrue();
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.tegula.kms.aws..",
                        "dev.tegula.kms.tink..",
                        "dev.tegula.kms.vault..",
                        "dev.tegula.jpa..",
                        "dev.tegula.hibernate..",
                        "dev.tegula.spring..",
                        "dev.tegula.demo..",
                        "dev.tegula.test..")
                .check(CLASSES);
    }

    @Test
    void spark_ofOthers_usesSparkPicocliAndTheJdk() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..", "scala..", "org.apache.spark..", "picocli..", "org.jspecify..", "dev.tegula..")
                .check(CLASSES);
    }
}
