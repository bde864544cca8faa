package dev.tegula.kms.vault;

import dev.tegula.failure.ConfigurationException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * The certificate authorities a file holds. The driver would take the first of them only, and TLS 1.2 at most in name.
 */
final class Trust {

    private Trust() {}

    /**
     * A TLS context that trusts the certificates of a PEM file and no others.
     *
     * @throws ConfigurationException if the file is missing or holds no certificate
     */
    static SSLContext of(Path caFile) {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(caFile))) {
            Collection<? extends Certificate> found =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (found.isEmpty()) {
                throw new ConfigurationException("The ca-file " + caFile + " holds no certificate; PEM is expected.");
            }
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (Certificate authority : found) {
                store.setCertificateEntry("ca-" + store.size(), authority);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (IOException e) {
            throw new ConfigurationException("The ca-file " + caFile + " cannot be read. Correct the path.", e);
        } catch (GeneralSecurityException e) {
            throw new ConfigurationException("The ca-file " + caFile + " holds no certificate; PEM is expected.", e);
        }
    }
}
