package dev.tegula.hibernate.type;

import java.util.List;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.jspecify.annotations.Nullable;

/** What an attribute holds beside an encrypted one: computed whenever its row is written, compared whenever it is loaded. */
public interface Companion {

    /** Entity and attribute. */
    String attribute();

    /** The types of the encrypted attributes, in the order of the values that it is computed from. */
    List<EncryptedJavaType> indexed();

    /** What a row of these values holds. */
    @Nullable
    Object compute(List<?> values, SharedSessionContractImplementor session);

    /**
     * Whether a row that holds nothing may be written again without it, because there can be none of these values: while rows are
     * filled, who changes another attribute of one that was there before must not be stopped.
     */
    boolean mayLack(List<?> values);

    /**
     * Checks what a row holds.
     *
     * @throws dev.tegula.failure.IntegrityException if it is not that of the values
     */
    void verify(@Nullable Object stored, List<?> values, SharedSessionContractImplementor session);
}
