package dev.tegula.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static dev.tegula.architecture.Modules.ADAPTERS;
import static dev.tegula.architecture.Modules.CLASSES;
import static dev.tegula.architecture.Modules.CLI;
import static dev.tegula.architecture.Modules.HIBERNATE;
import static dev.tegula.architecture.Modules.JPA;
import static dev.tegula.architecture.Modules.TEST;
import static dev.tegula.architecture.Modules.adapters;
import static dev.tegula.architecture.Modules.core;
import static dev.tegula.architecture.Modules.in;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Dependencies point one way: cli, then converters and adapters, then the core. */
final class DependenciesTest {

    static Stream<String> modules() {
        return Stream.concat(ADAPTERS.stream(), Stream.of("dev.tegula", JPA, HIBERNATE, CLI, TEST));
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
                .dependOnClassesThat(in(JPA, HIBERNATE, CLI, TEST))
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
    void converters_ofUs_useNeitherAdaptersNorTheCommandLine() {
        noClasses()
                .that(in(JPA, HIBERNATE))
                .should()
                .dependOnClassesThat(adapters().or(in(CLI, TEST)))
                .check(CLASSES);
    }

    @Test
    void jpa_ofProviders_usesNone() {
        noClasses()
                .that(in(JPA))
                .should()
                .dependOnClassesThat(in(HIBERNATE, "org.hibernate", "org.eclipse.persistence"))
                .check(CLASSES);
    }

    @Test
    void commandLine_ofTestSupport_usesNone() {
        noClasses().that(in(CLI)).should().dependOnClassesThat(in(TEST)).check(CLASSES);
    }

    @Test
    void packages_amongEachOther_haveNoCycle() {
        slices().matching("dev.(**)").should().beFreeOfCycles().check(CLASSES);
    }
}
