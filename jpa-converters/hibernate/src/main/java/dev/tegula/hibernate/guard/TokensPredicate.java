package dev.tegula.hibernate.guard;

import dev.tegula.FieldTokens;
import dev.tegula.hibernate.type.AttributeTokens;
import java.util.stream.IntStream;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.metamodel.mapping.JdbcMappingContainer;
import org.hibernate.query.sqm.ComparisonOperator;
import org.hibernate.sql.ast.SqlAstTranslator;
import org.hibernate.sql.ast.SqlAstWalker;
import org.hibernate.sql.ast.spi.SqlAppender;
import org.hibernate.sql.ast.tree.expression.Expression;
import org.hibernate.sql.ast.tree.expression.JdbcParameter;
import org.hibernate.sql.ast.tree.expression.SelfRenderingExpression;
import org.hibernate.sql.ast.tree.predicate.ComparisonPredicate;
import org.hibernate.sql.ast.tree.predicate.SelfRenderingPredicate;

/**
 * In the place of {@code tokens = ?}: the condition of {@link FieldTokens}, whose parameters are bound from what the one of the query
 * asks for, so that a cached statement serves all words and any, and stays right when a key is added.
 */
final class TokensPredicate extends ComparisonPredicate {

    private final Condition condition;

    TokensPredicate(Expression column, Expression value, AttributeTokens tokens, JdbcMappingContainer result) {
        super(column, ComparisonOperator.EQUAL, value, result);
        this.condition = new Condition(column, value, tokens);
    }

    @Override
    public void accept(SqlAstWalker walker) {
        walker.visitSelfRenderingPredicate(new SelfRenderingPredicate(condition));
    }

    private record Condition(Expression column, Expression value, AttributeTokens tokens)
            implements SelfRenderingExpression {
        @Override
        public JdbcMappingContainer getExpressionType() {
            return column.getExpressionType();
        }

        @Override
        public void renderToSql(SqlAppender sql, SqlAstTranslator<?> walker, SessionFactoryImplementor factory) {
            JdbcParameter parameter = ComputedParameter.parameter(
                    value, tokens.attribute() + " holds blind tokens: they are compared with parameters only.");
            TokensParameter first = new TokensParameter(parameter, tokens);
            IntStream.range(0, FieldTokens.PARAMETERS).forEach(slot -> {
                sql.appendSql(slot == 0 ? "(" : " or ");
                column.accept(walker);
                sql.appendSql(FieldTokens.operator(slot));
                sql.appendSql("cast(");
                walker.visitParameter(first.at(slot));
                sql.appendSql(" as bytea[])");
            });
            sql.appendSql(")");
        }
    }
}
