package dev.tegula.test.servers;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/** A certificate authority made for one directory, and a server certificate of it for 127.0.0.1 and localhost, as PEM. */
record TlsFiles(Path ca, Path certificate, Path key) {

    static TlsFiles create(Path directory) {
        TlsFiles files = new TlsFiles(
                directory.resolve("ca.pem"), directory.resolve("server.pem"), directory.resolve("server-key.pem"));
        files.write(directory);
        return files;
    }

    private void write(Path directory) {
        Path store = directory.resolve("tls.p12");
        byte[] secret = new byte[16];
        new SecureRandom().nextBytes(secret);
        String password = HexFormat.of().formatHex(secret);
        try {
            keytool(store, password, "-alias", "ca", "-dname", "CN=Tegula test CA", "-ext", "bc:c");
            keytool(
                    store,
                    password,
                    "-alias",
                    "server",
                    "-signer",
                    "ca",
                    "-dname",
                    "CN=localhost",
                    "-ext",
                    "san=ip:127.0.0.1,dns:localhost");
            KeyStore keys = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(store)) {
                keys.load(in, password.toCharArray());
            }
            Key serverKey = keys.getKey("server", password.toCharArray());
            writeSecret(key, pem("PRIVATE KEY", serverKey.getEncoded()));
            StringBuilder chain = new StringBuilder();
            for (Certificate link : keys.getCertificateChain("server")) {
                chain.append(pem("CERTIFICATE", link.getEncoded()));
            }
            Files.writeString(certificate, chain);
            Files.writeString(ca, pem("CERTIFICATE", keys.getCertificate("ca").getEncoded()));
            Files.delete(store);
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("could not make the certificates in " + directory, e);
        }
    }

    /** Writes a file that only its owner reads, from the first byte on. */
    static void writeSecret(Path file, String content) throws IOException {
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, content);
    }

    /** The JDK makes certificates only through its tool. The password travels in the environment, not in the arguments. */
    private static void keytool(Path store, String password, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair"));
        command.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1", "-validity", "3650"));
        command.addAll(
                List.of("-storetype", "PKCS12", "-keystore", store.toString(), "-storepass:env", "STORE_PASSWORD"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("STORE_PASSWORD", password);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException("keytool failed: " + output);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static String pem(String type, byte[] der) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n";
    }
}
