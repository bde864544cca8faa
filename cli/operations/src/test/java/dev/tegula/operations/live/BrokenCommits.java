package dev.tegula.operations.live;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/** A network that loses the answer of every n-th COMMIT: half of those were carried out, half were not, or all of them were. */
public final class BrokenCommits {

    private final DataSource target;
    private volatile int every;
    private volatile boolean carriedOut;
    private final AtomicInteger commits = new AtomicInteger();
    private final AtomicInteger broken = new AtomicInteger();

    public BrokenCommits(DataSource target, int every) {
        this.target = target;
        this.every = every;
    }

    /** From now on; of all commits with 1, of none with the largest number. */
    public void every(int commits) {
        every = commits;
    }

    /** From now on: all of those whose answer is lost are carried out. */
    public void carriedOut() {
        carriedOut = true;
    }

    public int broken() {
        return broken.get();
    }

    public DataSource dataSource() {
        return (DataSource) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {DataSource.class},
                (proxy, method, arguments) -> method.getName().equals("getConnection")
                        ? connection(target.getConnection())
                        : method.invoke(target, arguments));
    }

    private Connection connection(Connection real) {
        return (Connection) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("commit") && commits.incrementAndGet() % every == 0) {
                        if (broken.incrementAndGet() % 2 == 0 || carriedOut) {
                            real.commit();
                        } else {
                            real.rollback();
                        }
                        throw new SQLException("An I/O error occurred while sending to the backend.", "08006");
                    }
                    try {
                        return method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
