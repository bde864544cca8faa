package dev.tegula.docs.pages;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The imports of one Java source, of which a piece of it needs some. */
final class Imports {

    private static final Pattern PACKAGE = Pattern.compile("package ([a-zA-Z0-9_.]+);");
    private static final Pattern IMPORT = Pattern.compile("import (static )?([a-zA-Z0-9_.]+\\.([a-zA-Z0-9_]+));");
    /** Not after a point: what is a member of something else needs none. */
    private static final Pattern NAME = Pattern.compile("(?<![\\w.])[A-Za-z_]\\w*|(?<=\\.\\.\\.)[A-Za-z_]\\w*");

    private static final Pattern TEXTS =
            Pattern.compile("\"{3}.*?\"{3}|\"(?:\\\\.|[^\"\\\\\n])*\"|//[^\n]*|/\\*.*?\\*/", Pattern.DOTALL);

    private final Map<String, String> statics;
    private final Map<String, String> types;

    private Imports(Map<String, String> statics, Map<String, String> types) {
        this.statics = statics;
        this.types = types;
    }

    static Imports none() {
        return new Imports(Map.of(), Map.of());
    }

    /** @param siblings full names of types that a source in their package uses without an import, and a reader must import */
    static Imports of(List<String> lines, Set<String> siblings) {
        Map<String, String> statics = new LinkedHashMap<>();
        Map<String, String> types = new TreeMap<>();
        for (String line : lines) {
            Matcher imported = IMPORT.matcher(line);
            Matcher packaged = PACKAGE.matcher(line);
            if (packaged.matches()) {
                siblings.stream()
                        .filter(name -> name.substring(0, name.lastIndexOf('.')).equals(packaged.group(1)))
                        .forEach(name -> types.put(name, name.substring(name.lastIndexOf('.') + 1)));
            } else if (imported.matches()) {
                (imported.group(1) == null ? types : statics).put(imported.group(2), imported.group(3));
            }
        }
        return new Imports(statics, types);
    }

    /** The block of imports before such a piece, with the empty line after it; nothing where it needs none. */
    String before(String piece) {
        Set<String> names = new TreeSet<>();
        Matcher name = NAME.matcher(TEXTS.matcher(piece).replaceAll(" "));
        while (name.find()) {
            names.add(name.group());
        }
        List<String> blocks = new ArrayList<>();
        blocks.add(block("import static ", statics, names));
        blocks.add(block("import ", types, names));
        String all = blocks.stream().filter(block -> !block.isEmpty()).collect(joining("\n"));
        return all.isEmpty() ? "" : all + "\n";
    }

    private static String block(String begin, Map<String, String> imports, Set<String> names) {
        return imports.entrySet().stream()
                .filter(each -> names.contains(each.getValue()))
                .map(each -> begin + each.getKey() + ";\n")
                .collect(joining());
    }
}
