package dev.tegula.cli.command;

import dev.tegula.failure.MalformedException;
import dev.tegula.secret.SecretName;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The name of a secret as an argument. What can be none is refused before anything is opened, and not repeated. */
final class SecretNames implements ITypeConverter<SecretName> {

    @Override
    public SecretName convert(String text) {
        try {
            return new SecretName(text);
        } catch (MalformedException e) {
            throw new TypeConversionException(String.valueOf(e.getMessage()).replaceFirst("\\.$", ""));
        }
    }
}
