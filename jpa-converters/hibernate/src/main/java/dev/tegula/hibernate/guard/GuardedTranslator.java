package dev.tegula.hibernate.guard;

import dev.tegula.hibernate.type.AttributeIndex;
import dev.tegula.hibernate.type.BlindIndexType;
import dev.tegula.hibernate.type.BlindTokensType;
import dev.tegula.hibernate.type.CompanionType;
import jakarta.persistence.metamodel.Attribute;
import java.util.Optional;
import java.util.Set;
import org.hibernate.engine.spi.LoadQueryInfluencers;
import org.hibernate.metamodel.mapping.JdbcMappingContainer;
import org.hibernate.query.spi.QueryOptions;
import org.hibernate.query.sqm.ComparisonOperator;
import org.hibernate.query.sqm.internal.DomainParameterXref;
import org.hibernate.query.sqm.sql.SqmTranslation;
import org.hibernate.query.sqm.sql.internal.StandardSqmTranslator;
import org.hibernate.query.sqm.tree.SqmStatement;
import org.hibernate.query.sqm.tree.domain.SqmBasicValuedSimplePath;
import org.hibernate.query.sqm.tree.expression.SqmParameter;
import org.hibernate.query.sqm.tree.predicate.SqmComparisonPredicate;
import org.hibernate.query.sqm.tree.predicate.SqmInListPredicate;
import org.hibernate.query.sqm.tree.predicate.SqmNullnessPredicate;
import org.hibernate.sql.ast.spi.SqlAstCreationContext;
import org.hibernate.sql.ast.tree.Statement;
import org.hibernate.sql.ast.tree.expression.Expression;
import org.hibernate.sql.ast.tree.expression.JdbcParameter;
import org.hibernate.sql.ast.tree.predicate.ComparisonPredicate;
import org.hibernate.sql.ast.tree.predicate.InListPredicate;
import org.hibernate.sql.ast.tree.predicate.Junction;
import org.hibernate.sql.ast.tree.predicate.NullnessPredicate;
import org.hibernate.sql.ast.tree.predicate.Predicate;

/**
 * The second line of the guard: a node that the walker does not know the inside of must still be translated, and a path
 * that is translated, encrypted and not among the allowed ones is refused here.
 */
final class GuardedTranslator<T extends Statement> extends StandardSqmTranslator<T> {

    private final PassingBindings bindings;
    private final Set<Object> allowed;

    GuardedTranslator(
            SqmStatement<?> statement,
            QueryOptions options,
            DomainParameterXref parameters,
            PassingBindings bindings,
            LoadQueryInfluencers influencers,
            SqlAstCreationContext context,
            boolean deduplicateSelectionItems,
            Set<Object> allowed) {
        super(statement, options, parameters, bindings.view(), influencers, context, deduplicateSelectionItems);
        this.bindings = bindings;
        this.allowed = allowed;
    }

    @Override
    public SqmTranslation<T> translate() {
        try {
            return super.translate();
        } finally {
            bindings.forget();
        }
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
            companion(expression).ifPresent(type -> {
                throw PathWalker.refusal(
                        new EncryptedPath(path.getNavigablePath().getFullPath(), type), "expression");
            });
        }
        return expression;
    }

    @Override
    public ComparisonPredicate visitComparisonPredicate(SqmComparisonPredicate predicate) {
        ComparisonPredicate plain = super.visitComparisonPredicate(predicate);
        Expression left = plain.getLeftHandExpression();
        Expression right = plain.getRightHandExpression();
        Optional<CompanionType<?>> ofLeft = companion(predicate.getLeftHandExpression(), left);
        Optional<CompanionType<?>> ofRight = companion(predicate.getRightHandExpression(), right);
        JdbcMappingContainer result = plain.getExpressionType();
        return ofLeft.map(type -> compare(left, plain.getOperator(), right, type, result))
                .or(() -> ofRight.map(type -> compare(right, plain.getOperator(), left, type, result)))
                .orElse(plain);
    }

    @Override
    public Predicate visitInListPredicate(SqmInListPredicate<?> predicate) {
        Predicate plain = super.visitInListPredicate(predicate);
        if (!(plain instanceof InListPredicate list)) {
            return plain;
        }
        Optional<CompanionType<?>> type = companion(predicate.getTestExpression(), list.getTestExpression());
        if (type.isEmpty() || list.getListExpressions().isEmpty()) {
            return plain;
        }
        JdbcMappingContainer result = list.getExpressionType();
        Junction each =
                new Junction(list.isNegated() ? Junction.Nature.CONJUNCTION : Junction.Nature.DISJUNCTION, result);
        ComparisonOperator operator = list.isNegated() ? ComparisonOperator.NOT_EQUAL : ComparisonOperator.EQUAL;
        list.getListExpressions()
                .forEach(value -> each.add(compare(list.getTestExpression(), operator, value, type.get(), result)));
        return each;
    }

    /** Of a parameter whose value is looked for elsewhere in the query, and is not sent to the database. */
    @Override
    public NullnessPredicate visitIsNullPredicate(SqmNullnessPredicate predicate) {
        NullnessPredicate plain = super.visitIsNullPredicate(predicate);
        if (!allowed.contains(predicate.getExpression())
                || !(predicate.getExpression() instanceof SqmParameter<?> parameter)) {
            return plain;
        }
        JdbcParameter told = ComputedParameter.parameter(
                plain.getExpression(), "`is null` was asked of " + parameter + ", which is no single parameter.");
        return new NullnessPredicate(new PresenceParameter(told), plain.isNegated(), plain.getExpressionType());
    }

    private static ComparisonPredicate compare(
            Expression column,
            ComparisonOperator operator,
            Expression value,
            CompanionType<?> type,
            JdbcMappingContainer result) {
        if (type instanceof BlindTokensType tokens) {
            return new TokensPredicate(column, value, tokens.companion(), result);
        }
        AttributeIndex index = ((BlindIndexType) type).companion();
        String quantifier = operator == ComparisonOperator.EQUAL ? "any" : "all";
        return new ComparisonPredicate(column, operator, new LookUp(value, index, quantifier), result);
    }

    /** A path to an index or tokens; a parameter that is compared with one has its type too. */
    private static Optional<CompanionType<?>> companion(Object path, Expression translated) {
        return path instanceof SqmBasicValuedSimplePath<?> ? companion(translated) : Optional.empty();
    }

    private static Optional<CompanionType<?>> companion(Expression expression) {
        return expression.getExpressionType() == null
                        || expression.getExpressionType().getJdbcTypeCount() != 1
                ? Optional.empty()
                : EncryptedPath.companion(expression.getExpressionType().getSingleJdbcMapping());
    }
}
