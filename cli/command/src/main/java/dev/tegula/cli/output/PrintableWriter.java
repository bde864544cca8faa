package dev.tegula.cli.output;

import dev.tegula.operations.document.Printable;
import java.io.FilterWriter;
import java.io.IOException;
import java.io.Writer;

/** Lets only {@link Printable} text through, and line feeds. */
final class PrintableWriter extends FilterWriter {

    PrintableWriter(Writer out) {
        super(out);
    }

    @Override
    public void write(int character) throws IOException {
        write(String.valueOf((char) character));
    }

    @Override
    public void write(char[] characters, int offset, int length) throws IOException {
        write(new String(characters, offset, length));
    }

    @Override
    public void write(String text, int offset, int length) throws IOException {
        out.write(Printable.lines(text.substring(offset, offset + length)));
    }
}
