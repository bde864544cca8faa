package dev.tegula.blindindex;

import java.util.ArrayList;
import java.util.List;

/** The words of a text: runs of letters, digits and marks, in the form of {@link IgnoreCase}. */
final class TextWords {

    private static final IgnoreCase FORM = new IgnoreCase();

    private TextWords() {}

    static List<String> of(String text) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        FORM.normalize(text).codePoints().forEach(c -> {
            if (inside(c)) {
                word.appendCodePoint(c);
            } else {
                end(word, words);
            }
        });
        end(word, words);
        return words;
    }

    private static void end(StringBuilder word, List<String> words) {
        if (!word.isEmpty()) {
            words.add(word.toString());
            word.setLength(0);
        }
    }

    /** The vowel signs of Indic scripts are marks: they belong to the word. */
    static boolean inside(int codePoint) {
        if (Character.isLetterOrDigit(codePoint)) {
            return true;
        }
        int category = Character.getType(codePoint);
        return category == Character.NON_SPACING_MARK
                || category == Character.COMBINING_SPACING_MARK
                || category == Character.ENCLOSING_MARK;
    }

    /** A part of a word, in code points. */
    static String cut(String word, int from, int to) {
        return word.substring(word.offsetByCodePoints(0, from), word.offsetByCodePoints(0, to));
    }

    static int length(String word) {
        return word.codePointCount(0, word.length());
    }
}
