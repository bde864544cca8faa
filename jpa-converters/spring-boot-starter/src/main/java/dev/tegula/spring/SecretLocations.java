package dev.tegula.spring;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.MalformedException;
import dev.tegula.secret.SecretName;
import java.util.List;
import org.springframework.boot.context.config.ConfigDataLocation;
import org.springframework.boot.context.config.ConfigDataLocationResolver;
import org.springframework.boot.context.config.ConfigDataLocationResolverContext;

/** Knows the locations {@code tegula:PREFIX} of {@code spring.config.import}. */
final class SecretLocations implements ConfigDataLocationResolver<SecretResource> {

    private static final String PREFIX = "tegula:";

    @Override
    public boolean isResolvable(ConfigDataLocationResolverContext context, ConfigDataLocation location) {
        return location.hasPrefix(PREFIX);
    }

    @Override
    public List<SecretResource> resolve(ConfigDataLocationResolverContext context, ConfigDataLocation location) {
        String said = location.getNonPrefixedValue(PREFIX);
        try {
            SecretName prefix = new SecretName(said.endsWith("/") ? said.substring(0, said.length() - 1) : said);
            return List.of(new SecretResource(prefix, location.isOptional()));
        } catch (MalformedException e) {
            throw new ConfigurationException(
                    "spring.config.import: expected `tegula:` and the beginning of names of secrets, for example"
                            + " tegula:app/prod/, not `" + location + "`.");
        }
    }
}
