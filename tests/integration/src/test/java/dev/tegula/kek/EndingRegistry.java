package dev.tegula.kek;

import dev.tegula.registry.KeyRegistry;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/** A registry whose process ends at a change: just before it, or when it is committed and nobody has heard. */
final class EndingRegistry {

    private EndingRegistry() {}

    /** The end of the process. */
    static final class Ended extends Error {
        private static final long serialVersionUID = 1L;
    }

    static KeyRegistry before(KeyRegistry registry) {
        return ending(registry, false);
    }

    static KeyRegistry after(KeyRegistry registry) {
        return ending(registry, true);
    }

    private static KeyRegistry ending(KeyRegistry registry, boolean committed) {
        return (KeyRegistry) Proxy.newProxyInstance(
                KeyRegistry.class.getClassLoader(), new Class<?>[] {KeyRegistry.class}, (self, method, arguments) -> {
                    boolean change = method.getName().equals("change");
                    if (change && !committed) {
                        throw new Ended();
                    }
                    try {
                        Object result = method.invoke(registry, arguments);
                        if (change) {
                            throw new Ended();
                        }
                        return result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
