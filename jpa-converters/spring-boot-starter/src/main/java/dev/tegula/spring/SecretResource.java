package dev.tegula.spring;

import dev.tegula.secret.SecretName;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.config.ConfigDataResource;

/** What {@code spring.config.import=tegula:app/prod/} names. */
final class SecretResource extends ConfigDataResource {

    private final SecretName prefix;
    private final boolean mayBeMissing;

    SecretResource(SecretName prefix, boolean optional) {
        super(optional);
        this.prefix = prefix;
        this.mayBeMissing = optional;
    }

    boolean mayBeMissing() {
        return mayBeMissing;
    }

    SecretName prefix() {
        return prefix;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SecretResource resource && resource.prefix.equals(prefix);
    }

    @Override
    public int hashCode() {
        return Objects.hash(prefix);
    }

    @Override
    public String toString() {
        return "secrets below " + prefix;
    }
}
