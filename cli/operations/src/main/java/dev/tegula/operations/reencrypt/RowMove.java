package dev.tegula.operations.reencrypt;

import dev.tegula.envelope.RowId;
import dev.tegula.failure.MalformedException;
import dev.tegula.failure.RefusedException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A row whose key was changed.
 *
 * @param line where it stands in the list
 * @param was what its values were bound to
 * @param is what they are to be bound to
 * @param key the key it has, as somebody typed it
 * @param old the key it had, if a row of the table could have that; else null
 */
record RowMove(
        int line,
        RowId was,
        RowId is,
        List<String> key,
        @Nullable List<String> old) {

    /** Code of the refusal of a list by which a value could come from one row into another. */
    static final String LIST = "rebind-list";

    /**
     * All of a list.
     *
     * @param keys the key of the table
     * @param were types of the parts of the key that the rows had
     * @throws dev.tegula.failure.ConfigurationException naming the first line that is no such pair of keys
     * @throws RefusedException code {@link #LIST}, if a key stands in it twice
     */
    static List<RowMove> of(MovedRows rows, KeyPaging keys, List<KeyColumn> were) {
        List<RowMove> moves = new ArrayList<>();
        boolean alike = were.size() == keys.size();
        for (int i = 0; alike && i < were.size(); i++) {
            alike = RowBinding.alike(were.get(i), keys.columns().get(i));
        }
        for (MovedRows.Line line : rows.lines()) {
            if (line.parts().size() != were.size() + keys.size()) {
                throw rows.wrong(
                        line,
                        "it has " + line.parts().size() + " parts, but the old key has " + were.size()
                                + " and the new one " + keys.size() + ".");
            }
            List<String> old = line.parts().subList(0, were.size());
            List<String> key = line.parts().subList(were.size(), line.parts().size());
            moves.add(new RowMove(
                    line.number(),
                    id(rows, line, were, old),
                    id(rows, line, keys.columns(), key),
                    key,
                    alike ? old : null));
        }
        requireApart(rows, moves);
        return moves;
    }

    private static RowId id(MovedRows rows, MovedRows.Line line, List<KeyColumn> columns, List<String> parts) {
        byte[][] items = new byte[columns.size()][];
        for (int i = 0; i < items.length; i++) {
            try {
                items[i] = RowBinding.given(columns.get(i), parts.get(i));
            } catch (IllegalArgumentException | MalformedException e) {
                // Neither message nor cause: the first quotes the part.
                throw rows.wrong(
                        line,
                        "a part of a key is not " + columns.get(i).type() + ", as that of "
                                + columns.get(i).name() + " is.");
            }
        }
        return RowId.of(items);
    }

    /** One value into two rows, two values into one row, and any circle of rows would be what the binding is there to stop. */
    private static void requireApart(MovedRows rows, List<RowMove> moves) {
        Map<RowId, Integer> were = new HashMap<>();
        Map<RowId, Integer> are = new HashMap<>();
        for (RowMove move : moves) {
            refuse(rows, move, were.put(move.was(), move.line()), "have one old key: one value would be in two rows");
            refuse(rows, move, are.put(move.is(), move.line()), "have one new key");
        }
        for (RowMove move : moves) {
            if (move.was().equals(move.is())) {
                throw new RefusedException(LIST, rows.name() + ", line " + move.line() + " has one key twice.");
            }
            refuse(
                    rows,
                    move,
                    are.get(move.was()),
                    "have one key, the one as its old and the other as its new one: so rows can be swapped. Give the rows keys"
                            + " that none of them had");
        }
    }

    private static void refuse(MovedRows rows, RowMove move, @Nullable Integer other, String why) {
        if (other != null) {
            throw new RefusedException(
                    LIST, rows.name() + ", lines " + other + " and " + move.line() + " " + why + ".");
        }
    }
}
