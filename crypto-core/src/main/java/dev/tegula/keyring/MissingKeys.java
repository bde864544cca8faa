package dev.tegula.keyring;

import dev.tegula.envelope.Scope;
import dev.tegula.kms.KekResult;
import dev.tegula.registry.KeyRow;
import java.util.List;
import java.util.function.Function;

/** Asked for the ACTIVE rows of scopes that have none; throws where keys are only made by an operator. */
@FunctionalInterface
public interface MissingKeys extends Function<Scope, KeyRow> {

    /** The rows of many scopes: as many results, in the same order. */
    default List<KekResult<KeyRow>> all(List<Scope> scopes) {
        return scopes.stream()
                .map(scope -> KekResult.calling(() -> apply(scope)))
                .toList();
    }
}
