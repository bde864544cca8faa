package dev.tegula.hibernate.guard;

import java.util.List;
import java.util.function.Supplier;
import org.hibernate.query.sqm.spi.BaseSemanticQueryWalker;
import org.hibernate.query.sqm.tree.expression.SqmDistinct;
import org.hibernate.query.sqm.tree.expression.SqmExpression;
import org.hibernate.query.sqm.tree.expression.SqmFunction;
import org.hibernate.query.sqm.tree.expression.SqmOver;
import org.hibernate.query.sqm.tree.insert.SqmInsertSelectStatement;
import org.hibernate.query.sqm.tree.insert.SqmInsertValuesStatement;
import org.hibernate.query.sqm.tree.predicate.SqmBetweenPredicate;
import org.hibernate.query.sqm.tree.predicate.SqmComparisonPredicate;
import org.hibernate.query.sqm.tree.predicate.SqmInListPredicate;
import org.hibernate.query.sqm.tree.predicate.SqmInSubQueryPredicate;
import org.hibernate.query.sqm.tree.predicate.SqmLikePredicate;
import org.hibernate.query.sqm.tree.predicate.SqmMemberOfPredicate;
import org.hibernate.query.sqm.tree.predicate.SqmPredicate;
import org.hibernate.query.sqm.tree.predicate.SqmWhereClause;
import org.hibernate.query.sqm.tree.select.SqmOrderByClause;
import org.hibernate.query.sqm.tree.select.SqmQueryGroup;
import org.hibernate.query.sqm.tree.select.SqmSubQuery;
import org.hibernate.query.sqm.tree.update.SqmAssignment;
import org.jspecify.annotations.Nullable;

/** Knows by which name a person calls the part of the query that is being walked; the innermost wins. */
abstract class ClauseWalker extends BaseSemanticQueryWalker {

    private String clause = "select";

    final String clause() {
        return clause;
    }

    final @Nullable Object in(String name, Supplier<@Nullable Object> walk) {
        String outer = clause;
        clause = name;
        try {
            return walk.get();
        } finally {
            clause = outer;
        }
    }

    @Override
    public @Nullable Object visitWhereClause(@Nullable SqmWhereClause where) {
        return in("where", () -> super.visitWhereClause(where));
    }

    @Override
    public @Nullable Object visitGroupByClause(@Nullable List<SqmExpression<?>> expressions) {
        return in("group by", () -> super.visitGroupByClause(expressions));
    }

    @Override
    public @Nullable Object visitHavingClause(@Nullable SqmPredicate predicate) {
        return in("having", () -> super.visitHavingClause(predicate));
    }

    @Override
    public @Nullable Object visitOrderByClause(@Nullable SqmOrderByClause orderBy) {
        return in("order by", () -> super.visitOrderByClause(orderBy));
    }

    @Override
    public @Nullable Object visitComparisonPredicate(SqmComparisonPredicate predicate) {
        return in(predicate.getSqmOperator().sqlText(), () -> super.visitComparisonPredicate(predicate));
    }

    @Override
    public @Nullable Object visitBetweenPredicate(SqmBetweenPredicate predicate) {
        return in("between", () -> super.visitBetweenPredicate(predicate));
    }

    @Override
    public @Nullable Object visitLikePredicate(SqmLikePredicate predicate) {
        return in("like", () -> super.visitLikePredicate(predicate));
    }

    @Override
    public @Nullable Object visitInListPredicate(SqmInListPredicate<?> predicate) {
        return in("in", () -> super.visitInListPredicate(predicate));
    }

    @Override
    public @Nullable Object visitInSubQueryPredicate(SqmInSubQueryPredicate<?> predicate) {
        return in("in", () -> super.visitInSubQueryPredicate(predicate));
    }

    @Override
    public @Nullable Object visitMemberOfPredicate(SqmMemberOfPredicate predicate) {
        return in("member of", () -> super.visitMemberOfPredicate(predicate));
    }

    @Override
    public @Nullable Object visitFunction(SqmFunction<?> function) {
        return in(function.getFunctionName() + "()", () -> super.visitFunction(function));
    }

    @Override
    public @Nullable Object visitDistinct(SqmDistinct<?> distinct) {
        return in("distinct", () -> super.visitDistinct(distinct));
    }

    @Override
    public @Nullable Object visitOver(SqmOver<?> over) {
        return in("over", () -> super.visitOver(over));
    }

    @Override
    public @Nullable Object visitSubQueryExpression(SqmSubQuery<?> query) {
        return in("subquery", () -> super.visitSubQueryExpression(query));
    }

    @Override
    public @Nullable Object visitQueryGroup(SqmQueryGroup<?> group) {
        return in("union", () -> super.visitQueryGroup(group));
    }

    @Override
    public @Nullable Object visitAssignment(SqmAssignment<?> assignment) {
        return in("set", () -> super.visitAssignment(assignment));
    }

    @Override
    public @Nullable Object visitInsertSelectStatement(SqmInsertSelectStatement<?> statement) {
        return in("insert", () -> super.visitInsertSelectStatement(statement));
    }

    @Override
    public @Nullable Object visitInsertValuesStatement(SqmInsertValuesStatement<?> statement) {
        return in("insert", () -> super.visitInsertValuesStatement(statement));
    }
}
