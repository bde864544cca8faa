package dev.tegula.jdbc;

/** SQLSTATEs that somebody asks for one by one. Names as in the PostgreSQL documentation, appendix A. */
public final class SqlState {

    /** A CHECK constraint said no. */
    public static final String CHECK_VIOLATION = "23514";
    /** The column takes no NULL. */
    public static final String NOT_NULL_VIOLATION = "23502";
    /** The transaction met another one; running it again may well succeed. */
    public static final String SERIALIZATION_FAILURE = "40001";
    /** The user name or the password is wrong, or the password has expired. */
    public static final String INVALID_PASSWORD = "28P01";
    /** The role may not. */
    public static final String INSUFFICIENT_PRIVILEGE = "42501";
    /** What was to be dropped or changed is not there. */
    public static final String UNDEFINED_OBJECT = "42704";
    /** What was to be made is there already. */
    public static final String DUPLICATE_OBJECT = "42710";
    /** A lock was not to be had in time. */
    public static final String LOCK_NOT_AVAILABLE = "55P03";
    /** A statement ran longer than it may, or somebody cancelled it. */
    public static final String QUERY_CANCELED = "57014";

    /** PostgreSQL may report it where a serialization conflict was the reason (documentation, 13.5). */
    public static final String UNIQUE_VIOLATION = "23505";
    /** The transaction takes no changes: that of a standby, or by a setting. */
    static final String READ_ONLY = "25006";
    /** The server does not do that; of a standby it is the answer to READ WRITE. */
    static final String FEATURE_NOT_SUPPORTED = "0A000";
    /** An earlier statement of the transaction failed. */
    static final String IN_FAILED_TRANSACTION = "25P02";

    private SqlState() {}
}
