package dev.tegula.docs.pages;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One Markdown file, taken apart as far as the documentation tests need it. */
final class Markdown {

    private static final Pattern FENCE = Pattern.compile("\\s*```\\s*(\\w*).*");
    private static final Pattern SNIPPET = Pattern.compile("\\s*<!-- snippet: ([a-z0-9-]+) -->\\s*");

    /** What tests/consumers/tutorial writes or types, word for word. */
    private static final Pattern DONE = Pattern.compile("<!-- (?:file: \\S+|run|beside) -->");

    private final List<Block> blocks = new ArrayList<>();
    private final List<String> prose = new ArrayList<>();

    /**
     * A fenced block.
     *
     * @param line where it begins, from 1
     * @param snippet the region it shows, if the line before names one
     * @param done whether a test does what it says, outside this build
     */
    record Block(int line, String language, Optional<String> snippet, boolean done, String text) {}

    /** @throws IllegalStateException for a fence that is not closed, or a snippet marker without a block */
    static Markdown of(String name, List<String> lines) {
        Markdown markdown = new Markdown();
        Optional<String> snippet = Optional.empty();
        for (int i = 0; i < lines.size(); i++) {
            Matcher marker = SNIPPET.matcher(lines.get(i));
            Matcher fence = FENCE.matcher(lines.get(i));
            if (marker.matches()) {
                snippet = Optional.of(marker.group(1));
            } else if (fence.matches()) {
                int begin = i;
                boolean done = i > 0 && DONE.matcher(lines.get(i - 1)).matches();
                StringBuilder text = new StringBuilder();
                for (i++; i < lines.size() && !FENCE.matcher(lines.get(i)).matches(); i++) {
                    text.append(lines.get(i)).append('\n');
                }
                if (i == lines.size()) {
                    throw new IllegalStateException(name + ":" + (begin + 1) + ": the block is not closed");
                }
                markdown.blocks.add(
                        new Block(begin + 1, fence.group(1), snippet, done, Regions.dedent(text.toString())));
                snippet = Optional.empty();
            } else {
                if (snippet.isPresent()) {
                    throw new IllegalStateException(name + ":" + (i + 1) + ": the line after `snippet: " + snippet.get()
                            + "` must begin a block");
                }
                markdown.prose.add(lines.get(i));
            }
        }
        return markdown;
    }

    /** The fenced blocks, in order. */
    List<Block> blocks() {
        return blocks;
    }

    /** The lines outside fenced blocks. */
    List<String> prose() {
        return prose;
    }
}
