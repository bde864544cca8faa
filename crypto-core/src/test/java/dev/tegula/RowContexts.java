package dev.tegula;

import dev.tegula.envelope.RowId;

/** Contexts of mode ROW, which the format has and the API does not yet show. */
public final class RowContexts {

    private RowContexts() {}

    /** The same context, bound to a row. */
    public static Context of(Context context, RowId row) {
        return context.row(row);
    }
}
