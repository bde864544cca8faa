package dev.tegula.hibernate.guard;

import jakarta.persistence.metamodel.Attribute;
import java.util.Set;
import org.hibernate.engine.spi.LoadQueryInfluencers;
import org.hibernate.query.spi.QueryOptions;
import org.hibernate.query.spi.QueryParameterBindings;
import org.hibernate.query.sqm.internal.DomainParameterXref;
import org.hibernate.query.sqm.sql.internal.StandardSqmTranslator;
import org.hibernate.query.sqm.tree.SqmStatement;
import org.hibernate.query.sqm.tree.domain.SqmBasicValuedSimplePath;
import org.hibernate.sql.ast.spi.SqlAstCreationContext;
import org.hibernate.sql.ast.tree.Statement;
import org.hibernate.sql.ast.tree.expression.Expression;

/**
 * The second line of the guard: a node that the walker does not know the inside of must still be translated, and a path
 * that is translated, encrypted and not among the allowed ones is refused here.
 */
final class GuardedTranslator<T extends Statement> extends StandardSqmTranslator<T> {

    private final Set<Object> allowed;

    GuardedTranslator(
            SqmStatement<?> statement,
            QueryOptions options,
            DomainParameterXref parameters,
            QueryParameterBindings bindings,
            LoadQueryInfluencers influencers,
            SqlAstCreationContext context,
            boolean deduplicateSelectionItems,
            Set<Object> allowed) {
        super(statement, options, parameters, bindings, influencers, context, deduplicateSelectionItems);
        this.allowed = allowed;
    }

    @Override
    public Expression visitBasicValuedPath(SqmBasicValuedSimplePath<?> path) {
        Expression expression = super.visitBasicValuedPath(path);
        if (!allowed.contains(path)
                && expression.getExpressionType() != null
                && expression.getExpressionType().getJdbcTypeCount() == 1) {
            EncryptedPath.of(expression.getExpressionType().getSingleJdbcMapping())
                    .ifPresent(encryption -> {
                        String label = path.getModel() instanceof Attribute<?, ?> attribute
                                ? EncryptedPath.label(attribute)
                                : path.getNavigablePath().getFullPath();
                        throw PathWalker.refusal(
                                new EncryptedPath(label, encryption.spec().sealNulls()), "expression");
                    });
        }
        return expression;
    }
}
