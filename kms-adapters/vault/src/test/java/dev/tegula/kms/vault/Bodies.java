package dev.tegula.kms.vault;

import java.util.Arrays;
import java.util.Base64;
import java.util.stream.Collectors;

/** Answers as a Vault 1.19 core gave them. */
final class Bodies {

    static final String LOOKUP = data("\"ttl\":0,\"renewable\":false,\"policies\":[\"tegula\"],\"type\":\"service\"");
    static final String TOO_OLD = "ciphertext or signature version is disallowed by policy (too old)";
    static final String DENIED = "1 error occurred:\n\t* permission denied\n\n";
    static final String NOT_AUTHENTIC = "cipher: message authentication failed";

    /** 60 bytes: what transit makes of a root. */
    static final String BLOB = Base64.getEncoder().encodeToString(new byte[60]);

    private Bodies() {}

    static String errors(String... errors) {
        return Arrays.stream(errors)
                .map(error ->
                        '"' + error.replace("\"", "\\\"").replace("\n", "\\n").replace("\t", "\\t") + '"')
                .collect(Collectors.joining(",", "{\"errors\":[", "]}\n"));
    }

    static String data(String fields) {
        return "{\"request_id\":\"5b10d3b0-b311-ede4-39af-5e35cea9d0f6\",\"lease_id\":\"\",\"renewable\":false,"
                + "\"lease_duration\":0,\"data\":{" + fields + "},\"wrap_info\":null,\"warnings\":null,\"auth\":null,"
                + "\"mount_type\":\"transit\"}\n";
    }

    static String plaintext(byte[] root) {
        return data("\"plaintext\":\"" + Base64.getEncoder().encodeToString(root) + "\"");
    }

    static String ciphertext(int version) {
        return ciphertext("vault:v" + version + ":" + BLOB, version);
    }

    static String ciphertext(String text, int version) {
        return data("\"ciphertext\":\"" + text + "\",\"key_version\":" + version);
    }

    static String key(String changes) {
        return data("\"allow_plaintext_backup\":false,\"auto_rotate_period\":0,\"deletion_allowed\":false,"
                + "\"derived\":true,\"exportable\":false,\"imported_key\":false,\"kdf\":\"hkdf_sha256\","
                + "\"keys\":{\"1\":1795254231},\"latest_version\":1,\"min_available_version\":0,"
                + "\"min_decryption_version\":1,\"min_encryption_version\":0,\"name\":\"main\","
                + "\"type\":\"aes256-gcm96\"" + changes);
    }

    static String login(String token, int seconds, boolean renewable) {
        return "{\"request_id\":\"\",\"lease_id\":\"\",\"renewable\":false,\"lease_duration\":0,\"data\":null,"
                + "\"wrap_info\":null,\"warnings\":null,\"auth\":{\"client_token\":\"" + token
                + "\",\"accessor\":\"a\",\"policies\":[\"default\",\"tegula\"],\"metadata\":{\"role_name\":\"app\"},"
                + "\"lease_duration\":" + seconds + ",\"renewable\":" + renewable + ",\"token_type\":\"service\"},"
                + "\"mount_type\":\"\"}\n";
    }
}
