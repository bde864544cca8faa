package dev.tegula.kms.vault;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.ThrottledException;
import dev.tegula.failure.UnavailableException;
import dev.tegula.kms.vault.LeaderRedirect.RefusedRedirectException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;

/** What to say when Vault does not answer, or answers that it cannot now. */
final class OutageMessages {

    private OutageMessages() {}

    /** A status of {@link Answer#passing()}. */
    static UnavailableException ofStatus(URI address, Answer answer) {
        int status = answer.status();
        String reason;
        if (answer.ok()) {
            reason = "the answer is cut off or not JSON; a proxy on the way may have changed it";
        } else if (answer.says("Vault is sealed")) {
            reason = "it is sealed. Unseal it: vault operator unseal";
        } else {
            reason = switch (status) {
                case 412 -> "this node lags behind its leader";
                case 429 -> "too many requests. Look at its rate limit quotas: vault list sys/quotas/rate-limit";
                case 472 -> "it is a disaster recovery standby. Point the address at the primary cluster";
                case 473 -> "it is a performance standby that does not serve this";
                case 501 -> "it is not initialised. Run: vault operator init";
                case 502, 504 -> "a proxy before it gets no answer from it";
                case 503 -> "no node serves requests, or it is being stopped";
                default ->
                    status < 400
                            ? "it goes on redirecting; a leader may be being elected"
                            : "an internal error. Its own log says which";
            };
        }
        String message = "Vault at " + address + " is unavailable (" + status + "): " + reason + ".";
        return status == 429 ? new ThrottledException(message) : new UnavailableException(message);
    }

    /**
     * No answer at all.
     *
     * @throws ConfigurationException if the certificate is not one to trust, or a redirect is not one to follow
     */
    static UnavailableException ofNetwork(URI address, IOException failure) {
        if (failure instanceof RefusedRedirectException refused) {
            throw new ConfigurationException("Vault at " + address + ": " + refused.getMessage() + ".", refused);
        }
        if (hasCause(failure, CertificateException.class) || hasCause(failure, CertPathBuilderException.class)) {
            throw new ConfigurationException(
                    "Vault at " + address
                            + " shows a certificate that is not trusted for this name. Either ca-file lacks"
                            + " the authority that issued it, it has expired, or the address is not among its names. Look: openssl"
                            + " s_client -connect " + address.getAuthority(),
                    failure);
        }
        if (failure instanceof HttpTimeoutException && !(failure instanceof HttpConnectTimeoutException)) {
            return new UnavailableException("Vault at " + address + " did not answer in time.", failure);
        }
        return new UnavailableException(
                "Vault at " + address + " cannot be reached ("
                        + (beforeSending(failure) ? "no connection" : "the connection broke") + "). Is it running?",
                failure);
    }

    static UnavailableException outOfTime(URI address) {
        return new UnavailableException(
                "Vault at " + address + " was not asked: no time was left, or the thread was" + " interrupted.");
    }

    /** Whether nothing of the request can have arrived. */
    static boolean beforeSending(IOException failure) {
        return failure instanceof ConnectException || failure instanceof HttpConnectTimeoutException;
    }

    private static boolean hasCause(Throwable failure, Class<? extends Throwable> type) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }
}
