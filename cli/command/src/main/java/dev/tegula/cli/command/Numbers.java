package dev.tegula.cli.command;

import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Numbers of options with the range each may have: another one is a usage error, found before anything is opened. */
final class Numbers {

    private Numbers() {}

    private abstract static class Whole implements ITypeConverter<Integer> {
        private final int least;
        private final int most;

        Whole(int least, int most) {
            this.least = least;
            this.most = most;
        }

        @Override
        public final Integer convert(String text) {
            try {
                int number = Integer.parseInt(text);
                if (number >= least && number <= most) {
                    return number;
                }
            } catch (NumberFormatException e) {
                // Said below, like a number out of range.
            }
            throw new TypeConversionException(
                    String.format(Locale.ROOT, "expected a whole number from %,d to %,d, not `%s`", least, most, text));
        }
    }

    private abstract static class Decimal implements ITypeConverter<Double> {
        private final double above;
        private final double most;
        private final String expected;

        Decimal(double above, double most, String expected) {
            this.above = above;
            this.most = most;
            this.expected = expected;
        }

        @Override
        public final Double convert(String text) {
            try {
                double number = Double.parseDouble(text);
                if (number > above && number <= most) {
                    return number;
                }
            } catch (NumberFormatException e) {
                // Said below, like a number out of range.
            }
            throw new TypeConversionException("expected " + expected + ", not `" + text + "`");
        }
    }

    /** Threads. */
    static final class Workers extends Whole {
        Workers() {
            super(1, 64);
        }
    }

    /** Parts of a table. */
    static final class Ranges extends Whole {
        Ranges() {
            super(1, 10_000);
        }
    }

    /** Which part of a table. */
    static final class Index extends Whole {
        Index() {
            super(0, 9_999);
        }
    }

    /** Rows in one transaction. */
    static final class Batch extends Whole {
        Batch() {
            super(1, 1_000);
        }
    }

    /** Seconds that a replica may be behind; 0 for any. */
    static final class Lag extends Whole {
        Lag() {
            super(0, 86_400);
        }
    }

    /** Rows of a table that are looked at. */
    static final class Sample extends Whole {
        Sample() {
            super(1, 1_000_000);
        }
    }

    /** Versions of keys and secrets. */
    static final class Version extends Whole {
        Version() {
            super(1, Integer.MAX_VALUE);
        }
    }

    /** Versions of secrets; 0 for a secret that is not there. */
    static final class VersionOrNone extends Whole {
        VersionOrNone() {
            super(0, Integer.MAX_VALUE);
        }
    }

    /** Patients of the demo. */
    static final class Patients extends Whole {
        Patients() {
            super(10, 1_000_000);
        }
    }

    /** Values a second; 0 for no limit. */
    static final class Rate extends Decimal {
        Rate() {
            super(Math.nextDown(0.0), 1e9, "a number from 0 to 1,000,000,000");
        }
    }

    /** Percent of the rows. */
    static final class Percent extends Decimal {
        Percent() {
            super(0, 100, "a number above 0, to 100,");
        }
    }
}
