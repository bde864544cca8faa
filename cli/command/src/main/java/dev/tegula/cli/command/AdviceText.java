package dev.tegula.cli.command;

import dev.tegula.operations.document.Json;
import dev.tegula.operations.reencrypt.UpdateAdvice;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What makes the moving of rows dearer than it must be. */
final class AdviceText {

    private AdviceText() {}

    /** For programs; null, and so left out, where there is none. */
    static @Nullable List<Object> documents(List<UpdateAdvice> advice) {
        return advice.isEmpty()
                ? null
                : advice.stream()
                        .<Object>map(one -> Json.object(
                                "table", one.table().toString(),
                                "indexes", one.indexes(),
                                "fillfactor", one.fillfactor(),
                                "updates", one.updates(),
                                "hotUpdates", one.hotUpdates(),
                                "message", one.message()))
                        .toList();
    }

    /** For people. */
    static List<String> lines(List<UpdateAdvice> advice) {
        return advice.stream().map(one -> "Advice: " + one.message()).toList();
    }
}
