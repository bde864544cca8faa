package dev.tegula.operations.rotation;

/** Is told how a search of the whole database goes on. Called by one thread. */
@FunctionalInterface
public interface SearchListener {

    /**
     * A part of a relation was searched.
     *
     * @param relation schema and name
     * @param doneBytes bytes of it on disk that were searched
     * @param totalBytes bytes of it on disk, without what is stored out of line
     */
    void searched(String relation, long doneBytes, long totalBytes);

    /** Says nothing. */
    static SearchListener quiet() {
        return (relation, done, total) -> {};
    }
}
