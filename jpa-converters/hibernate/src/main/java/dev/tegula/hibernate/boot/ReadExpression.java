package dev.tegula.hibernate.boot;

import dev.tegula.hibernate.type.PlaintextColumn;
import dev.tegula.hibernate.type.RowKey;
import dev.tegula.hibernate.type.RowPart;
import dev.tegula.jdbc.Identifiers;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.hibernate.dialect.Dialect;
import org.hibernate.mapping.Column;
import org.hibernate.sql.Template;

/**
 * The SQL that reads a value with the key of its row, as {@link RowKey} takes it apart. All that it names is in {@code pg_catalog}: a
 * function, operator or type of the same name in another schema of the search path could put another row's key there.
 */
final class ReadExpression {

    /** Where Hibernate puts the alias of the table. It differs between 6.6 and 7, and javac would copy the constant. */
    private static final String TABLE =
            Template.renderTransformerReadFragment("x", "x").replace(".x", "");

    private static final String JOINED = " operator(pg_catalog.||) ";

    private ReadExpression() {}

    /**
     * The expression for {@link Column#setCustomRead}. Hibernate replaces the column's own name wherever it stands in the text, also
     * inside of other names; so all else is written in upper or lower case, whichever does not contain it.
     *
     * @return empty if there is no such spelling
     */
    static Optional<String> of(Column column, List<Column> key, List<RowPart> parts, Dialect dialect) {
        String own = column.getQuotedName(dialect);
        return spelled(own, key, parts, dialect, text -> text.toUpperCase(Locale.ROOT))
                .or(() -> spelled(own, key, parts, dialect, text -> text.toLowerCase(Locale.ROOT)));
    }

    /** The expression that reads an envelope or, where there is none, the value in clear behind its mark; as {@link #of}. */
    static Optional<String> of(Column column, PlaintextColumn plain, Dialect dialect) {
        String own = column.getQuotedName(dialect);
        return beside(own, plain, text -> text.toUpperCase(Locale.ROOT))
                .or(() -> beside(own, plain, text -> text.toLowerCase(Locale.ROOT)));
    }

    private static Optional<String> beside(String own, PlaintextColumn plain, UnaryOperator<String> spelling) {
        String value = asText(TABLE + "." + Identifiers.quote(plain.name()), spelling);
        String inClear =
                bytes("'" + PlaintextColumn.MARK + "'", spelling) + spelling.apply(JOINED) + bytes(value, spelling);
        return inClear.contains(own) || spelling.apply("coalesce").contains(own)
                ? Optional.empty()
                : Optional.of(spelling.apply("coalesce(") + own + ", " + inClear + ")");
    }

    private static Optional<String> spelled(
            String own, List<Column> key, List<RowPart> parts, Dialect dialect, UnaryOperator<String> spelling) {
        StringBuilder before = new StringBuilder();
        StringBuilder text = new StringBuilder("'").append(RowKey.MARK).append("'");
        for (int i = 0; i < parts.size(); i++) {
            String name = key.get(i).getQuotedName(dialect);
            String part = TABLE + "." + (key.get(i).isQuoted() ? name : spelling.apply(name));
            String joined = spelling.apply(JOINED);
            String end = joined + "'" + RowKey.END + "'";
            switch (parts.get(i)) {
                case INTEGER, UUID ->
                    text.append(joined).append(asText(part, spelling)).append(end);
                case TEXT, BYTES -> {
                    String bytes = parts.get(i) == RowPart.BYTES ? part : bytes(asText(part, spelling), spelling);
                    text.append(joined)
                            .append(asText(spelling.apply("pg_catalog.octet_length(") + bytes + ")", spelling))
                            .append(end);
                    before.append(bytes(text.toString(), spelling))
                            .append(joined)
                            .append(bytes)
                            .append(joined);
                    text.setLength(0);
                    text.append("''");
                }
            }
        }
        if (!text.toString().equals("''")) {
            before.append(bytes(text.toString(), spelling)).append(spelling.apply(JOINED));
        }
        // A name inside of another would be replaced too.
        return before.indexOf(own) < 0 ? Optional.of("(" + before + own + ")") : Optional.empty();
    }

    private static String asText(String expression, UnaryOperator<String> spelling) {
        return spelling.apply("cast(") + expression + spelling.apply(" as pg_catalog.text)");
    }

    private static String bytes(String text, UnaryOperator<String> spelling) {
        return spelling.apply("pg_catalog.convert_to(") + text + spelling.apply(", cast('utf8' as pg_catalog.name))");
    }
}
