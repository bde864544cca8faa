package dev.tegula.cli.command;

import dev.tegula.envelope.FieldId;
import dev.tegula.failure.MalformedException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Field ids and globs as arguments. What can be none is refused before anything is opened. */
final class FieldNames {

    private FieldNames() {}

    /** A field id. */
    static final class One implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            try {
                return FieldId.of(text).value();
            } catch (MalformedException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }

    /** A field id, or the name of the branch keys of a KEK or of the keys of secrets. */
    static final class OneOfKeys implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            boolean ours = text.matches("tegula\\.branch\\.[a-z0-9_]{1,86}") || text.equals(FieldId.SECRET.value());
            return ours ? text : new One().convert(text);
        }
    }

    /** A field id, or a glob over them. */
    static final class Pattern implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            if (!text.matches("[a-z0-9_.*]{1,100}")) {
                throw new TypeConversionException(
                        "a field id is 1 to 100 characters of [a-z0-9_.], for example patient.ssn, and * in it stands for"
                                + " any; this one is not");
            }
            return text;
        }
    }
}
