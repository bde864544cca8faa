package dev.tegula.operations.scan;

/** Is told how a scan goes on. Called by one thread. */
@FunctionalInterface
public interface ScanListener {

    /**
     * A table is read next.
     *
     * @param table schema and name
     * @param done tables before it
     * @param total all tables
     */
    void reading(String table, int done, int total);
}
