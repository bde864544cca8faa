package dev.tegula.spring;

import java.util.List;
import org.springframework.boot.context.config.ConfigData;
import org.springframework.boot.context.config.ConfigDataLoader;
import org.springframework.boot.context.config.ConfigDataLoaderContext;

/**
 * Keeps the place of an import among the property sources. It is filled by {@link SecretImport} once all other properties are
 * known: how to reach the secrets may stand in any of them.
 */
final class SecretPlaces implements ConfigDataLoader<SecretResource> {

    @Override
    public ConfigData load(ConfigDataLoaderContext context, SecretResource resource) {
        return new ConfigData(List.of(new SecretProperties(resource.prefix(), resource.mayBeMissing())));
    }
}
