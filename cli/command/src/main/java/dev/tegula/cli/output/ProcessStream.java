package dev.tegula.cli.output;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Stdout or stderr of this process. Writing never fails, because what is printed is not what a command is for; what was lost
 * is remembered instead, so that the end of the run can say it. Used by one thread at a time.
 */
final class ProcessStream extends OutputStream {

    private static final int KIND = 0xF000;
    private static final int FIFO = 0x1000;
    private static final int SOCKET = 0xC000;

    private final String name;
    private final OutputStream out;
    private final Path descriptor;
    private @Nullable IOException failure;

    private ProcessStream(String name, FileDescriptor stream, int number) {
        this.name = name;
        this.out = new FileOutputStream(stream);
        this.descriptor = Path.of("/dev/fd", String.valueOf(number));
    }

    /** Stdout. */
    static ProcessStream out() {
        return new ProcessStream("stdout", FileDescriptor.out, 1);
    }

    /** Stderr. */
    static ProcessStream err() {
        return new ProcessStream("stderr", FileDescriptor.err, 2);
    }

    /** A writer that says nothing of failures. */
    PrintWriter writer(Charset charset) {
        return new PrintWriter(new OutputStreamWriter(this, charset), false);
    }

    @Override
    public void write(int octet) {
        write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        try {
            out.write(bytes, offset, length);
        } catch (IOException e) {
            // The next line is tried again: a disk that was full may have room by then.
            failure = failure == null ? e : failure;
        }
    }

    /** Whether something was not written, for whatever reason. */
    boolean ended() {
        return failure != null;
    }

    /**
     * Which stream lost something and why, in words of the operating system. Empty also where the reader of a pipe just went
     * away: it had what it wanted.
     */
    Optional<String> lost() {
        return failure == null || readerGone(failure)
                ? Optional.empty()
                : Optional.of(name + " could not be written (" + failure.getMessage() + ")");
    }

    /** A pipe or a socket refuses bytes only when nobody reads; the text of the reason depends on the locale. */
    private boolean readerGone(IOException reason) {
        try {
            int kind = (Integer) Files.getAttribute(descriptor, "unix:mode") & KIND;
            return kind == FIFO || kind == SOCKET;
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return String.valueOf(reason.getMessage()).contains("Broken pipe");
        }
    }
}
