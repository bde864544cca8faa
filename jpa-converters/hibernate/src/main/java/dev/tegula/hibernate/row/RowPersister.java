package dev.tegula.hibernate.row;

/** What persisters are known by that write through {@link RowWriter}. */
public interface RowPersister {}
