package dev.tegula.hibernate;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.hibernate.bytecode.enhance.spi.DefaultEnhancementContext;
import org.hibernate.bytecode.enhance.spi.UnloadedClass;
import org.hibernate.bytecode.internal.bytebuddy.BytecodeProviderImpl;

/** Loads the class of an entity as Hibernate's build plugin would leave it. */
final class Enhancing extends ClassLoader {

    private final String entity;

    private Enhancing(Class<?> entity) {
        super(entity.getClassLoader());
        this.entity = entity.getName();
    }

    static Class<?> of(Class<?> entity) throws ClassNotFoundException {
        return new Enhancing(entity).loadClass(entity.getName());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.equals(entity)) {
            return super.loadClass(name, resolve);
        }
        Class<?> known = findLoadedClass(name);
        return known == null ? enhanced(name) : known;
    }

    private Class<?> enhanced(String name) throws ClassNotFoundException {
        try (InputStream plain = getResourceAsStream(name.replace('.', '/') + ".class")) {
            byte[] bytes = new BytecodeProviderImpl()
                    .getEnhancer(new Everything())
                    .enhance(name, Objects.requireNonNull(plain).readAllBytes());
            return defineClass(name, bytes, 0, bytes.length);
        } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
        }
    }

    private static final class Everything extends DefaultEnhancementContext {
        @Override
        public boolean hasLazyLoadableAttributes(UnloadedClass type) {
            return true;
        }

        @Override
        public boolean doDirtyCheckingInline(UnloadedClass type) {
            return true;
        }
    }
}
