package dev.tegula.secret;

import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.MalformedException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The declared namespaces: each has a key of its own, and a name belongs to at most one. */
public final class SecretNamespaces {

    private final List<SecretName> declared;

    private SecretNamespaces(List<SecretName> declared) {
        this.declared = List.copyOf(declared);
    }

    /**
     * The namespaces of local configuration.
     *
     * @throws MalformedException kind INPUT, for one outside the grammar, longer than 200 characters, given twice or inside another:
     *     a name in both would have two keys
     */
    public static SecretNamespaces of(Collection<String> names) {
        List<SecretName> declared = new ArrayList<>();
        for (String name : names) {
            SecretName namespace = new SecretName(name);
            if (name.length() > SecretName.LONGEST_NAMESPACE) {
                throw refused("A namespace has at most " + SecretName.LONGEST_NAMESPACE + " characters, not "
                        + name.length());
            }
            for (SecretName other : declared) {
                if (namespace.equals(other) || namespace.in(other) || other.in(namespace)) {
                    throw refused("Namespaces `" + other + "` and `" + namespace
                            + "` hold the same names, which would have two keys; declare one of them");
                }
            }
            declared.add(namespace);
        }
        return new SecretNamespaces(declared.stream().sorted().toList());
    }

    private static MalformedException refused(String why) {
        return new MalformedException(MalformedException.Kind.INPUT, why + ".");
    }

    /** All of them, in order. */
    public List<SecretName> declared() {
        return declared;
    }

    /** The namespace of a name; empty if none was declared for it. */
    public Optional<SecretName> of(SecretName name) {
        return declared.stream().filter(name::in).findFirst();
    }

    /**
     * The namespace of a name.
     *
     * @throws ConfigurationException if none was declared for it
     */
    public SecretName require(SecretName name) {
        return of(name).orElseThrow(() -> new ConfigurationException("No namespace holds " + name + "; "
                + (declared.isEmpty()
                        ? "none is declared (tegula.secrets; in Java secrets(namespace, kek) of the builder)."
                        : "declared under tegula.secrets are "
                                + String.join(
                                        ", ",
                                        declared.stream().map(SecretName::value).toList())
                                + ". Choose a name below one of them, or declare another.")));
    }

    /** The scope of a namespace's key. */
    public static Scope scope(SecretName namespace) {
        return Scope.data(FieldId.SECRET, TenantId.of(namespace.value()));
    }
}
