package dev.tegula.kms.vault;

import java.io.IOException;
import java.net.URI;
import java.util.Objects;
import java.util.Optional;

/**
 * How a standby sends callers to the node that leads: status 307, the same path, another host. The token goes along, so
 * it is followed over TLS only, where the other host has to prove its name to the same trust as the first.
 */
final class LeaderRedirect {

    private LeaderRedirect() {}

    /** A redirect that must not be followed; its message says why and what to do. */
    static final class RefusedRedirectException extends IOException {
        private static final long serialVersionUID = 1L;

        RefusedRedirectException(String message) {
            super(message);
        }
    }

    static boolean asked(int status) {
        return status >= 301 && status <= 308 && status != 304;
    }

    /**
     * Where to send the same request.
     *
     * @throws RefusedRedirectException if the place is not named, not reached over TLS, or not the same path
     */
    static URI target(URI asked, Optional<String> location) throws RefusedRedirectException {
        URI target = location.flatMap(LeaderRedirect::parse)
                .map(asked::resolve)
                .orElseThrow(() -> new RefusedRedirectException(
                        "it redirects without naming a place, so something other than Vault answers there"));
        if (!"https".equals(target.getScheme()) || target.getHost() == null || target.getRawUserInfo() != null) {
            throw new RefusedRedirectException(
                    "it redirects to " + target.getScheme() + "://" + target.getHost()
                            + ", and a token goes over TLS only; give the leader's api_addr as https in Vault's own configuration");
        }
        if (!asked.getRawPath().equals(target.getRawPath()) || !query(asked).equals(query(target))) {
            throw new RefusedRedirectException("it redirects to another path at " + target.getHost()
                    + ", which Vault does not; is the address that of a proxy or a login page?");
        }
        return target;
    }

    /** The driver asks with an empty query where Vault names none. */
    private static String query(URI uri) {
        return Objects.requireNonNullElse(uri.getRawQuery(), "");
    }

    private static Optional<URI> parse(String location) {
        try {
            return Optional.of(URI.create(location));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
