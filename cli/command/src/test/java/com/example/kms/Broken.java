package com.example.kms;

import dev.tegula.kms.ConfiguredKms;
import dev.tegula.kms.Kek;
import dev.tegula.kms.Kms;
import dev.tegula.kms.KmsProvider;
import dev.tegula.kms.KmsSettings;
import java.lang.reflect.Proxy;
import java.util.List;

/** Adapters that break their contract, each in one way. What they say is a secret nobody may see. */
@SuppressWarnings("NullAway")
public abstract class Broken implements KmsProvider {

    /** What must stand in no message. */
    public static final String SECRET = "canary-of-the-adapter";

    private final String type;

    Broken(String type) {
        this.type = type;
    }

    @Override
    public String type() {
        return type;
    }

    @Override
    public ConfiguredKms read(KmsSettings settings) {
        throw new IllegalStateException(SECRET);
    }

    /** Takes a type that another adapter has. */
    public static final class SecondVault extends Broken {
        /** For the loader. */
        public SecondVault() {
            super("vault");
        }
    }

    /** Cannot be made. */
    public static final class NoInstance extends Broken {
        /** For the loader. */
        public NoInstance() {
            super("never");
            throw new IllegalStateException(SECRET);
        }
    }

    /** Lacks a class of its vendor. */
    public static final class NoClass extends Broken {
        /** For the loader. */
        public NoClass() {
            super("never");
            throw new NoClassDefFoundError("com/example/vendor/Client");
        }
    }

    /** Has no type. */
    public static final class NoType extends Broken {
        /** For the loader. */
        public NoType() {
            super(null);
        }
    }

    /** Has a type that cannot stand in a configuration. */
    public static final class OddType extends Broken {
        /** For the loader. */
        public OddType() {
            super("My KMS");
        }
    }

    /** Throws what no contract allows, when it reads. */
    public static final class ThrowsInRead extends Broken {
        /** For the loader. */
        public ThrowsInRead() {
            super("broken");
        }
    }

    /** Reads nothing. */
    public static final class NullRead extends Broken {
        /** For the loader. */
        public NullRead() {
            super("broken");
        }

        @Override
        public ConfiguredKms read(KmsSettings settings) {
            return null;
        }
    }

    /** Opens nothing. */
    public static final class NullOpen extends Broken {
        /** For the loader. */
        public NullOpen() {
            super("broken");
        }

        @Override
        public ConfiguredKms read(KmsSettings settings) {
            return () -> null;
        }
    }

    /** Throws what no contract allows, when it opens. */
    public static final class ThrowsInOpen extends Broken {
        /** For the loader. */
        public ThrowsInOpen() {
            super("broken");
        }

        @Override
        public ConfiguredKms read(KmsSettings settings) {
            return () -> {
                throw new NoClassDefFoundError("com/example/vendor/Client");
            };
        }
    }

    /** Has no keys. */
    public static final class NullKek extends Broken {
        /** For the loader. */
        public NullKek() {
            super("broken");
        }

        @Override
        public ConfiguredKms read(KmsSettings settings) {
            return NoKeys::new;
        }
    }

    /** Has a key that no question can be asked of. */
    public static final class ThrowsInStatus extends Broken {
        /** For the loader. */
        public ThrowsInStatus() {
            super("broken");
        }

        @Override
        public ConfiguredKms read(KmsSettings settings) {
            return () -> new NoKeys() {
                @Override
                public Kek kek(String key) {
                    return (Kek) Proxy.newProxyInstance(
                            Kek.class.getClassLoader(), new Class<?>[] {Kek.class}, (proxy, method, arguments) -> {
                                if (method.getReturnType() == String.class) {
                                    return "broken";
                                }
                                throw new IllegalStateException(SECRET);
                            });
                }
            };
        }
    }

    /** Reads a secret out of the file, as no adapter may. */
    public static final class ReadsSecret extends Broken {
        /** For the loader. */
        public ReadsSecret() {
            super("broken");
        }

        /** In every spelling that a vendor may choose. */
        public static final List<String> NAMES = List.of(
                "api-token", "apiKey", "access-key", "private_key", "secret-id", "clientSecret", "connection-string");

        @Override
        public ConfiguredKms read(KmsSettings settings) {
            NAMES.forEach(settings::text);
            return NoKeys::new;
        }
    }

    /** Does not say which settings it knows. */
    public static final class AsksForOne extends Broken {
        /** For the loader. */
        public AsksForOne() {
            super("broken");
        }

        @Override
        public ConfiguredKms read(KmsSettings settings) {
            settings.object("way").text("region");
            return NoKeys::new;
        }
    }

    private static class NoKeys implements Kms {

        @Override
        public String provider() {
            return "broken";
        }

        @Override
        public Kek kek(String key) {
            return null;
        }

        @Override
        public void close() {}
    }
}
