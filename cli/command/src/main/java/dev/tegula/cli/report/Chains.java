package dev.tegula.cli.report;

import java.util.ArrayList;
import java.util.List;

/** Numbers of chains, for people. */
public final class Chains {

    private Chains() {}

    /** In order, those that follow each other as a range: {@code 0, 3 to 16}. */
    public static String named(List<Integer> chains) {
        List<String> parts = new ArrayList<>();
        int at = 0;
        while (at < chains.size()) {
            int first = chains.get(at);
            int last = first;
            while (at + 1 < chains.size() && chains.get(at + 1) == last + 1) {
                last++;
                at++;
            }
            parts.add(first == last ? String.valueOf(first) : first + (last == first + 1 ? ", " : " to ") + last);
            at++;
        }
        return String.join(", ", parts);
    }
}
