package dev.tegula.cli.command;

import java.util.UUID;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The id of a job as {@code tegula jobs list} prints it; anything else is a usage error. */
final class Identifier implements ITypeConverter<UUID> {

    @Override
    public UUID convert(String text) {
        try {
            UUID id = UUID.fromString(text);
            if (id.toString().equalsIgnoreCase(text)) {
                return id;
            }
        } catch (IllegalArgumentException e) {
            // Said below, like an id in another form.
        }
        throw new TypeConversionException(
                "expected the id of a job, as `tegula jobs list` prints it, not `" + text + "`");
    }
}
