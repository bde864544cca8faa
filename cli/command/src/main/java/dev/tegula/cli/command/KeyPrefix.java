package dev.tegula.cli.command;

import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A key id in hex, or its beginning as commands print it. */
final class KeyPrefix implements ITypeConverter<String> {

    @Override
    public String convert(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (!lower.matches("[0-9a-f]{8,64}")) {
            throw new TypeConversionException(
                    "expected 8 to 64 digits of a key id in hex, as `tegula keys list` prints it, not `" + text + "`");
        }
        return lower;
    }
}
