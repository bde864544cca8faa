package dev.tegula.cli.command;

import java.net.URI;
import java.net.URISyntaxException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The URL of a server; what is none is a usage error. */
final class Address implements ITypeConverter<URI> {

    @Override
    public URI convert(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            throw new TypeConversionException("expected a URL such as https://host:8200, not `" + text + "`");
        }
    }
}
