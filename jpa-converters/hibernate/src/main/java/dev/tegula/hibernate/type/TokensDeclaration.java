package dev.tegula.hibernate.type;

import dev.tegula.blindindex.Tokenizer;

/**
 * What an attribute says about its blind tokens.
 *
 * @param attribute the encrypted attribute beside it
 * @param tokenizer what takes its texts apart
 * @param name their permanent name, or empty
 * @param sizeBytes how many bytes a token has
 * @param padToMultiple what their number is a multiple of
 * @param filling whether a row with a text may have none yet
 * @param global whether they are over all tenants
 * @param next whether it is the next column of the tokens that say the same
 */
public record TokensDeclaration(
        String attribute,
        Class<? extends Tokenizer> tokenizer,
        String name,
        int sizeBytes,
        int padToMultiple,
        boolean filling,
        boolean global,
        boolean next) {

    /** Whether both say the same but for what {@link #next} and {@link #filling} say. */
    public boolean ofSameTokens(TokensDeclaration other) {
        return attribute.equals(other.attribute)
                && tokenizer.equals(other.tokenizer)
                && name.equals(other.name)
                && sizeBytes == other.sizeBytes
                && padToMultiple == other.padToMultiple
                && global == other.global;
    }
}
