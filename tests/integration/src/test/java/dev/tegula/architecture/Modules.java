package dev.tegula.architecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.core.importer.Locations;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The modules by their packages, and every class of Tegula but those of tests: on the class path, and the starter's from where they
 * are compiled to, because Spring is not on this class path.
 */
final class Modules {

    static final List<String> ADAPTERS = List.of("dev.tegula.kms.aws", "dev.tegula.kms.tink", "dev.tegula.kms.vault");
    static final String JPA = "dev.tegula.jpa";
    static final String HIBERNATE = "dev.tegula.hibernate";
    static final String SPRING = "dev.tegula.spring";
    static final String OPERATIONS = "dev.tegula.operations";
    static final String CLI = "dev.tegula.cli";
    static final String DEMO = "dev.tegula.demo";
    static final String TEST = "dev.tegula.test";

    static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("-tests.jar") && !location.contains("/test-classes/"))
            .importLocations(locations());

    private Modules() {}

    private static Set<Location> locations() {
        Set<Location> locations = new HashSet<>(Locations.ofPackage("dev.tegula"));
        locations.add(Location.of(Path.of("../../jpa-converters/spring-boot-starter/target/classes")));
        return locations;
    }

    static DescribedPredicate<JavaClass> adapters() {
        return in(ADAPTERS.toArray(String[]::new)).as("are in a KMS adapter");
    }

    /** What is under our root and in no other module. */
    static DescribedPredicate<JavaClass> core() {
        return in("dev.tegula")
                .and(DescribedPredicate.not(adapters()))
                .and(DescribedPredicate.not(in(JPA, HIBERNATE, SPRING, OPERATIONS, CLI, DEMO, TEST)))
                .as("are in the core");
    }

    static DescribedPredicate<JavaClass> in(String... roots) {
        return DescribedPredicate.describe("are in " + String.join(" or ", roots), type -> Arrays.stream(roots)
                .anyMatch(root -> type.getPackageName().equals(root)
                        || type.getPackageName().startsWith(root + ".")));
    }
}
