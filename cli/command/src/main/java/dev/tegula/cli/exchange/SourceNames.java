package dev.tegula.cli.exchange;

import java.util.List;
import java.util.Locale;

/**
 * Which name below the prefix a key gets: {@code DB_PASSWORD} of a dotenv file is {@code db_password}, so that {@code tegula run}
 * makes the same variable of it; {@code spring.datasource.apiKey} is {@code spring/datasource/api-key}, as Spring writes it.
 */
final class SourceNames {

    private SourceNames() {}

    static String of(SourceFormat format, List<String> path) {
        if (format == SourceFormat.DOTENV) {
            return path.get(0).toLowerCase(Locale.ROOT);
        }
        return String.join("/", path)
                .replace('.', '/')
                .replaceAll("(?<=[a-z0-9])(?=[A-Z])", "-")
                .toLowerCase(Locale.ROOT);
    }
}
