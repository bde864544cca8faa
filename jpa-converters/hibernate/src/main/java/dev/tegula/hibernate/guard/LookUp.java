package dev.tegula.hibernate.guard;

import dev.tegula.hibernate.type.AttributeIndex;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.metamodel.mapping.JdbcMappingContainer;
import org.hibernate.sql.ast.SqlAstNodeRenderingMode;
import org.hibernate.sql.ast.SqlAstTranslator;
import org.hibernate.sql.ast.spi.SqlAppender;
import org.hibernate.sql.ast.tree.expression.Expression;
import org.hibernate.sql.ast.tree.expression.JdbcParameter;
import org.hibernate.sql.ast.tree.expression.SelfRenderingExpression;

/**
 * {@code any(?)} or {@code all(?)} with an array of what the rows of a parameter's value may hold: one index for each live
 * key, so that a cached statement stays right while a key is replaced.
 */
final class LookUp implements SelfRenderingExpression {

    private final Expression value;
    private final AttributeIndex index;
    private final String quantifier;

    LookUp(Expression value, AttributeIndex index, String quantifier) {
        this.value = value;
        this.index = index;
        this.quantifier = quantifier;
    }

    @Override
    public JdbcMappingContainer getExpressionType() {
        return value.getExpressionType();
    }

    @Override
    public void renderToSql(SqlAppender sql, SqlAstTranslator<?> walker, SessionFactoryImplementor factory) {
        JdbcParameter parameter = ComputedParameter.parameter(
                value, index.attribute() + " is a blind index: it is compared with parameters only.");
        sql.appendSql(quantifier);
        sql.appendSql('(');
        // never with the cast to the column's type that a parameter has in a SELECT or an aggregate: this one is an
        // array
        walker.render(new LookUpParameter(parameter, index), SqlAstNodeRenderingMode.DEFAULT);
        sql.appendSql(')');
    }
}
