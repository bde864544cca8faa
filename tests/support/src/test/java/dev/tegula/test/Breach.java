package dev.tegula.test;

import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.Suite;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.CannotOpenException;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.DeniedException;
import dev.tegula.failure.UnavailableException;
import dev.tegula.kms.Kek;
import dev.tegula.kms.KekStatus;
import dev.tegula.kms.WrapContext;
import dev.tegula.kms.WrappedKey;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.slf4j.LoggerFactory;

/** One way to break the contract each, and the cases that must see it. */
record Breach(String name, UnaryOperator<Kek> broken, Set<String> seenBy) {

    static final List<Breach> ALL = List.of(
            breach(
                    "binds the field only",
                    kek -> new PassingKek(kek) {
                        private WrapContext lax(WrapContext context) {
                            Scope field = Scope.data(new FieldId(context.field()), TenantId.none());
                            return WrapContext.of("any", Suite.XAES_256_GCM, field, KeyId.copyOf(new byte[32]));
                        }

                        @Override
                        public WrappedKey wrap(byte[] root, WrapContext context) {
                            return sound.wrap(root, lax(context));
                        }

                        @Override
                        public byte[] unwrap(WrappedKey wrapped, WrapContext context) {
                            return sound.unwrap(wrapped, lax(context));
                        }
                    },
                    "unwrap_oneComponentOfTheContextChanged_cannotOpen",
                    "probe_ofThisKek_passes",
                    "failuresDescriptionsAndLogs_quoteNoSecret"),
            breach(
                    "lets the root show",
                    kek -> new PassingKek(kek) {
                        @Override
                        public WrappedKey wrap(byte[] root, WrapContext context) {
                            byte[] good = sound.wrap(root, context).bytes();
                            byte[] both = ByteBuffer.allocate(good.length + root.length)
                                    .put(good)
                                    .put(root)
                                    .array();
                            return WrappedKey.copyOf(both, sound.status().newestVersion());
                        }

                        @Override
                        public byte[] unwrap(WrappedKey wrapped, WrapContext context) {
                            byte[] good = Arrays.copyOf(wrapped.bytes(), Math.max(0, wrapped.bytes().length - 32));
                            return sound.unwrap(WrappedKey.copyOf(good, wrapped.kekVersion()), context);
                        }
                    },
                    "wrap_twice_givesDifferentBytesThatHoldNoRoot",
                    "unwrap_anyByteChanged_cannotOpen"),
            breach(
                    "wipes what is not its own",
                    kek -> new PassingKek(kek) {
                        @Override
                        public WrappedKey wrap(byte[] root, WrapContext context) {
                            WrappedKey wrapped = sound.wrap(root, context);
                            Arrays.fill(root, (byte) 0);
                            return wrapped;
                        }
                    },
                    "wrap_theCallersArray_isLeftAlone"),
            breach(
                    "remembers roots",
                    kek -> new PassingKek(kek) {
                        private final Map<WrappedKey, byte[]> known = new ConcurrentHashMap<>();

                        @Override
                        public byte[] unwrap(WrappedKey wrapped, WrapContext context) {
                            byte[] root = sound.unwrap(wrapped, context);
                            return known.computeIfAbsent(wrapped, w -> root);
                        }
                    },
                    "wrap_theCallersArray_isLeftAlone"),
            breach(
                    "wraps anything",
                    kek -> new PassingKek(kek) {
                        @Override
                        public WrappedKey wrap(byte[] root, WrapContext context) {
                            return sound.wrap(Arrays.copyOf(root, 32), context);
                        }
                    },
                    "wrap_rootNotOf32Bytes_isMalformed",
                    "failuresDescriptionsAndLogs_quoteNoSecret"),
            breach(
                    "cuts what is too long",
                    kek -> new PassingKek(kek) {
                        @Override
                        public byte[] unwrap(WrappedKey wrapped, WrapContext context) {
                            byte[] bytes = Arrays.copyOf(wrapped.bytes(), Math.min(64, wrapped.bytes().length));
                            return sound.unwrap(WrappedKey.copyOf(bytes, wrapped.kekVersion()), context);
                        }
                    },
                    "unwrap_cutOrExtended_cannotOpen"),
            breach(
                    "calls a denial an outage",
                    kek -> new PassingKek(kek) {
                        @Override
                        public byte[] unwrap(WrappedKey wrapped, WrapContext context) {
                            try {
                                return sound.unwrap(wrapped, context);
                            } catch (DeniedException e) {
                                throw new UnavailableException("status 403", e);
                            }
                        }
                    },
                    "anyUse_afterDenial_isDeniedNotUnavailable",
                    "unwrap_afterOldVersionsWereRefused_isDeniedNotUnavailable"),
            breach(
                    "calls an outage a denial",
                    kek -> new PassingKek(kek) {
                        @Override
                        public WrappedKey wrap(byte[] root, WrapContext context) {
                            try {
                                return sound.wrap(root, context);
                            } catch (UnavailableException e) {
                                throw new DeniedException("no", e);
                            }
                        }
                    },
                    "anyUse_serviceGone_isUnavailableInTime"),
            breach(
                    "calls a forgery configuration",
                    kek -> new PassingKek(kek) {
                        @Override
                        public byte[] unwrap(WrappedKey wrapped, WrapContext context) {
                            try {
                                return sound.unwrap(wrapped, context);
                            } catch (CannotOpenException e) {
                                throw new ConfigurationException("status 400", e);
                            }
                        }
                    },
                    "unwrap_oneComponentOfTheContextChanged_cannotOpen",
                    "unwrap_wrappedByAnotherKek_isRefused",
                    "unwrap_anyByteChanged_cannotOpen",
                    "unwrap_cutOrExtended_cannotOpen"),
            breach(
                    "says usable whatever comes",
                    kek -> new PassingKek(kek) {
                        @Override
                        public KekStatus status() {
                            try {
                                return sound.status();
                            } catch (DeniedException e) {
                                return new KekStatus("1", true, "fine");
                            }
                        }
                    },
                    "anyUse_afterDenial_isDeniedNotUnavailable"),
            breach(
                    "rewraps nothing",
                    kek -> new PassingKek(kek) {
                        @Override
                        public WrappedKey rewrap(WrappedKey wrapped, WrapContext context) {
                            return wrapped;
                        }
                    },
                    "rewrap_afterANewVersion_keepsRootAndKeyId",
                    "rewrap_afterANewVersion_namesIt"),
            breach(
                    "rewraps another root",
                    kek -> new PassingKek(kek) {
                        @Override
                        public WrappedKey rewrap(WrappedKey wrapped, WrapContext context) {
                            byte[] root = unwrap(wrapped, context);
                            root[0] ^= 1;
                            return wrap(root, context);
                        }
                    },
                    "rewrap_newestVersionAlready_keepsTheRoot",
                    "rewrap_afterANewVersion_keepsRootAndKeyId",
                    "calls_ofManyThreads_eachGetTheirOwnRoot"),
            breach(
                    "names no version",
                    kek -> new PassingKek(kek) {
                        @Override
                        public WrappedKey wrap(byte[] root, WrapContext context) {
                            return WrappedKey.copyOf(sound.wrap(root, context).bytes(), "newest");
                        }

                        @Override
                        public byte[] unwrap(WrappedKey wrapped, WrapContext context) {
                            byte[] bytes = wrapped.bytes();
                            int version = bytes.length < 4
                                    ? 0
                                    : ByteBuffer.wrap(bytes).getInt();
                            return sound.unwrap(WrappedKey.copyOf(bytes, Integer.toString(version)), context);
                        }
                    },
                    "rewrap_afterANewVersion_namesIt"),
            breach(
                    "shares a buffer",
                    kek -> new PassingKek(kek) {
                        private final byte[] buffer = new byte[32];

                        @Override
                        public WrappedKey wrap(byte[] root, WrapContext context) {
                            if (root.length != 32) {
                                return sound.wrap(root, context);
                            }
                            System.arraycopy(root, 0, buffer, 0, 32);
                            LockSupport.parkNanos(100_000);
                            return sound.wrap(buffer, context);
                        }
                    },
                    "calls_ofManyThreads_eachGetTheirOwnRoot"),
            breach(
                    "quotes the root",
                    kek -> new PassingKek(kek) {
                        @Override
                        public WrappedKey wrap(byte[] root, WrapContext context) {
                            try {
                                return sound.wrap(root, context);
                            } catch (DeniedException e) {
                                throw new DeniedException(
                                        "no",
                                        new IllegalArgumentException(
                                                HexFormat.of().formatHex(root)));
                            }
                        }
                    },
                    "failuresDescriptionsAndLogs_quoteNoSecret"),
            breach(
                    "logs the root",
                    kek -> new PassingKek(kek) {
                        @Override
                        public WrappedKey wrap(byte[] root, WrapContext context) {
                            LoggerFactory.getLogger("breach").trace("wrapping {}", root);
                            return sound.wrap(root, context);
                        }
                    },
                    "failuresDescriptionsAndLogs_quoteNoSecret"),
            breach(
                    "prints wrapped bytes",
                    kek -> new PassingKek(kek) {
                        private String last = "";

                        @Override
                        public byte[] unwrap(WrappedKey wrapped, WrapContext context) {
                            last = HexFormat.of().formatHex(wrapped.bytes());
                            return sound.unwrap(wrapped, context);
                        }

                        @Override
                        public String toString() {
                            return "Kek[" + last + "]";
                        }
                    },
                    "failuresDescriptionsAndLogs_quoteNoSecret"));

    private static Breach breach(String name, UnaryOperator<Kek> broken, String... seenBy) {
        return new Breach(name, broken, Set.of(seenBy));
    }

    @Override
    public String toString() {
        return name;
    }
}
