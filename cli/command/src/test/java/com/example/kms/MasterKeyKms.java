package com.example.kms;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.subtle.AesGcmJce;
import com.google.crypto.tink.subtle.Hkdf;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.kms.Kek;
import dev.tegula.kms.Kms;
import dev.tegula.kms.KmsSettings.SecretFile;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

final class MasterKeyKms implements Kms {

    static final String PROVIDER = "master-key";

    private final Map<String, Aead> keys;
    private volatile boolean closed;

    private MasterKeyKms(Map<String, Aead> keys) {
        this.keys = keys;
    }

    static MasterKeyKms open(SecretFile file, List<String> names) {
        char[] digits = file.read();
        byte[] master = bytes(file, digits);
        try {
            Map<String, Aead> keys = new TreeMap<>();
            for (String name : names) {
                byte[] info = name.getBytes(StandardCharsets.UTF_8);
                keys.put(name, new AesGcmJce(Hkdf.computeHkdf("HmacSha256", master, new byte[0], info, 32)));
            }
            return new MasterKeyKms(keys);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JVM has no AES-256-GCM", e);
        } finally {
            Arrays.fill(master, (byte) 0);
        }
    }

    private static byte[] bytes(SecretFile file, char[] digits) {
        try {
            return HexFormat.of().parseHex(CharBuffer.wrap(digits));
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException("The first line of " + file.path() + " is not hexadecimal.");
        } finally {
            Arrays.fill(digits, '\0');
        }
    }

    @Override
    public String provider() {
        return PROVIDER;
    }

    @Override
    public Kek kek(String key) {
        return new MasterKeyKek(this, key);
    }

    Aead aead(String key) {
        if (closed) {
            throw new IllegalStateException("This MasterKeyKms is closed");
        }
        Aead found = keys.get(key);
        if (found == null) {
            throw new ConfigurationException("There is no key `" + key + "`; the setting `keys` has " + keys.keySet());
        }
        return found;
    }

    @Override
    public void close() {
        closed = true;
    }
}
