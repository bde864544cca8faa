package dev.tegula.eclipselink;

import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.spi.PersistenceUnitInfo;
import jakarta.persistence.spi.PersistenceUnitTransactionType;
import java.lang.reflect.Proxy;
import java.net.URL;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import javax.sql.DataSource;
import org.eclipse.persistence.jpa.PersistenceProvider;

/** A persistence unit without a file; its interface differs between the versions of the standard, hence the proxy. */
final class Unit {

    private Unit() {}

    @SuppressWarnings("removal") // the other type of the standard is not in Jakarta Persistence 3.1
    static EntityManagerFactory factory(DataSource database, Class<?>... classes) {
        Map<String, Object> answers = Map.of(
                "getPersistenceUnitName", "clinic",
                "getPersistenceProviderClassName", PersistenceProvider.class.getName(),
                "getTransactionType", PersistenceUnitTransactionType.RESOURCE_LOCAL,
                "getNonJtaDataSource", database,
                "getManagedClassNames",
                        Arrays.stream(classes).map(Class::getName).toList(),
                "excludeUnlistedClasses", true,
                "getClassLoader", Unit.class.getClassLoader(),
                "getPersistenceUnitRootUrl", root(),
                "getProperties", properties());
        PersistenceUnitInfo info = (PersistenceUnitInfo) Proxy.newProxyInstance(
                Unit.class.getClassLoader(),
                new Class<?>[] {PersistenceUnitInfo.class},
                (self, method, arguments) -> answers.getOrDefault(
                        method.getName(), method.getReturnType() == List.class ? List.of() : null));
        return new PersistenceProvider().createContainerEntityManagerFactory(info, Map.of());
    }

    private static URL root() {
        return Unit.class.getProtectionDomain().getCodeSource().getLocation();
    }

    private static Properties properties() {
        Properties properties = new Properties();
        properties.put("eclipselink.weaving", "false");
        properties.put("eclipselink.logging.logger", "JavaLogger");
        properties.put("eclipselink.logging.level", "FINEST");
        properties.put("jakarta.persistence.schema-generation.database.action", "drop-and-create");
        return properties;
    }
}
