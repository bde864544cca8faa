package dev.tegula.hibernate.guard;

import dev.tegula.hibernate.EncryptedQueryException;
import dev.tegula.hibernate.type.AttributeIndex;
import dev.tegula.hibernate.type.BlindIndexType;
import dev.tegula.hibernate.type.BlindTokensType;
import dev.tegula.hibernate.type.CompanionType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.hibernate.dialect.function.SqlColumn;
import org.hibernate.query.sqm.ComparisonOperator;
import org.hibernate.query.sqm.tree.SqmStatement;
import org.hibernate.query.sqm.tree.SqmTypedNode;
import org.hibernate.query.sqm.tree.cte.SqmCteContainer;
import org.hibernate.query.sqm.tree.domain.SqmElementAggregateFunction;
import org.hibernate.query.sqm.tree.domain.SqmPath;
import org.hibernate.query.sqm.tree.expression.JpaCriteriaParameter;
import org.hibernate.query.sqm.tree.expression.SqmAliasedNodeRef;
import org.hibernate.query.sqm.tree.expression.SqmCollectionSize;
import org.hibernate.query.sqm.tree.expression.SqmExpression;
import org.hibernate.query.sqm.tree.expression.SqmFunction;
import org.hibernate.query.sqm.tree.expression.SqmNamedParameter;
import org.hibernate.query.sqm.tree.expression.SqmParameter;
import org.hibernate.query.sqm.tree.expression.SqmPositionalParameter;
import org.hibernate.query.sqm.tree.predicate.SqmComparisonPredicate;
import org.hibernate.query.sqm.tree.predicate.SqmEmptinessPredicate;
import org.hibernate.query.sqm.tree.predicate.SqmExistsPredicate;
import org.hibernate.query.sqm.tree.predicate.SqmGroupedPredicate;
import org.hibernate.query.sqm.tree.predicate.SqmInListPredicate;
import org.hibernate.query.sqm.tree.predicate.SqmInSubQueryPredicate;
import org.hibernate.query.sqm.tree.predicate.SqmNegatablePredicate;
import org.hibernate.query.sqm.tree.predicate.SqmNegatedPredicate;
import org.hibernate.query.sqm.tree.predicate.SqmNullnessPredicate;
import org.hibernate.query.sqm.tree.predicate.SqmPredicate;
import org.hibernate.query.sqm.tree.select.SqmDynamicInstantiation;
import org.hibernate.query.sqm.tree.select.SqmJpaCompoundSelection;
import org.hibernate.query.sqm.tree.select.SqmQueryGroup;
import org.hibernate.query.sqm.tree.select.SqmQuerySpec;
import org.hibernate.query.sqm.tree.select.SqmSelectClause;
import org.hibernate.query.sqm.tree.select.SqmSelectStatement;
import org.hibernate.query.sqm.tree.select.SqmSelectableNode;
import org.hibernate.query.sqm.tree.select.SqmSelection;
import org.hibernate.query.sqm.tree.select.SqmSortSpecification;
import org.jspecify.annotations.Nullable;

/**
 * Walks a query and refuses every use of an encrypted attribute but two: selected by the outermost query, or tested for
 * null. The default is to refuse: whatever this class has no rule for is visited, and an encrypted path that is visited
 * is refused.
 */
final class QueryGuard extends PathWalker {

    private final Set<Object> allowed = Collections.newSetFromMap(new IdentityHashMap<>());
    private final SoughtParameters sought = new SoughtParameters();
    private final boolean selects;
    private final boolean looksUp;
    private final boolean removes;
    private int depth;
    private int negations;
    private boolean distinct;
    private List<SqmSelectableNode<?>> selected = List.of();

    private QueryGuard(boolean selects, boolean looksUp, boolean removes) {
        this.selects = selects;
        this.looksUp = looksUp;
        this.removes = removes;
    }

    /**
     * Checks a query.
     *
     * @return by identity, the paths that were allowed, and parameters of {@code is null} that are looked for elsewhere
     * @throws EncryptedQueryException if it uses an encrypted attribute in another way
     */
    static Set<Object> check(SqmStatement<?> statement) {
        return check(statement, true, false);
    }

    /** The same of a selection all of whose rows are going to be removed. */
    static void checkRemoval(SqmStatement<?> statement) {
        check(statement, true, true);
    }

    /** The same of a statement over several tables: its parameters are not bound by the translator, so it looks nothing up. */
    static void checkWithoutIndexes(SqmStatement<?> statement) {
        check(statement, false, false);
    }

    private static Set<Object> check(SqmStatement<?> statement, boolean looksUp, boolean removes) {
        QueryGuard guard = new QueryGuard(statement instanceof SqmSelectStatement<?>, looksUp, removes);
        statement.accept(guard);
        guard.allowed.addAll(guard.sought.nullTests());
        return guard.allowed;
    }

    @Override
    public @Nullable Object visitComparisonPredicate(SqmComparisonPredicate predicate) {
        boolean unequal = predicate.getSqmOperator() == ComparisonOperator.NOT_EQUAL;
        boolean equality = unequal || predicate.getSqmOperator() == ComparisonOperator.EQUAL;
        boolean negated = unequal || predicate.isNegated();
        SqmExpression<?> left = predicate.getLeftHandExpression();
        SqmExpression<?> right = predicate.getRightHandExpression();
        if (looksUp && equality && (lookUp(left, List.of(right), negated) || lookUp(right, List.of(left), negated))) {
            return predicate;
        }
        return super.visitComparisonPredicate(predicate);
    }

    @Override
    public @Nullable Object visitInListPredicate(SqmInListPredicate<?> predicate) {
        return looksUp
                        && !isOfTokens(predicate.getTestExpression())
                        && lookUp(predicate.getTestExpression(), predicate.getListExpressions(), predicate.isNegated())
                ? predicate
                : super.visitInListPredicate(predicate);
    }

    @Override
    public @Nullable Object visitNegatedPredicate(SqmNegatedPredicate predicate) {
        return negated(true, () -> super.visitNegatedPredicate(predicate));
    }

    @Override
    public @Nullable Object visitGroupedPredicate(SqmGroupedPredicate predicate) {
        return negated(isNegated(predicate), () -> super.visitGroupedPredicate(predicate));
    }

    @Override
    public @Nullable Object visitInSubQueryPredicate(SqmInSubQueryPredicate<?> predicate) {
        return negated(predicate.isNegated(), () -> super.visitInSubQueryPredicate(predicate));
    }

    private static boolean isNegated(SqmPredicate predicate) {
        return predicate instanceof SqmNegatablePredicate negatable && negatable.isNegated();
    }

    private @Nullable Object negated(boolean really, Supplier<@Nullable Object> walk) {
        negations += really ? 1 : 0;
        try {
            return walk.get();
        } finally {
            negations -= really ? 1 : 0;
        }
    }

    private boolean lookUp(SqmExpression<?> path, List<? extends SqmExpression<?>> values, boolean negated) {
        Optional<CompanionType<?>> found = EncryptedPath.companion(path);
        boolean allowedHere = found.isPresent() && values.stream().allMatch(SqmParameter.class::isInstance);
        if (found.isPresent() && !found.get().isLookedFor()) {
            throw new EncryptedQueryException(
                    found.get().companion().attribute()
                            + " is a next column, which serves the replacement of a key. Ask for the index itself, or the tokens.");
        }
        if (allowedHere) {
            if (found.get() instanceof BlindIndexType type) {
                requireWhole(type.companion(), negated);
            } else if (negated || negations > 0 || changes()) {
                throw new EncryptedQueryException(
                        found.get().companion().attribute() + " holds blind tokens: "
                                + (changes()
                                        ? change() + " rows of some other texts."
                                        : "`<>` and `not` would leave out rows of some other texts.")
                                + " Select by `=` what BlindTokens.all(…) or any(…) finds, and keep the rows whose text matches.");
            }
            allowed.add(path);
            values.forEach(value ->
                    sought.lookedFor((SqmParameter<?>) value, found.get().companion()));
        }
        return allowedHere;
    }

    private boolean changes() {
        return removes || !selects;
    }

    private String change() {
        return removes ? "removing all that is found would remove" : "a bulk statement would change";
    }

    private static boolean isOfTokens(SqmExpression<?> path) {
        return EncryptedPath.companion(path)
                .filter(BlindTokensType.class::isInstance)
                .isPresent();
    }

    /** What is found by an index that was cut is a superset, which nothing may be decided by but a comparison of values. */
    private void requireWhole(AttributeIndex index, boolean negated) {
        boolean excludes = negated || negations > 0;
        if (index.isCut() && (excludes || changes())) {
            throw new EncryptedQueryException(index.attribute() + " is a blind index that is cut to "
                    + index.spec().bits() + " bits: "
                    + (excludes
                            ? "`<>`, `not` and `not in` would leave out rows of some other values."
                            : change() + " rows of some other values.")
                    + " Select candidates by `=` or `in`, and compare the values of what is found.");
        }
    }

    @Override
    public @Nullable Object visitCteContainer(SqmCteContainer container) {
        depth++;
        try {
            return in("with", () -> super.visitCteContainer(container));
        } finally {
            depth--;
        }
    }

    @Override
    public @Nullable Object visitQueryGroup(SqmQueryGroup<?> group) {
        depth++;
        try {
            return super.visitQueryGroup(group);
        } finally {
            depth--;
        }
    }

    @Override
    public @Nullable Object visitQuerySpec(SqmQuerySpec<?> query) {
        List<SqmSelectableNode<?>> outer = selected;
        depth++;
        try {
            return super.visitQuerySpec(query);
        } finally {
            depth--;
            selected = outer;
        }
    }

    @Override
    public @Nullable Object visitSelectClause(@Nullable SqmSelectClause clause) {
        if (clause == null) {
            return null;
        }
        selected = flat(clause);
        boolean outer = distinct;
        distinct = clause.isDistinct();
        try {
            return distinct ? in("distinct", () -> super.visitSelectClause(clause)) : super.visitSelectClause(clause);
        } finally {
            distinct = outer;
        }
    }

    @Override
    public @Nullable Object visitSelection(SqmSelection<?> selection) {
        select(selection.getSelectableNode());
        return selection;
    }

    private void select(SqmSelectableNode<?> node) {
        if (node instanceof SqmDynamicInstantiation<?> instantiation) {
            instantiation.getArguments().forEach(argument -> select(argument.getSelectableNode()));
        } else if (node instanceof SqmJpaCompoundSelection<?> compound) {
            compound.getSelectionItems().forEach(this::select);
        } else if (node instanceof SqmPath<?> path && !computed(path) && selects && depth == 1 && !distinct) {
            allowed.add(path);
        } else {
            node.accept(this);
        }
    }

    /** The greatest and the smallest element: a function, though Hibernate makes a path of it. */
    private static boolean computed(SqmPath<?> path) {
        return path instanceof SqmElementAggregateFunction<?>;
    }

    @Override
    public @Nullable Object visitIsNullPredicate(SqmNullnessPredicate predicate) {
        if (predicate.getExpression() instanceof SqmPath<?> path
                && !computed(path)
                && EncryptedPath.of(path).filter(EncryptedPath::sealedNulls).isEmpty()) {
            allowed.add(path);
            return predicate;
        }
        if (predicate.getExpression() instanceof SqmParameter<?> parameter) {
            sought.testedForNull(parameter);
            return predicate;
        }
        return in("is null", () -> super.visitIsNullPredicate(predicate));
    }

    /** An alias or a position stands for what is selected there, and Hibernate's walker does not know it. */
    @Override
    public @Nullable Object visitSortSpecification(SqmSortSpecification sort) {
        expression(sort.getSortExpression());
        return sort;
    }

    @Override
    public @Nullable Object visitGroupByClause(@Nullable List<SqmExpression<?>> expressions) {
        return in("group by", () -> {
            if (expressions != null) {
                expressions.forEach(this::expression);
            }
            return expressions;
        });
    }

    private void expression(SqmExpression<?> expression) {
        if (!(expression instanceof SqmAliasedNodeRef alias)) {
            expression.accept(this);
        } else if (alias.getPosition() <= selected.size()
                && selected.get(alias.getPosition() - 1) instanceof SqmPath<?> path) {
            refuseEncrypted(path);
        }
    }

    // A parameter that is visited is not looked for here: its value goes to the database as it is.

    @Override
    public @Nullable Object visitNamedParameterExpression(SqmNamedParameter<?> parameter) {
        sought.sent(parameter);
        return parameter;
    }

    @Override
    public @Nullable Object visitPositionalParameterExpression(SqmPositionalParameter<?> parameter) {
        sought.sent(parameter);
        return parameter;
    }

    @Override
    public @Nullable Object visitJpaCriteriaParameter(JpaCriteriaParameter<?> parameter) {
        sought.sent(parameter);
        return parameter;
    }

    /** {@code column(path.name)} says no attribute, so that it might be any of those of the path's class. */
    @Override
    public @Nullable Object visitFunction(SqmFunction<?> function) {
        if (function.getFunctionDescriptor() instanceof SqlColumn) {
            for (SqmTypedNode<?> argument : function.getArguments()) {
                if (argument instanceof SqmPath<?> path) {
                    EncryptedPath.inside(path).ifPresent(encrypted -> {
                        throw refusal(encrypted, "column()");
                    });
                }
            }
        }
        return super.visitFunction(function);
    }

    // The rows of a collection are counted, its values are not looked at.

    @Override
    public @Nullable Object visitPluralAttributeSizeFunction(SqmCollectionSize size) {
        return size;
    }

    @Override
    public @Nullable Object visitIsEmptyPredicate(SqmEmptinessPredicate predicate) {
        return predicate;
    }

    @Override
    public @Nullable Object visitExistsPredicate(SqmExistsPredicate predicate) {
        return predicate.getExpression() instanceof SqmPath<?>
                ? predicate
                : negated(isNegated(predicate), () -> super.visitExistsPredicate(predicate));
    }

    private static List<SqmSelectableNode<?>> flat(SqmSelectClause clause) {
        List<SqmSelectableNode<?>> nodes = new ArrayList<>();
        clause.getSelections().forEach(selection -> flatten(selection.getSelectableNode(), nodes));
        return nodes;
    }

    private static void flatten(SqmSelectableNode<?> node, List<SqmSelectableNode<?>> nodes) {
        if (node instanceof SqmDynamicInstantiation<?> instantiation) {
            instantiation.getArguments().forEach(argument -> flatten(argument.getSelectableNode(), nodes));
        } else if (node instanceof SqmJpaCompoundSelection<?> compound) {
            compound.getSelectionItems().forEach(item -> flatten(item, nodes));
        } else {
            nodes.add(node);
        }
    }
}
