package dev.tegula.spring;

import dev.tegula.Tegula;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.jdbc.JdbcKeyRegistry;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/** Says in one line what was started, before the first request comes, and lets the session factories close before the engine. */
final class StartLine implements SmartInitializingSingleton {

    private static final Logger LOG = LoggerFactory.getLogger(StartLine.class);

    private final ConfigurableListableBeanFactory beans;
    private final ObjectProvider<Tegula> engine;
    private final ObjectProvider<EncryptedMappings> mappings;
    private final ObjectProvider<RegistryPool> pool;

    StartLine(
            ConfigurableListableBeanFactory beans,
            ObjectProvider<Tegula> engine,
            ObjectProvider<EncryptedMappings> mappings,
            ObjectProvider<RegistryPool> pool) {
        this.beans = beans;
        this.engine = engine;
        this.mappings = mappings;
        this.pool = pool;
    }

    @Override
    public void afterSingletonsInstantiated() {
        Tegula tegula = engine.getIfUnique();
        if (tegula == null) {
            return;
        }
        Optional<EncryptedMappings> mapped = Optional.ofNullable(mappings.getIfAvailable());
        List<EncryptedMappings.Mapping> all = mapped.map(EncryptedMappings::all).orElse(List.of());
        closeBefore(all.stream().map(EncryptedMappings.Mapping::factory).toList());
        LOG.info(
                "{}",
                line(
                        tegula,
                        all.stream()
                                .flatMap(mapping -> mapping.columns().stream())
                                .toList()));
    }

    /** They have no dependency on it, and its keys are gone when it is closed. */
    private void closeBefore(Collection<String> factories) {
        for (String name : beans.getBeanNamesForType(Tegula.class, false, false)) {
            factories.forEach(factory -> beans.registerDependentBean(name, factory));
        }
    }

    private String line(Tegula tegula, List<EncryptedColumn> columns) {
        String keks = tegula.keks().bindings().entrySet().stream()
                .map(kek -> kek.getKey() + " (" + kek.getValue().kek().provider() + ", "
                        + kek.getValue().kek().key() + ")")
                .collect(Collectors.joining(", "));
        long fields = columns.stream().map(EncryptedColumn::field).distinct().count();
        String registry = Optional.ofNullable(pool.getIfAvailable())
                .map(own -> "registry in " + own)
                .orElse(
                        tegula.registry() instanceof JdbcKeyRegistry
                                ? "registry of the application's own engine"
                                : "registry in memory");
        return "Tegula: deployment " + tegula.deployment() + "; KEKs " + keks + "; " + fields + " fields in "
                + columns.size() + " columns; " + registry + "; epoch "
                + tegula.registry().epoch(tegula.seal()::genuine) + ".";
    }
}
