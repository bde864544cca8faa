package dev.tegula.hibernate;

import dev.tegula.hibernate.json.DocumentParts;
import dev.tegula.hibernate.json.DocumentParts.Split;
import java.lang.ref.Cleaner;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the columns of a document were given, so that those of one write are of one look at it: Hibernate asks for one column after the
 * other, and a getter of the document may say something else each time.
 *
 * <p>A look that was broken off, because two documents differed in their first columns or a write failed, holds values. It forgets them when
 * nobody holds its document any more.
 */
final class DocumentLooks<J> {

    private static final Cleaner CLEANER = Cleaner.create();

    private static final String ENVERS = "org.hibernate.envers.";

    /** More frames than there are between a column and the mapper of Envers, and fewer than between a flush and Envers. */
    private static final int NEAR = 8;

    private final DocumentParts<J> parts;
    private final int columns;

    @SuppressWarnings("ThreadLocalUsage") // Hibernate makes one DocumentType for each mapping, and keeps it
    private final ThreadLocal<@Nullable Look> last = new ThreadLocal<>();

    @SuppressWarnings("ThreadLocalUsage") // as above
    private final ThreadLocal<List<Look>> ofHistory = ThreadLocal.withInitial(ArrayList::new);

    @SuppressWarnings("ThreadLocalUsage") // as above
    private final ThreadLocal<@Nullable Recent> recent = new ThreadLocal<>();

    /** A look at a document, and at another one that reads back the same, as Hibernate compares two. */
    private static final class Look {

        private final WeakReference<Object> document;
        private final Values values;
        private final Cleaner.Cleanable forgotten;
        private final BitSet given = new BitSet();
        private final @Nullable WeakReference<Object> compared;

        Look(Object document, Split split, @Nullable WeakReference<Object> compared) {
            this.document = new WeakReference<>(document);
            this.values = new Values(split);
            this.forgotten = CLEANER.register(document, values);
            this.compared = compared;
        }

        boolean isOf(Object value) {
            return document.get() == value || (compared != null && compared.get() == value);
        }

        /** Whether no other document is asked for the same column after this one. */
        boolean isDoneBy(Object value) {
            return compared == null || document.get() == value;
        }
    }

    /** Knows no document, so that it keeps none. */
    private static final class Values implements Runnable {

        private volatile @Nullable Split split;

        Values(Split split) {
            this.split = split;
        }

        @Override
        public void run() {
            split = null;
        }
    }

    /** A document as it was written, and its parts. Knows no document, as above. */
    private static final class Written implements Runnable {

        private volatile byte @Nullable [] json;
        private volatile @Nullable Split split;

        Written(byte[] json, Split split) {
            this.json = json;
            this.split = split;
        }

        @Nullable
        Split of(byte[] other) {
            byte[] known = json;
            return known != null && Arrays.equals(known, other) ? split : null;
        }

        @Override
        public void run() {
            json = null;
            split = null;
        }
    }

    private record Recent(Written written, Cleaner.Cleanable forgotten) {}

    DocumentLooks(DocumentParts<J> parts, int columns) {
        this.parts = parts;
        this.columns = columns;
    }

    /** The look that a column of a document is of. */
    Split of(J value, int column) {
        return isAskedByEnvers() ? ofHistory(value, column) : inOrder(value, column);
    }

    /**
     * To find what changed, Hibernate asks two documents for their first columns, then for their second ones. A set in another
     * order would then be a change; so the other document gets the look at the first one if that reads back the same.
     */
    private Split inOrder(J value, int column) {
        Look before = last.get();
        Split known = before == null ? null : before.values.split;
        if (column > 0 && before != null && known != null && before.isOf(value)) {
            return give(before, known, value, column);
        }
        Split split = split(value);
        Look look;
        if (column == 0 && before != null && known != null && readsBackAs(value, split, known)) {
            split = known;
            look = new Look(value, split, before.document);
        } else {
            look = new Look(value, split, null);
        }
        if (before != null) {
            before.forgotten.clean();
        }
        return give(look, split, value, column);
    }

    private Split give(Look look, Split split, J value, int column) {
        if (column == columns - 1 && look.isDoneBy(value)) {
            look.forgotten.clean();
            last.remove();
        } else {
            last.set(look);
        }
        return split;
    }

    /** By what the look has, not by its document, which may have changed since. */
    private boolean readsBackAs(J value, Split split, Split look) {
        if (split.equals(look)) {
            return true;
        }
        J read = parts.join(look.document(), look.values());
        return read != null && parts.same(read, value);
    }

    /**
     * Envers asks a new and an old document for each column in turn, and takes the columns in an order of its own: a look is one until a
     * column is asked for again.
     */
    private Split ofHistory(J value, int column) {
        List<Look> looks = ofHistory.get();
        looks.removeIf(look -> look.values.split == null || (look.isOf(value) && look.given.get(column)));
        for (Iterator<Look> all = looks.iterator(); all.hasNext(); ) {
            Look look = all.next();
            Split split = look.values.split;
            if (split != null && look.isOf(value)) {
                look.given.set(column);
                if (look.given.cardinality() == columns) {
                    all.remove();
                    look.forgotten.clean();
                }
                return split;
            }
        }
        Split split = split(value);
        Look look = new Look(value, split, null);
        look.given.set(column);
        looks.add(look);
        return split;
    }

    /**
     * Writes the document, which may say something else each time, and takes it apart if it did: most questions are about the document of the
     * one before, or a copy of it, and writing it is a fraction of the work.
     */
    private Split split(J value) {
        byte[] json = parts.written(value);
        Recent before = recent.get();
        Split known = before == null ? null : before.written.of(json);
        if (known != null) {
            return known;
        }
        Split split = parts.split(json);
        if (before != null) {
            before.forgotten.clean();
        }
        Written written = new Written(json, split);
        recent.set(new Recent(written, CLEANER.register(value, written)));
        return split;
    }

    private static boolean isAskedByEnvers() {
        return StackWalker.getInstance().walk(frames -> frames.limit(NEAR)
                .anyMatch(frame -> frame.getClassName().startsWith(ENVERS)));
    }
}
