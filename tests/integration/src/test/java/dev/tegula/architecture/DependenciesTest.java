package dev.tegula.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static dev.tegula.architecture.Modules.ADAPTERS;
import static dev.tegula.architecture.Modules.CLASSES;
import static dev.tegula.architecture.Modules.CLI;
import static dev.tegula.architecture.Modules.DEMO;
import static dev.tegula.architecture.Modules.HIBERNATE;
import static dev.tegula.architecture.Modules.JPA;
import static dev.tegula.architecture.Modules.OPERATIONS;
import static dev.tegula.architecture.Modules.SPRING;
import static dev.tegula.architecture.Modules.TEST;
import static dev.tegula.architecture.Modules.adapters;
import static dev.tegula.architecture.Modules.core;
import static dev.tegula.architecture.Modules.in;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import dev.tegula.operations.reencrypt.DirectConnection;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Dependencies point one way: demo, command line, operations, then starter, converters and adapters, then the core. */
final class DependenciesTest {

    static Stream<String> modules() {
        return Stream.concat(
                ADAPTERS.stream(), Stream.of("dev.tegula", JPA, HIBERNATE, SPRING, OPERATIONS, CLI, DEMO, TEST));
    }

    /** A module that is not on the class path would pass every rule below. */
    @ParameterizedTest
    @MethodSource("modules")
    void classPath_ofThisTest_holdsTheModule(String root) {
        assertThat(CLASSES.stream().map(JavaClass::getPackageName)).contains(root);
    }

    @Test
    void core_ofUs_usesNoOtherModule() {
        noClasses()
                .that(core())
                .should()
                .dependOnClassesThat(not(core()).and(in("dev.tegula")))
                .check(CLASSES);
    }

    @Test
    void core_ofOthers_usesTinkCaffeineSlf4jAndTheJdk() {
        classes()
                .that(core())
                .should()
                .onlyDependOnClassesThat(in(
                        "dev.tegula",
                        "java",
                        "javax.crypto",
                        "javax.sql",
                        "com.google.crypto.tink",
                        "com.github.benmanes.caffeine",
                        "org.slf4j",
                        "org.jspecify.annotations"))
                .check(CLASSES);
    }

    @Test
    void adapters_ofUs_useTheCoreOnly() {
        noClasses()
                .that(adapters())
                .should()
                .dependOnClassesThat(in(JPA, HIBERNATE, SPRING, OPERATIONS, CLI, DEMO, TEST))
                .check(CLASSES);
    }

    @ParameterizedTest
    @MethodSource("adapterRoots")
    void adapter_ofOtherAdapters_usesNone(String root) {
        noClasses()
                .that(in(root))
                .should()
                .dependOnClassesThat(adapters().and(not(in(root))))
                .check(CLASSES);
    }

    static List<String> adapterRoots() {
        return ADAPTERS;
    }

    @Test
    void converters_ofUs_useTheCoreOnly() {
        noClasses()
                .that(in(JPA, HIBERNATE))
                .should()
                .dependOnClassesThat(adapters().or(in(SPRING, OPERATIONS, CLI, DEMO, TEST)))
                .check(CLASSES);
    }

    @Test
    void jpa_ofProviders_usesNone() {
        noClasses()
                .that(in(JPA))
                .should()
                .dependOnClassesThat(in(HIBERNATE, SPRING, "org.hibernate", "org.eclipse.persistence"))
                .check(CLASSES);
    }

    /** It is on an application's class path, whose login owns no tables. */
    @Test
    void starter_ofUs_usesNothingThatOwnsTables() {
        noClasses()
                .that(in(SPRING))
                .should()
                .dependOnClassesThat(in(OPERATIONS, CLI, DEMO))
                .check(CLASSES);
    }

    /** It finds them by their type, as it finds those of others. */
    @Test
    void starter_ofAdapters_namesNone() {
        noClasses().that(in(SPRING)).should().dependOnClassesThat(adapters()).check(CLASSES);
    }

    @Test
    void operations_ofUs_useTheCoreOnly() {
        noClasses()
                .that(in(OPERATIONS))
                .should()
                .dependOnClassesThat(adapters().or(in(JPA, HIBERNATE, SPRING, CLI, DEMO, TEST)))
                .check(CLASSES);
    }

    /** Who is behind a connection, PostgreSQL's driver alone can say; where another one is used, it is not asked. */
    @Test
    void operations_ofOthers_useSlf4jAndTheJdkForFilesJacksonAndForCheckDigitsCommons() {
        String[] allowed = {"dev.tegula", "java", "javax.sql", "org.slf4j", "org.jspecify.annotations"};
        classes()
                .that(in(OPERATIONS))
                .and(not(in(OPERATIONS + ".backup", OPERATIONS + ".document", OPERATIONS + ".scan")))
                .and(not(simpleName(DirectConnection.class.getSimpleName())))
                .should()
                .onlyDependOnClassesThat(in(allowed))
                .check(CLASSES);
        classes()
                .that(in(OPERATIONS))
                .and(not(in(OPERATIONS + ".scan")))
                .and(not(simpleName(DirectConnection.class.getSimpleName())))
                .should()
                .onlyDependOnClassesThat(in(allowed).or(in("com.fasterxml.jackson")))
                .check(CLASSES);
        classes()
                .that(in(OPERATIONS + ".scan"))
                .should()
                .onlyDependOnClassesThat(
                        in(allowed).or(in("com.fasterxml.jackson", "org.apache.commons.validator.routines")))
                .check(CLASSES);
    }

    /** What is checked and what cures it is for operators' programs too; exit codes and colours are the command line's. */
    @Test
    void commandLine_setup_holdsNoCheck() {
        noClasses()
                .that(in(CLI))
                .should()
                .haveSimpleNameEndingWith("Checks")
                .orShould()
                .haveSimpleNameEndingWith("BackupFile")
                .check(CLASSES);
    }

    /** It finds them by their type, as it finds those of others; no class of Tegula's has a door that theirs has not. */
    @Test
    void commandLine_ofAdapters_namesNone() {
        noClasses()
                .that(in(OPERATIONS, CLI, DEMO))
                .should()
                .dependOnClassesThat(adapters())
                .check(CLASSES);
    }

    @Test
    void commandLine_ofUs_usesNoConverterAndNoDemo() {
        noClasses()
                .that(in(CLI))
                .should()
                .dependOnClassesThat(in(JPA, HIBERNATE, SPRING, DEMO, TEST, "org.hibernate", "io.zonky"))
                .check(CLASSES);
    }

    @Test
    void demo_ofTestSupport_usesNone() {
        noClasses().that(in(DEMO)).should().dependOnClassesThat(in(TEST)).check(CLASSES);
    }

    @Test
    void packages_amongEachOther_haveNoCycle() {
        slices().matching("dev.(**)").should().beFreeOfCycles().check(CLASSES);
    }
}
