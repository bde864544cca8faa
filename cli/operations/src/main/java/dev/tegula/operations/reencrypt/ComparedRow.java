package dev.tegula.operations.reencrypt;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the two columns of a row say of each other. */
final class ComparedRow {

    private ComparedRow() {}

    /** Puts it into the tally, as {@link Adoption#verify} says. */
    static void compare(
            PlainColumn column,
            String shown,
            @Nullable Cell plain,
            @Nullable Cell envelope,
            BackfillTally tally,
            List<String> key) {
        LostKeys lost = tally.lost();
        if (envelope == null) {
            Optional<Computed> none = Optional.ofNullable(plain)
                    .map(cell -> column.encrypted(cell, lost))
                    .filter(computed -> computed.why()
                            .filter(why -> why != Computed.Why.CLOSED)
                            .isPresent());
            none.ifPresentOrElse(computed -> tally.none(key, shown, computed), () -> tally.missing(shown));
            return;
        }
        if (lost.isDestroyed(column.encrypted().field(), envelope)) {
            tally.none(key, shown, dead(plain));
            return;
        }
        Optional<Object> opened = column.opened(envelope);
        Optional<Object> value = plain == null ? Optional.empty() : column.value(plain);
        if (opened.isEmpty() && column.shredded(envelope, lost)) {
            tally.none(key, shown, dead(plain));
        } else if (opened.isEmpty() || (plain != null && value.isEmpty())) {
            tally.unreadable(key, shown);
        } else if (value.isPresent() && column.text().same(value.get(), opened.get())) {
            tally.sound();
        } else {
            tally.wrong(shown);
        }
    }

    /** Of a row whose envelope nothing opens any more: what is beside it is in clear still. */
    private static Computed dead(@Nullable Cell plain) {
        return Computed.none(plain == null ? Computed.Why.SHREDDED : Computed.Why.IN_CLEAR);
    }
}
