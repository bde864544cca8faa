package dev.tegula.operations.proofs;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/**
 * A database that fails as a cluster does: in one of five transactions the server itself raises 40001, at a statement or at COMMIT, and in
 * one of fifty the connection is cut at COMMIT, before it was carried out or after. Nobody who gets 08006 can know which.
 */
final class FaultyDatabase {

    /** What happens to a transaction. */
    enum Fault {
        NONE,
        STATEMENT,
        COMMIT,
        CUT_BEFORE,
        CUT_AFTER
    }

    private static final String RAISE =
            "DO $$ BEGIN RAISE EXCEPTION 'restart transaction (injected)' USING ERRCODE = '40001'; END $$";

    private final DataSource target;
    private final Random random;
    private final Map<Fault, AtomicInteger> injected = new EnumMap<>(Fault.class);
    private volatile boolean working = true;

    FaultyDatabase(DataSource target, long seed) {
        this.target = target;
        this.random = new Random(seed);
        for (Fault fault : Fault.values()) {
            injected.put(fault, new AtomicInteger());
        }
    }

    /** From now on nothing fails. */
    void heal() {
        working = false;
    }

    int injected(Fault fault) {
        return injected.get(fault).get();
    }

    private synchronized Fault next() {
        int perCent = working ? random.nextInt(100) : 100;
        if (perCent < 20) {
            return perCent < 10 ? Fault.STATEMENT : Fault.COMMIT;
        }
        if (perCent < 22) {
            return perCent < 21 ? Fault.CUT_BEFORE : Fault.CUT_AFTER;
        }
        return Fault.NONE;
    }

    DataSource dataSource() {
        return proxy(
                DataSource.class,
                (self, method, arguments) -> method.getName().equals("getConnection")
                        ? new Transactions(target.getConnection()).connection()
                        : call(target, method, arguments));
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private static Object call(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** Those of one connection, one after the other. */
    private final class Transactions {
        private final Connection real;
        private boolean begun;
        private boolean cut;
        private Fault fault = Fault.NONE;

        Transactions(Connection real) {
            this.real = real;
        }

        Connection connection() {
            return proxy(Connection.class, (self, method, arguments) -> {
                if (cut && !method.getName().equals("close")) {
                    return afterCut(method);
                }
                return switch (method.getName()) {
                    case "prepareStatement" -> statement(PreparedStatement.class, call(real, method, arguments));
                    case "createStatement" -> statement(Statement.class, call(real, method, arguments));
                    case "rollback" -> {
                        begun = false;
                        yield call(real, method, arguments);
                    }
                    case "commit" -> {
                        commit();
                        yield null;
                    }
                    default -> call(real, method, arguments);
                };
            });
        }

        /** The pool keeps the real one: to connect again thousands of times is not what is asked here. */
        private Object afterCut(Method method) throws SQLException {
            return switch (method.getName()) {
                case "isClosed" -> true;
                case "isValid" -> false;
                default -> throw new SQLException("This connection has been closed (injected).", "08003");
            };
        }

        private Object statement(Class<? extends Statement> type, Object statement) {
            return proxy(type, (self, method, arguments) -> {
                if (method.getName().startsWith("execute")) {
                    beforeStatement();
                }
                return call(statement, method, arguments);
            });
        }

        private void beforeStatement() throws SQLException {
            if (begun && !real.getAutoCommit()) {
                return;
            }
            begun = true;
            fault = next();
            if (fault == Fault.STATEMENT) {
                injected.get(fault).incrementAndGet();
                raise();
            }
        }

        /** The server's own, so that the transaction is as broken as any that it ends. */
        private void raise() throws SQLException {
            try (Statement statement = real.createStatement()) {
                statement.execute(RAISE);
            }
        }

        private void commit() throws SQLException {
            boolean wrote = begun;
            begun = false;
            if (!wrote || fault == Fault.NONE || fault == Fault.STATEMENT) {
                real.commit();
                return;
            }
            injected.get(fault).incrementAndGet();
            if (fault == Fault.COMMIT) {
                try {
                    raise();
                } finally {
                    real.rollback();
                }
            }
            if (fault == Fault.CUT_AFTER) {
                real.commit();
            } else {
                real.rollback();
            }
            cut = true;
            throw new SQLException("An I/O error occurred while sending to the backend (injected).", "08006");
        }
    }
}
