package dev.tegula.kms.vault;

import org.jspecify.annotations.Nullable;

/** Asks Vault as the login that is there. A refused token is replaced by one login; what is refused then is a denial. */
final class AuthenticatedCalls {

    private static final int FORBIDDEN = 403;

    private final VaultRequests exchange;
    private final Tokens tokens;

    AuthenticatedCalls(VaultRequests exchange, Tokens tokens) {
        this.exchange = exchange;
        this.tokens = tokens;
    }

    VaultRequests exchange() {
        return exchange;
    }

    Tokens tokens() {
        return tokens;
    }

    /** The answer; 403 in it is final. */
    Answer ask(Request request) {
        Deadline deadline = exchange.deadline();
        HeldToken token = tokens.current(deadline);
        Answer answer = exchange.ask(request, token.reveal(), deadline);
        if (answer.status() != FORBIDDEN) {
            return answer;
        }
        HeldToken fresh = tokens.afterRefusal(token, deadline);
        if (fresh == null) {
            return answer;
        }
        Answer second = exchange.ask(request, fresh.reveal(), deadline);
        if (second.status() == FORBIDDEN) {
            tokens.freshOneRefused();
        }
        return second;
    }

    /** The answer to what the token need not have the right to; null if it has not. */
    @Nullable
    Answer askIfAllowed(Request request) {
        Deadline deadline = exchange.deadline();
        Answer answer = exchange.ask(request, tokens.current(deadline).reveal(), deadline);
        return answer.status() == FORBIDDEN ? null : answer;
    }
}
