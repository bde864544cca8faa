package dev.tegula.cli.database;

import dev.tegula.cli.output.Changes;
import java.io.PrintWriter;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import javax.sql.DataSource;

/**
 * Notes the moment before the first statement that changes something takes effect: at COMMIT, whose answer may get lost,
 * or when it is run outside a transaction. What is rolled back was no change. A statement that is not known to only read
 * counts as a change, so that nothing is called unchanged by mistake.
 */
record WatchedDatabase(DataSource server, Changes changes) implements DataSource {

    private static final Pattern READS =
            Pattern.compile("^(select|show|set|reset|lock|savepoint|release|explain|with)\\b");
    /** A name may hold a quote too, and must not be taken for the beginning of a text that hides what follows. */
    private static final Pattern LITERAL = Pattern.compile("\"[^\"]*\"|'[^']*'");

    private static final Pattern WRITES = Pattern.compile("\\b(insert|update|delete|merge|into)\\b");
    /** Locking rows is written like a change of them. */
    private static final Pattern ROW_LOCK = Pattern.compile("\\bfor (no key )?update\\b");

    @Override
    public Connection getConnection() throws SQLException {
        return watched(server.getConnection());
    }

    @Override
    public Connection getConnection(String username, String password) throws SQLException {
        return watched(server.getConnection(username, password));
    }

    private Connection watched(Connection connection) {
        AtomicBoolean pending = new AtomicBoolean();
        return proxy(Connection.class, (self, method, arguments) -> {
            switch (method.getName()) {
                case "commit" -> {
                    if (pending.getAndSet(false)) {
                        changes.note();
                    }
                }
                case "rollback" -> {
                    // Back to a savepoint is not back to the beginning.
                    if (arguments == null) {
                        pending.set(false);
                    }
                }
                case "prepareStatement", "prepareCall" -> {
                    boolean writes = writes(String.valueOf(arguments[0]));
                    PreparedStatement statement = (PreparedStatement) call(connection, method, arguments);
                    return watched(PreparedStatement.class, statement, connection, pending, writes);
                }
                case "createStatement" -> {
                    Statement statement = (Statement) call(connection, method, arguments);
                    return watched(Statement.class, statement, connection, pending, false);
                }
                default -> {}
            }
            return call(connection, method, arguments);
        });
    }

    private <S extends Statement> S watched(
            Class<S> type, S statement, Connection connection, AtomicBoolean pending, boolean writes) {
        return proxy(type, (self, method, arguments) -> {
            boolean text = arguments != null && arguments.length > 0 && arguments[0] instanceof String;
            boolean runs = method.getName().startsWith("execute");
            boolean batched = method.getName().equals("addBatch") && text;
            if (!(runs || batched) || !(text ? writes(String.valueOf(arguments[0])) : writes)) {
                return call(statement, method, arguments);
            }
            boolean alone = connection.getAutoCommit();
            boolean changed = true;
            try {
                Object result = call(statement, method, arguments);
                // Zero: it looked for rows to change and there were none.
                changed = !method.getName().endsWith("Update")
                        || !Integer.valueOf(0).equals(result);
                return result;
            } finally {
                if (changed && alone) {
                    changes.note();
                } else if (changed) {
                    pending.set(true);
                }
            }
        });
    }

    static boolean writes(String sql) {
        // A right that is asked for by name, 'UPDATE', changes nothing.
        String text = LITERAL.matcher(sql.strip().toLowerCase(Locale.ROOT)).replaceAll("''");
        return !READS.matcher(text).find()
                || WRITES.matcher(ROW_LOCK.matcher(text).replaceAll("")).find();
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    @SuppressWarnings("NullAway") // JDBC methods may return nothing
    private static Object call(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    @Override
    public PrintWriter getLogWriter() throws SQLException {
        return server.getLogWriter();
    }

    @Override
    public void setLogWriter(PrintWriter out) throws SQLException {
        server.setLogWriter(out);
    }

    @Override
    public void setLoginTimeout(int seconds) throws SQLException {
        server.setLoginTimeout(seconds);
    }

    @Override
    public int getLoginTimeout() throws SQLException {
        return server.getLoginTimeout();
    }

    @Override
    public Logger getParentLogger() {
        return Logger.getGlobal();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        return server.unwrap(type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        return server.isWrapperFor(type);
    }
}
