package dev.tegula.hibernate.index;

import dev.tegula.FieldSpec;
import dev.tegula.blindindex.TokenSpec;
import dev.tegula.blindindex.Tokenizer;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.TegulaException;
import dev.tegula.hibernate.type.AttributeTokens;
import dev.tegula.hibernate.type.EncryptedJavaType;
import dev.tegula.hibernate.type.TokensDeclaration;
import dev.tegula.value.ValueType;
import org.hibernate.dialect.CockroachDialect;
import org.hibernate.dialect.Dialect;
import org.hibernate.dialect.PostgreSQLDialect;
import org.hibernate.engine.spi.SessionFactoryImplementor;

/** Ties blind tokens to the text beside them. */
final class MappedTokens {

    private MappedTokens() {}

    static AttributeTokens resolve(MappedIndex mapped, TokensDeclaration declared, SessionFactoryImplementor factory) {
        Dialect dialect = factory.getJdbcServices().getDialect();
        if (!(dialect instanceof PostgreSQLDialect) && !(dialect instanceof CockroachDialect)) {
            throw Indexes.refusal(
                    mapped,
                    "the database is none with arrays of bytes that are looked into by an index ("
                            + dialect.getClass().getSimpleName() + "). Use PostgreSQL");
        }
        EncryptedJavaType indexed = Indexes.encrypted(mapped, mapped.indexed().get(0));
        FieldSpec<?> spec = indexed.spec();
        if (spec.codec().type() != ValueType.STRING) {
            throw Indexes.refusal(
                    mapped,
                    "\"" + declared.attribute() + "\" is a " + spec.codec().javaType()
                            + ", which has no words. Only a text (String) has; for other types use @BlindIndexOf");
        }
        if (spec.sealNulls()) {
            throw Indexes.refusal(
                    mapped,
                    "the nulls of \"" + declared.attribute()
                            + "\" are sealed: a NULL in this column would show which rows have no value");
        }
        try {
            TokenSpec tokens = TokenSpec.of(spec.field().value(), tokenizer(mapped, declared.tokenizer()))
                    .named(declared.name())
                    .cutToBytes(declared.sizeBytes())
                    .padToMultiple(declared.padToMultiple());
            boolean each = spec.perTenant() && !declared.global();
            return new AttributeTokens(
                    each ? tokens.withKeyPerTenant() : tokens,
                    mapped.label(),
                    indexed,
                    declared.filling(),
                    declared.next());
        } catch (TegulaException e) {
            throw new ConfigurationException(mapped.label() + " holds blind tokens: " + e.getMessage(), e);
        }
    }

    private static Tokenizer tokenizer(MappedIndex mapped, Class<? extends Tokenizer> type) {
        try {
            return type.getDeclaredConstructor().newInstance();
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw new ConfigurationException(
                    mapped.label() + " holds blind tokens, and their tokeniser " + type.getName()
                            + " cannot be made: it needs a public constructor without parameters.",
                    e);
        }
    }
}
