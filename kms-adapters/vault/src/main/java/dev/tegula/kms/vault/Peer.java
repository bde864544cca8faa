package dev.tegula.kms.vault;

import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Instant;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** Who answered last over TLS, for the one who asks about the way to Vault. */
final class Peer {

    private volatile @Nullable Tls last;

    /**
     * A connection.
     *
     * @param protocol for example {@code TLSv1.3}
     * @param certificateEnds when the server's certificate ends
     */
    record Tls(String protocol, Instant certificateEnds) {}

    void seen(SSLSession session) {
        try {
            Certificate[] chain = session.getPeerCertificates();
            if (chain.length > 0 && chain[0] instanceof X509Certificate leaf) {
                last = new Tls(session.getProtocol(), leaf.getNotAfter().toInstant());
            }
        } catch (SSLPeerUnverifiedException e) {
            throw new IllegalStateException("Received an answer over TLS without a verified peer", e);
        }
    }

    @Nullable
    Tls last() {
        return last;
    }
}
