package dev.tegula.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;

/** What jars on the class path offer in {@code META-INF/services}. */
public final class ClassPathServices {

    private ClassPathServices() {}

    /**
     * Those that the thread's loader sees, and those beside Tegula: a thread of a common pool has the system's loader, or
     * none, and an application that has loaders of its own would lose its services there. What both see counts once, also where each
     * loads a class of its own, as a loader does that asks itself before its parent.
     *
     * @throws java.util.ServiceConfigurationError for one that cannot be loaded; of one that does not link, a {@link LinkageError}
     */
    public static <T> List<T> of(Class<T> type) {
        Map<String, T> found = new LinkedHashMap<>();
        ClassLoader own = type.getClassLoader();
        ClassLoader ofThread = Thread.currentThread().getContextClassLoader();
        for (ClassLoader loader : ofThread == null || ofThread == own ? List.of(own) : List.of(ofThread, own)) {
            ServiceLoader.load(type, loader).stream()
                    .filter(provider -> !found.containsKey(provider.type().getName()))
                    .forEach(provider -> found.put(provider.type().getName(), provider.get()));
        }
        return List.copyOf(found.values());
    }
}
