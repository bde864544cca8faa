package dev.tegula.jdbc;

/**
 * Sees the text of every statement before it is sent; never a parameter. For tests that hand the texts to another
 * database's parser.
 */
@FunctionalInterface
public interface SqlLog {

    /** Called with each statement, on the thread that sends it. */
    void sent(String sql);

    /** Looks at nothing. */
    static SqlLog none() {
        return sql -> {};
    }
}
