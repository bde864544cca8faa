package dev.tegula.hibernate.guard;

import org.hibernate.engine.spi.LoadQueryInfluencers;
import org.hibernate.query.spi.QueryOptions;
import org.hibernate.query.spi.QueryParameterBindings;
import org.hibernate.query.sqm.internal.DomainParameterXref;
import org.hibernate.query.sqm.sql.SqmTranslator;
import org.hibernate.query.sqm.sql.StandardSqmTranslatorFactory;
import org.hibernate.query.sqm.tree.SqmDmlStatement;
import org.hibernate.query.sqm.tree.SqmStatement;
import org.hibernate.query.sqm.tree.select.SqmSelectStatement;
import org.hibernate.sql.ast.spi.SqlAstCreationContext;
import org.hibernate.sql.ast.tree.MutationStatement;
import org.hibernate.sql.ast.tree.select.SelectStatement;

/** Hibernate's translators behind the guard; made by Hibernate from its class name. */
public final class GuardedTranslators extends StandardSqmTranslatorFactory {

    /**
     * What is asked before each translation.
     *
     * @throws dev.tegula.hibernate.EncryptedQueryException if the query uses an encrypted attribute in a way that cannot work
     */
    public static void check(SqmStatement<?> statement) {
        QueryGuard.check(statement);
    }

    @Override
    public SqmTranslator<SelectStatement> createSelectTranslator(
            SqmSelectStatement<?> statement,
            QueryOptions options,
            DomainParameterXref parameters,
            QueryParameterBindings bindings,
            LoadQueryInfluencers influencers,
            SqlAstCreationContext context,
            boolean deduplicateSelectionItems) {
        return new GuardedTranslator<>(
                statement,
                options,
                parameters,
                new PassingBindings(bindings),
                influencers,
                context,
                deduplicateSelectionItems,
                QueryGuard.check(statement));
    }

    @Override
    public SqmTranslator<? extends MutationStatement> createMutationTranslator(
            SqmDmlStatement<?> statement,
            QueryOptions options,
            DomainParameterXref parameters,
            QueryParameterBindings bindings,
            LoadQueryInfluencers influencers,
            SqlAstCreationContext context) {
        return new GuardedTranslator<>(
                statement,
                options,
                parameters,
                new PassingBindings(bindings),
                influencers,
                context,
                false,
                QueryGuard.check(statement));
    }
}
