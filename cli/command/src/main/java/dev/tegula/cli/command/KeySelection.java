package dev.tegula.cli.command;

import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Purpose;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.registry.KeyRow;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** One key, as people name it: field, version, tenant. */
final class KeySelection {

    @Parameters(paramLabel = "FIELD", converter = FieldNames.OneOfKeys.class, description = "Field of the key.")
    String field = "";

    @Option(
            names = "--version",
            paramLabel = "N",
            required = true,
            converter = Numbers.Version.class,
            description = "Version of the key, see `tegula keys list`.")
    int version;

    @Option(
            names = "--tenant",
            paramLabel = "T",
            converter = TenantName.class,
            description = "Tenant of the key, for a field with a key for each.")
    @Nullable
    String tenant;

    @Option(names = "--index", description = "The key of the field's blind indexes, not that of its values.")
    boolean index;

    /** The scope that field and tenant name. */
    Scope scope() {
        return scope(field, tenant, index);
    }

    static Scope scope(String field, @Nullable String tenant, boolean index) {
        TenantId owner = tenant == null ? TenantId.none() : TenantId.of(tenant);
        FieldId named = new FieldId(field);
        if (named.ofBranches() && !index) {
            return new Scope(owner, named, Purpose.BRANCH);
        }
        FieldId id = named.equals(FieldId.SECRET) ? named : FieldId.of(field);
        return index ? Scope.index(id, owner) : Scope.data(id, owner);
    }

    /**
     * The key among those of the registry.
     *
     * @throws ConfigurationException if there is none
     */
    KeyRow in(OpenDatabase open) {
        Columns.requireKnown(open, List.of(field));
        List<KeyRow> rows = open.lifecycle().list();
        Scope scope = scope();
        List<KeyRow> line =
                rows.stream().filter(row -> row.scope().equals(scope)).toList();
        return line.stream()
                .filter(row -> row.version() == version)
                .findFirst()
                .orElseThrow(() -> new ConfigurationException("Unknown key version v" + version + " of " + scope
                        + "; it has "
                        + (line.isEmpty()
                                ? "none. See `tegula keys list`."
                                : line.stream().map(row -> "v" + row.version()).collect(Collectors.joining(", "))
                                        + ".")));
    }
}
