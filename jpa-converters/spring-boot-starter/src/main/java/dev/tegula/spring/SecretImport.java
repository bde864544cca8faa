package dev.tegula.spring;

import dev.tegula.config.Configuration;
import java.util.List;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;

/** Fills the places of {@code spring.config.import=tegula:…}, once all properties are read that say how to. */
final class SecretImport implements EnvironmentPostProcessor, Ordered {

    @Override
    public int getOrder() {
        return ConfigDataEnvironmentPostProcessor.ORDER + 1;
    }

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        List<SecretProperties> wanted = in(environment);
        // Ahead of time there are no keys and no database.
        if (wanted.isEmpty() || Boolean.getBoolean("spring.aot.processing")) {
            return;
        }
        Configuration configuration = TegulaProperties.read(environment);
        SecretSource.fillAll(
                wanted,
                configuration,
                ApplicationSettings.secretsRefresh(environment),
                source -> application.addInitializers(source::belongTo));
    }

    static List<SecretProperties> in(ConfigurableEnvironment environment) {
        return environment.getPropertySources().stream()
                .filter(SecretProperties.class::isInstance)
                .map(SecretProperties.class::cast)
                .toList();
    }
}
