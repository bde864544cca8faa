package dev.tegula.config;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.UnavailableException;
import dev.tegula.file.FileDemands;
import dev.tegula.file.PrivateFile;
import dev.tegula.kms.KmsSettings;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A file with one secret on its first line, which nobody but its owner may read.
 *
 * @param setting the setting that names it, for messages
 * @param path where it is
 */
public record FileOfSecret(String setting, Path path) implements KmsSettings.SecretFile {

    @Override
    public void requirePrivate() {
        try {
            file().check();
        } catch (UnavailableException e) {
            throw unreadable(e);
        }
    }

    @Override
    public char[] read() {
        byte[] content;
        try {
            content = file().read();
        } catch (UnavailableException e) {
            throw unreadable(e);
        }
        try {
            CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content));
            try {
                return firstLine(text.array(), text.limit());
            } finally {
                Arrays.fill(text.array(), '\0');
            }
        } catch (CharacterCodingException e) {
            throw new ConfigurationException(setting + ": " + path + " is not UTF-8 text.");
        } finally {
            Arrays.fill(content, (byte) 0);
        }
    }

    private char[] firstLine(char[] text, int length) {
        int end = 0;
        while (end < length && text[end] != '\n' && text[end] != '\r') {
            end++;
        }
        if (end == 0) {
            throw new ConfigurationException(
                    setting + ": the first line of " + path + " is empty; the secret goes there.");
        }
        return Arrays.copyOf(text, end);
    }

    private PrivateFile file() {
        return new PrivateFile(
                setting + ": " + path, path, "It must be a file of mode 0600, owned by you.", FileDemands.secret());
    }

    /** Nothing changes by trying again: the file is the operator's own. */
    private static ConfigurationException unreadable(UnavailableException e) {
        return new ConfigurationException(e.getMessage() + " It must be a file of mode 0600, owned by you.");
    }
}
