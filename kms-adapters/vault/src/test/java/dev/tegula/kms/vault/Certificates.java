package dev.tegula.kms.vault;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** Self-signed certificates for servers in this process, made by the JDK's own keytool once for all tests. */
final class Certificates {

    private static final String PASSWORD = "changeit";
    private static final Path DIRECTORY = directory();

    /** For this machine, and among the trusted ones. */
    static final Certificates GOOD = new Certificates("good", "dns:localhost,ip:127.0.0.1", "-1d");

    /** Trusted, but for another name. */
    static final Certificates ELSEWHERE = new Certificates("elsewhere", "dns:vault.elsewhere.example", "-1d");

    /** Trusted and for this machine, but its time is over. */
    static final Certificates EXPIRED = new Certificates("expired", "dns:localhost,ip:127.0.0.1", "-10d");

    /** For this machine, but of an authority nobody trusts. */
    static final Certificates UNTRUSTED = new Certificates("untrusted", "dns:localhost,ip:127.0.0.1", "-1d");

    private static final Path CA_FILE = caFile();

    private final String alias;
    private final KeyStore store;

    private Certificates(String alias, String names, String start) {
        this.alias = alias;
        this.store = make(alias, names, start);
    }

    /** A PEM file with every certificate but the untrusted one. */
    static Path trusted() {
        return CA_FILE;
    }

    SSLContext server() {
        try {
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, PASSWORD.toCharArray());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyStore make(String alias, String names, String start) {
        Path file = DIRECTORY.resolve(alias + ".p12");
        Path log = DIRECTORY.resolve(alias + ".log");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair"));
        command.addAll(List.of("-alias", alias, "-keyalg", "EC", "-dname", "CN=" + alias, "-ext", "san=" + names));
        command.addAll(List.of("-startdate", start, "-validity", "5", "-storetype", "PKCS12"));
        command.addAll(List.of("-keystore", file.toString(), "-storepass", PASSWORD));
        try {
            Process keytool = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
                throw new IllegalStateException(Files.readString(log));
            }
            KeyStore made = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(file)) {
                made.load(in, PASSWORD.toCharArray());
            }
            return made;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static Path caFile() {
        StringBuilder pem = new StringBuilder();
        try {
            for (Certificates each : List.of(GOOD, ELSEWHERE, EXPIRED)) {
                Certificate certificate = each.store.getCertificate(each.alias);
                pem.append("-----BEGIN CERTIFICATE-----\n")
                        .append(Base64.getMimeEncoder().encodeToString(certificate.getEncoded()))
                        .append("\n-----END CERTIFICATE-----\n");
            }
            return Files.writeString(DIRECTORY.resolve("ca.pem"), pem);
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Path directory() {
        try {
            return Files.createTempDirectory("vault-certificates");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
