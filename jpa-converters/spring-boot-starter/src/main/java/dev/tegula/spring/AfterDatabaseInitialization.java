package dev.tegula.spring;

import dev.tegula.Tegula;
import java.util.Set;
import org.springframework.boot.sql.init.dependency.AbstractBeansOfTypeDependsOnDatabaseInitializationDetector;

/** Makes every engine, the user's too, wait for Flyway, Liquibase and {@code schema.sql}: its tables may come from there. */
final class AfterDatabaseInitialization extends AbstractBeansOfTypeDependsOnDatabaseInitializationDetector {

    @Override
    protected Set<Class<?>> getDependsOnDatabaseInitializationBeanTypes() {
        return Set.of(Tegula.class);
    }
}
