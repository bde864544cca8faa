package dev.tegula.kms.tink;

import dev.tegula.failure.ConfigurationException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * The passphrase of a keyset file, wiped on close: 16 to 1024 characters on one line. It counts as its UTF-8 bytes and
 * is not normalised. Not thread-safe while it is being closed.
 */
public final class Passphrase implements AutoCloseable {

    /** A shorter one is refused wherever it comes from. */
    public static final int MINIMUM_CHARACTERS = 16;

    private static final int MAXIMUM_CHARACTERS = 1024;

    /** Digits and letters without 0, 1, I and O, which people confuse. Thirty-two, so five random bits pick one. */
    private static final char[] ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ".toCharArray();

    private static final int GROUPS = 7;
    private static final int GROUP_CHARACTERS = 4;

    private final char[] characters;

    private Passphrase(char[] characters) {
        this.characters = characters;
    }

    /** A random one of 140 bits: seven groups of four digits and upper-case letters, joined by hyphens. */
    public static Passphrase generate(SecureRandom random) {
        CharBuffer out = CharBuffer.allocate(GROUPS * (GROUP_CHARACTERS + 1) - 1);
        for (int i = 0; i < GROUPS * GROUP_CHARACTERS; i++) {
            if (i > 0 && i % GROUP_CHARACTERS == 0) {
                out.put('-');
            }
            out.put(ALPHABET[random.nextInt(ALPHABET.length)]);
        }
        return new Passphrase(out.array());
    }

    /**
     * Copies a chosen one; the caller wipes the array.
     *
     * @throws ConfigurationException if it has fewer than 16 or more than 1024 characters, a control character (a line
     *     break too) or an unpaired surrogate
     */
    public static Passphrase copyOf(char[] characters) {
        int count = Character.codePointCount(characters, 0, characters.length);
        if (count < MINIMUM_CHARACTERS || count > MAXIMUM_CHARACTERS) {
            throw new ConfigurationException("A passphrase has " + MINIMUM_CHARACTERS + " to " + MAXIMUM_CHARACTERS
                    + " characters, not " + count + ". Choose another, or let Tegula generate one.");
        }
        for (char character : characters) {
            if (Character.isISOControl(character)) {
                throw new ConfigurationException(
                        "The passphrase has a control character. It must be one line without any.");
            }
        }
        try {
            Arrays.fill(utf8(characters), (byte) 0);
        } catch (CharacterCodingException e) {
            throw new ConfigurationException("The passphrase has an unpaired surrogate. It must be Unicode text.");
        }
        return new Passphrase(characters.clone());
    }

    /**
     * Reads one from a UTF-8 file, whose trailing line break is not part of it. A symbolic link is followed, because
     * container platforms mount secrets as links; mode and owner of its target are checked.
     *
     * @throws ConfigurationException if there is no such file, others than its owner can read it, it belongs to another
     *     user, or its content is refused by {@link #copyOf}
     * @throws dev.tegula.failure.UnavailableException if it cannot be read
     */
    public static Passphrase fromFile(Path file) {
        byte[] content = TinkFiles.passphrase(file).read();
        try {
            return parse(content, file);
        } finally {
            Arrays.fill(content, (byte) 0);
        }
    }

    private static Passphrase parse(byte[] content, Path file) {
        CharBuffer decoded;
        try {
            decoded = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content));
        } catch (CharacterCodingException e) {
            throw new ConfigurationException("The passphrase file " + file + " is not UTF-8 text.");
        }
        char[] line = withoutLineBreak(decoded);
        try {
            return copyOf(line);
        } catch (ConfigurationException e) {
            throw new ConfigurationException("The passphrase file " + file + " is refused. " + e.getMessage());
        } finally {
            Arrays.fill(decoded.array(), '\0');
            Arrays.fill(line, '\0');
        }
    }

    private static char[] withoutLineBreak(CharBuffer text) {
        int end = text.length();
        if (end > 0 && text.charAt(end - 1) == '\n') {
            end--;
            if (end > 0 && text.charAt(end - 1) == '\r') {
                end--;
            }
        }
        char[] line = new char[end];
        text.duplicate().get(line);
        return line;
    }

    /**
     * Writes it with a line break to a new file of mode 0600.
     *
     * @throws dev.tegula.failure.RefusedException code {@code file-exists}, if something is there already
     * @throws dev.tegula.failure.UnavailableException if it cannot be written
     */
    public void writeTo(Path file) {
        char[] text = Arrays.copyOf(characters, characters.length + 1);
        text[characters.length] = '\n';
        byte[] line;
        try {
            line = utf8(text);
        } catch (CharacterCodingException e) {
            throw new IllegalStateException("A passphrase was checked to be Unicode text", e);
        } finally {
            Arrays.fill(text, '\0');
        }
        try {
            TinkFiles.passphrase(file).create(line);
        } finally {
            Arrays.fill(line, (byte) 0);
        }
    }

    /** A copy for the key derivation; the caller wipes it. The one door through which a passphrase leaves. */
    char[] characters() {
        return characters.clone();
    }

    private static byte[] utf8(char[] text) throws CharacterCodingException {
        ByteBuffer out = ByteBuffer.allocate(text.length * 3);
        CoderResult result = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text), out, true);
        if (result.isError()) {
            result.throwException();
        }
        byte[] encoded = Arrays.copyOf(out.array(), out.position());
        Arrays.fill(out.array(), (byte) 0);
        return encoded;
    }

    @Override
    public void close() {
        Arrays.fill(characters, '\0');
    }

    @Override
    public String toString() {
        return "Passphrase[" + characters.length + " characters]";
    }
}
