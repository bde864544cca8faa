package dev.tegula.kms.vault;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** Certificates for servers in this process, made by the JDK's own keytool once for all tests. */
final class Certificates {

    private static final String HERE = "dns:localhost,ip:127.0.0.1";
    private static final char[] PASSWORD = "changeit".toCharArray();
    private static final Path DIRECTORY = directory();
    private static final Path STORE = DIRECTORY.resolve("all.p12");
    private static final Path CA_FILE = caFile();

    /** For this machine, of the authority that is trusted. */
    static final Certificates GOOD = issue("good", HERE, "-1d", "ca");

    /** Of the authority that is trusted, but for another name. */
    static final Certificates ELSEWHERE = issue("elsewhere", "dns:vault.elsewhere.example", "-1d", "ca");

    /** Of the authority that is trusted and for this machine, but its time is over. */
    static final Certificates EXPIRED = issue("expired", HERE, "-10d", "ca");

    /** For this machine, but of an authority nobody trusts. */
    static final Certificates UNTRUSTED = issue("untrusted", HERE, "-1d", "other-ca");

    private final SSLContext context;

    private Certificates(SSLContext context) {
        this.context = context;
    }

    /** A PEM file with the authority to trust. */
    static Path trusted() {
        return CA_FILE;
    }

    SSLContext server() {
        return context;
    }

    private static Path caFile() {
        keytool("ca", "-ext", "bc=ca:true", "-startdate", "-20d");
        keytool("other-ca", "-ext", "bc=ca:true", "-startdate", "-20d");
        try {
            byte[] certificate = load().getCertificate("ca").getEncoded();
            Path pem = DIRECTORY.resolve("ca.pem");
            pem.toFile().deleteOnExit();
            return Files.writeString(
                    pem,
                    "-----BEGIN CERTIFICATE-----\n" + Base64.getMimeEncoder().encodeToString(certificate)
                            + "\n-----END CERTIFICATE-----\n");
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Certificates issue(String alias, String names, String start, String signer) {
        keytool(alias, "-ext", "san=" + names, "-startdate", start, "-signer", signer);
        try {
            KeyStore all = load();
            KeyStore one = KeyStore.getInstance("PKCS12");
            one.load(null, null);
            one.setKeyEntry(alias, all.getKey(alias, PASSWORD), PASSWORD, all.getCertificateChain(alias));
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(one, PASSWORD);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return new Certificates(context);
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyStore load() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(STORE)) {
            store.load(in, PASSWORD);
        }
        return store;
    }

    private static void keytool(String alias, String... more) {
        Path log = DIRECTORY.resolve(alias + ".log");
        log.toFile().deleteOnExit();
        STORE.toFile().deleteOnExit();
        String program =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        List<String> command = new ArrayList<>(List.of(program, "-genkeypair", "-alias", alias, "-keyalg", "EC"));
        command.addAll(List.of("-dname", "CN=" + alias, "-storetype", "PKCS12", "-keystore", STORE.toString()));
        command.addAll(List.of("-storepass", new String(PASSWORD), "-validity", alias.endsWith("ca") ? "30" : "5"));
        command.addAll(List.of(more));
        try {
            Process keytool = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            if (!keytool.waitFor(5, TimeUnit.MINUTES) || keytool.exitValue() != 0) {
                throw new IllegalStateException(Files.readString(log));
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static Path directory() {
        try {
            Path directory = Files.createTempDirectory("vault-certificates");
            // Deleted last: what is registered first goes last.
            directory.toFile().deleteOnExit();
            return directory;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
