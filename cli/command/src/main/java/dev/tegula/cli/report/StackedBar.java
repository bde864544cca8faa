package dev.tegula.cli.report;

import dev.tegula.operations.document.Counts;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A bar of parts, drawn as SVG; the numbers stand beside it in words. */
final class StackedBar {

    private static final double WIDTH = 100;

    /** What there is is seen, however little of the whole it is. */
    private static final double LEAST = 1.5;

    private record Piece(String kind, double value, String name) {}

    private final List<Piece> pieces = new ArrayList<>();
    private double mark = -1;

    StackedBar part(String kind, long value, String name) {
        if (value > 0) {
            pieces.add(new Piece(kind, value, Counts.number(value) + " " + name));
        }
        return this;
    }

    /** A share of a whole, from 0 to 1, with a mark at a place. */
    static StackedBar share(String kind, double share, double mark, String name) {
        StackedBar bar = new StackedBar();
        bar.mark = Math.min(1, mark);
        double shown = Math.max(0, Math.min(1, share));
        bar.pieces.add(new Piece(kind, shown, name));
        if (shown < 1) {
            bar.pieces.add(new Piece("rest", 1 - shown, ""));
        }
        return bar;
    }

    void write(Html html) {
        double all = pieces.stream().mapToDouble(Piece::value).sum();
        if (all <= 0) {
            return;
        }
        double drawn = pieces.stream().mapToDouble(piece -> drawn(piece, all)).sum();
        String title = String.join(
                ", ",
                pieces.stream().map(Piece::name).filter(name -> !name.isEmpty()).toList());
        html.open(
                "svg",
                "class",
                "bar",
                "viewBox",
                "0 0 100 8",
                "preserveAspectRatio",
                "none",
                "role",
                "img",
                "aria-label",
                title);
        double at = 0;
        for (Piece piece : pieces) {
            double width = drawn(piece, all) / drawn * WIDTH;
            html.empty("rect", "class", piece.kind(), "x", number(at), "y", "0", "width", number(width), "height", "8");
            at += width;
        }
        if (mark >= 0) {
            html.empty("rect", "class", "mark", "x", number(mark * WIDTH - 0.5), "y", "0", "width", "1", "height", "8");
        }
        html.close();
    }

    private static double drawn(Piece piece, double all) {
        return Math.max(LEAST, piece.value() / all * WIDTH);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}
