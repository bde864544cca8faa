package dev.tegula.cli.command;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The name of a tenant as an option has it: an empty one would mean the key of no tenant, and is a usage error. */
final class TenantName implements ITypeConverter<String> {

    @Override
    public String convert(String name) {
        if (name.isEmpty()) {
            throw new TypeConversionException("--tenant needs a name; leave it out for a field with one key for all");
        }
        return name;
    }
}
