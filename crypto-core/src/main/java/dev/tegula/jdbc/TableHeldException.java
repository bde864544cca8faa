package dev.tegula.jdbc;

import dev.tegula.failure.UnavailableException;

/** Other transactions held Tegula's own tables for longer than a transaction waits; the message names them. */
public final class TableHeldException extends UnavailableException {

    private static final long serialVersionUID = 1L;

    TableHeldException(String message, Throwable cause) {
        super(message, cause);
    }
}
