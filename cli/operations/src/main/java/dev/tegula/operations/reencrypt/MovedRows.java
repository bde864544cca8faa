package dev.tegula.operations.reencrypt;

import dev.tegula.failure.ConfigurationException;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A list of rows whose primary key was changed, as somebody wrote it down when that was done: for each the parts of the key it had,
 * then those of the key it has.
 */
public final class MovedRows {

    /** So many fit into memory beside all else, with both their keys. */
    private static final int MOST = 1_000_000;

    private static final String FORM =
            "Each line has the parts of the old primary key and then those of the new one, separated by"
                    + " commas and in the order of the catalogue, without a header, as `\\copy (…) TO FILE (FORMAT csv)` of psql writes it.";

    private final String name;
    private final List<Line> lines;

    private MovedRows(String name, List<Line> lines) {
        this.name = name;
        this.lines = List.copyOf(lines);
    }

    /**
     * A row.
     *
     * @param number of the line at which it begins, from 1
     * @param parts the old key and the new one
     */
    record Line(int number, List<String> parts) {

        Line {
            parts = List.copyOf(parts);
        }
    }

    /**
     * Reads a file of comma-separated values (RFC 4180) in UTF-8, without a header.
     *
     * @throws ConfigurationException if it cannot be read, is no such file, is empty, or has more than a million rows
     */
    public static MovedRows read(Path file) {
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            return new MovedRows(file.toString(), new Parser(file, reader).all());
        } catch (CharacterCodingException e) {
            throw new ConfigurationException(file + " is not UTF-8. " + FORM);
        } catch (IOException e) {
            throw new ConfigurationException(file + " cannot be read: " + e + ". " + FORM);
        }
    }

    /** Where they come from, for messages. */
    String name() {
        return name;
    }

    List<Line> lines() {
        return lines;
    }

    /** How many rows. */
    public int size() {
        return lines.size();
    }

    /** A failure of a line, which quotes nothing of it: a key may say something of people. */
    ConfigurationException wrong(Line line, String why) {
        return wrong(name, line.number(), why);
    }

    private static ConfigurationException wrong(String name, int line, String why) {
        return new ConfigurationException(name + ", line " + line + ": " + why + " " + FORM);
    }

    /** Takes it apart, character by character: a text in quotes may hold commas, doubled quotes and line breaks. */
    private static final class Parser {

        private static final int END = -1;

        private final Path file;
        private final Reader reader;
        private int at;
        private int line = 1;

        Parser(Path file, Reader reader) throws IOException {
            this.file = file;
            this.reader = reader;
            this.at = reader.read();
        }

        List<Line> all() throws IOException {
            List<Line> lines = new ArrayList<>();
            while (at != END) {
                if (lines.size() == MOST) {
                    throw wrong(file.toString(), line, "it has more than 1,000,000 rows. Split it.");
                }
                lines.add(record());
            }
            if (lines.isEmpty()) {
                throw wrong(file.toString(), line, "it names no row.");
            }
            return lines;
        }

        private Line record() throws IOException {
            int number = line;
            List<String> parts = new ArrayList<>();
            parts.add(part());
            while (at == ',') {
                next();
                parts.add(part());
            }
            if (at == '\r') {
                next();
            }
            if (at != '\n' && at != END) {
                throw wrong(
                        file.toString(), line, "a quoted text is followed by neither a comma nor the end of the line.");
            }
            if (at == '\n') {
                next();
            }
            return new Line(number, parts);
        }

        private String part() throws IOException {
            StringBuilder text = new StringBuilder();
            if (at != '"') {
                while (at != ',' && at != '\n' && at != '\r' && at != END) {
                    if (at == '"') {
                        throw wrong(file.toString(), line, "a quote within a text that does not begin with one.");
                    }
                    text.append((char) at);
                    next();
                }
                if (text.isEmpty()) {
                    throw wrong(file.toString(), line, "a part of a key is missing; a text of no characters is \"\".");
                }
                return text.toString();
            }
            next();
            while (true) {
                if (at == END) {
                    throw wrong(file.toString(), line, "the file ends within quotes.");
                }
                if (at == '"') {
                    next();
                    if (at != '"') {
                        return text.toString();
                    }
                }
                text.append((char) at);
                next();
            }
        }

        private void next() throws IOException {
            if (at == '\n') {
                line++;
            }
            at = reader.read();
        }
    }
}
