package dev.tegula.cli.output;

import dev.tegula.envelope.FieldId;
import dev.tegula.operations.reencrypt.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Progress as one line of a terminal. Where it is narrow, parts are left out, the least needed first: the time left, what
 * was raced and what was quarantined are there down to 20 columns.
 */
final class ProgressBar {

    private static final int BAR = 20;

    private final String step;
    private final String unit;
    private final Progress progress;

    ProgressBar(String step, String unit, Progress progress) {
        this.step = step;
        this.unit = unit;
        this.progress = progress;
    }

    /** The longest form that fits. */
    String fitted(int width) {
        List<String> forms = forms();
        for (String form : forms) {
            if (Wrap.length(form) <= width) {
                return form;
            }
        }
        return forms.get(forms.size() - 1);
    }

    private List<String> forms() {
        Progress p = progress;
        double share = p.total() == 0 ? 1 : Math.min(1, (double) p.done() / p.total());
        String percent = (int) (share * 100) + " %";
        String count = String.format(Locale.ROOT, "%,d/%s%,d", p.done(), p.estimated() ? "about " : "", p.total());
        String rate = p.perSecond().isPresent()
                ? String.format(Locale.ROOT, "%,.0f %s/s", p.perSecond().getAsDouble(), unit)
                : "";
        String eta = p.etaSeconds().isPresent()
                ? ProgressPrinter.shortly(p.etaSeconds().getAsLong())
                : "…";
        if (p.waitingFor().isPresent()) {
            return List.of(
                    step
                            + joined(
                                    "",
                                    percent,
                                    count,
                                    "waiting: " + p.waitingFor().get()),
                    "waiting: " + p.waitingFor().get(),
                    "waiting");
        }
        String needed =
                String.format(Locale.ROOT, "ETA %s  raced %,d  quarantined %,d", eta, p.raced(), p.quarantined());
        String workers = "workers " + p.workers();
        String bar = bar(share);
        List<String> forms = new ArrayList<>();
        String head = step + " " + name(p) + " " + bar;
        forms.add(head + String.format(Locale.ROOT, " %4s", percent) + joined("", count, rate, needed, workers));
        forms.add(step + " " + bar + joined("", percent, count, rate, needed, workers));
        forms.add(step + joined("", percent, count, rate, needed, workers));
        forms.add(step + joined("", percent, count, rate, needed));
        forms.add(step + joined("", percent, rate, needed));
        forms.add(step + joined("", percent, needed));
        forms.add(percent + joined("", needed));
        forms.add(needed);
        forms.add(String.format(
                Locale.ROOT, "ETA %s raced %s quar. %s", eta, briefly(p.raced()), briefly(p.quarantined())));
        forms.add(String.format(Locale.ROOT, "%s r%s q%s", eta, briefly(p.raced()), briefly(p.quarantined())));
        return forms;
    }

    private static String joined(String before, String... parts) {
        StringBuilder out = new StringBuilder(before);
        for (String part : parts) {
            if (!part.isEmpty()) {
                out.append("  ").append(part);
            }
        }
        return out.toString();
    }

    private static String bar(double share) {
        int full = (int) (share * BAR);
        return "━".repeat(full) + (full < BAR ? "╸" + "─".repeat(BAR - full - 1) : "");
    }

    /** A number in at most four characters. */
    private static String briefly(long number) {
        if (number < 1_000) {
            return Long.toString(number);
        }
        return number < 1_000_000 ? number / 1_000 + "k" : number / 1_000_000 + "M";
    }

    /** The field, or the table for several. */
    static String name(Progress p) {
        return p.fields().size() == 1
                ? p.fields().get(0).value()
                : p.table().name()
                        + p.fields().stream()
                                .map(FieldId::value)
                                .map(f -> f.substring(f.lastIndexOf('.') + 1))
                                .collect(Collectors.joining(",", "(", ")"));
    }
}
