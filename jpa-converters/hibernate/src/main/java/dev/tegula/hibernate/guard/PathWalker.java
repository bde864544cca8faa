package dev.tegula.hibernate.guard;

import dev.tegula.hibernate.EncryptedQueryException;
import org.hibernate.query.sqm.tree.domain.NonAggregatedCompositeSimplePath;
import org.hibernate.query.sqm.tree.domain.SqmBasicValuedSimplePath;
import org.hibernate.query.sqm.tree.domain.SqmCorrelation;
import org.hibernate.query.sqm.tree.domain.SqmElementAggregateFunction;
import org.hibernate.query.sqm.tree.domain.SqmEmbeddedValuedSimplePath;
import org.hibernate.query.sqm.tree.domain.SqmIndexedCollectionAccessPath;
import org.hibernate.query.sqm.tree.domain.SqmPath;
import org.hibernate.query.sqm.tree.domain.SqmPluralPartJoin;
import org.hibernate.query.sqm.tree.domain.SqmPluralValuedSimplePath;
import org.hibernate.query.sqm.tree.domain.SqmTreatedPath;
import org.hibernate.query.sqm.tree.from.SqmAttributeJoin;
import org.hibernate.query.sqm.tree.insert.SqmInsertSelectStatement;
import org.hibernate.query.sqm.tree.insert.SqmInsertValuesStatement;
import org.hibernate.query.sqm.tree.update.SqmAssignment;
import org.jspecify.annotations.Nullable;

/** Refuses every path that is visited and encrypted, whichever kind of node it is. */
abstract class PathWalker extends ClauseWalker {

    final void refuseEncrypted(SqmPath<?> path) {
        EncryptedPath.of(path).ifPresent(encrypted -> {
            throw refusal(encrypted, clause());
        });
    }

    static EncryptedQueryException refusal(EncryptedPath path, String clause) {
        if (path.holds() == EncryptedPath.Holds.INDEX) {
            return new EncryptedQueryException(path.attribute() + " is a blind index; `" + clause
                    + "` cannot work on it here. Allowed: `=`, `<>` and `in` with parameters (no literal, no other"
                    + " attribute, no subquery), `is null`, and to select it in the outermost query. A bulk statement over"
                    + " several tables: select the identifiers first.");
        }
        if (path.holds() == EncryptedPath.Holds.TOKENS) {
            return new EncryptedQueryException(path.attribute() + " holds blind tokens; `" + clause
                    + "` cannot work on them here. Allowed in a select: `=` with a parameter that is BlindTokens.all(…) or"
                    + " BlindTokens.any(…), not negated; `is null`; and to select it in the outermost query. A bulk"
                    + " statement: select the rows first, and keep those whose text matches.");
        }
        return new EncryptedQueryException(path.attribute() + " is encrypted; `" + clause
                + "` cannot work on ciphertext. Allowed: select it in the outermost query"
                + (path.sealedNulls() ? "" : ", `is null`")
                + ". To sort or search it, keep a derived plain column that you are willing to expose.");
    }

    // A statement that writes a document past its entity would store values in clear at its encrypted paths.

    @Override
    public @Nullable Object visitAssignment(SqmAssignment<?> assignment) {
        refuseDocument(assignment.getTargetPath());
        BoundValues.refuseMoving(assignment.getTargetPath());
        return super.visitAssignment(assignment);
    }

    @Override
    public @Nullable Object visitInsertSelectStatement(SqmInsertSelectStatement<?> statement) {
        statement.getInsertionTargetPaths().forEach(PathWalker::refuseDocument);
        return super.visitInsertSelectStatement(statement);
    }

    @Override
    public @Nullable Object visitInsertValuesStatement(SqmInsertValuesStatement<?> statement) {
        statement.getInsertionTargetPaths().forEach(PathWalker::refuseDocument);
        return super.visitInsertValuesStatement(statement);
    }

    private static void refuseDocument(SqmPath<?> target) {
        EncryptedPath.document(target).ifPresent(label -> {
            throw new EncryptedQueryException(label
                    + " is a document with encrypted paths: a bulk statement cannot take their values out of it. Change the"
                    + " entities.");
        });
    }

    @Override
    public @Nullable Object visitBasicValuedPath(SqmBasicValuedSimplePath<?> path) {
        refuseEncrypted(path);
        return path;
    }

    @Override
    public @Nullable Object visitEmbeddableValuedPath(SqmEmbeddedValuedSimplePath<?> path) {
        refuseEncrypted(path);
        return path;
    }

    @Override
    public @Nullable Object visitNonAggregatedCompositeValuedPath(NonAggregatedCompositeSimplePath<?> path) {
        refuseEncrypted(path);
        return path;
    }

    @Override
    public @Nullable Object visitPluralValuedPath(SqmPluralValuedSimplePath<?> path) {
        refuseEncrypted(path);
        return path;
    }

    @Override
    public @Nullable Object visitIndexedPluralAccessPath(SqmIndexedCollectionAccessPath<?> path) {
        refuseEncrypted(path);
        return super.visitIndexedPluralAccessPath(path);
    }

    @Override
    public @Nullable Object visitElementAggregateFunction(SqmElementAggregateFunction<?> path) {
        refuseEncrypted(path);
        return path;
    }

    /** A join is visited where its alias is used as a value. */
    @Override
    public @Nullable Object visitQualifiedAttributeJoin(SqmAttributeJoin<?, ?> join) {
        refuseEncrypted(join);
        return join;
    }

    @Override
    public @Nullable Object visitPluralPartJoin(SqmPluralPartJoin<?, ?> join) {
        refuseEncrypted(join);
        return join;
    }

    @Override
    public @Nullable Object visitCorrelation(SqmCorrelation<?, ?> correlation) {
        refuseEncrypted(correlation);
        return correlation;
    }

    @Override
    public @Nullable Object visitTreatedPath(SqmTreatedPath<?, ?> path) {
        refuseEncrypted(path);
        return path;
    }
}
