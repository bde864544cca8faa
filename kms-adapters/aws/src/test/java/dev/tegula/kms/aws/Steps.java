package dev.tegula.kms.aws;

import dev.tegula.kms.aws.ScriptedKms.Step;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Answers in the form of the AWS KMS API reference (JSON 1.1, the error's name in {@code __type}), and ways not to answer. */
final class Steps {

    static final String REGION = "eu-central-1";
    static final String KEY = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    static final String OTHER_KEY = "arn:aws:kms:eu-central-1:111122223333:key/0987dcba-09fe-87dc-65ba-ab0987654321";
    static final String MATERIAL = "ab".repeat(32);
    static final String NEXT_MATERIAL = "cd".repeat(32);
    static final byte[] BLOB = "canary-blob-of-no-meaning".getBytes(StandardCharsets.US_ASCII);

    private static final String JSON = "application/x-amz-json-1.1";

    private Steps() {}

    static Step error(int status, String type, String message) {
        return answer(status, JSON, "{\"__type\":\"" + type + "\",\"message\":\"" + message + "\"}");
    }

    /** An error whose message is the request, as no service should. */
    static Step echo(int status, String type) {
        return (socket, request) -> error(
                        status,
                        type,
                        request.substring(request.indexOf("\r\n\r\n")).strip().replace("\"", "'"))
                .meet(socket, request);
    }

    static Step encrypted() {
        return json("{\"CiphertextBlob\":\"" + base64(BLOB) + "\",\"EncryptionAlgorithm\":\"SYMMETRIC_DEFAULT\","
                + "\"KeyId\":\"" + KEY + "\"}");
    }

    static Step decrypted(byte[] root) {
        return decrypted(root, KEY);
    }

    static Step decrypted(byte[] root, String key) {
        return json("{\"EncryptionAlgorithm\":\"SYMMETRIC_DEFAULT\",\"KeyId\":\"" + key + "\",\"KeyMaterialId\":\""
                + MATERIAL + "\",\"Plaintext\":\"" + base64(root) + "\"}");
    }

    static Step reEncrypted(String from, String to) {
        return json("{\"CiphertextBlob\":\"" + base64(BLOB) + "\",\"DestinationEncryptionAlgorithm\":"
                + "\"SYMMETRIC_DEFAULT\",\"DestinationKeyMaterialId\":\"" + NEXT_MATERIAL + "\",\"KeyId\":\"" + to
                + "\",\"SourceEncryptionAlgorithm\":\"SYMMETRIC_DEFAULT\",\"SourceKeyId\":\"" + from
                + "\",\"SourceKeyMaterialId\":\"" + MATERIAL + "\"}");
    }

    static Step described() {
        return described("\"KeyState\":\"Enabled\",\"Enabled\":true");
    }

    /** With fields that replace those of a good key; the last of two fields of one name counts. */
    static Step described(String changed) {
        return json("{\"KeyMetadata\":{\"AWSAccountId\":\"111122223333\",\"Arn\":\"" + KEY
                + "\",\"CreationDate\":1.7E9,"
                + "\"CurrentKeyMaterialId\":\"" + MATERIAL + "\",\"CustomerMasterKeySpec\":\"SYMMETRIC_DEFAULT\","
                + "\"Description\":\"\",\"Enabled\":true,\"EncryptionAlgorithms\":[\"SYMMETRIC_DEFAULT\"],\"KeyId\":"
                + "\"1234abcd-12ab-34cd-56ef-1234567890ab\",\"KeyManager\":\"CUSTOMER\",\"KeySpec\":\"SYMMETRIC_DEFAULT\","
                + "\"KeyState\":\"Enabled\",\"KeyUsage\":\"ENCRYPT_DECRYPT\",\"MultiRegion\":false,\"Origin\":\"AWS_KMS\","
                + changed + "}}");
    }

    static Step rotating(String fields) {
        return json("{\"KeyId\":\"" + KEY + "\"," + fields + "}");
    }

    static Step json(String body) {
        return answer(200, JSON, body);
    }

    static Step answer(int status, String type, String body) {
        return (socket, request) -> write(socket, status, type, body, body.length(), Instant.now());
    }

    /** The same answer from a service whose clock says something else. */
    static Step dated(Instant date, int status, String body) {
        return (socket, request) -> write(socket, status, JSON, body, body.length(), date);
    }

    /** Promises all of it, sends a half and hangs up. */
    static Step cut(String body) {
        return (socket, request) -> {
            write(socket, 200, JSON, body.substring(0, body.length() / 2), body.length(), Instant.now());
            socket.close();
        };
    }

    static Step reset() {
        return (socket, request) -> {
            socket.setSoLinger(true, 0);
            socket.close();
        };
    }

    static Step silence() {
        return (socket, request) -> socket.getInputStream().read();
    }

    /** A byte of the head now and then, so that no read takes too long but all together do. */
    static Step drip() {
        return (socket, request) -> {
            for (byte one : ("HTTP/1.1 200 OK\r\nX-Slow: " + "x".repeat(1000)).getBytes(StandardCharsets.US_ASCII)) {
                socket.getOutputStream().write(one);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            }
        };
    }

    static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static void write(Socket socket, int status, String type, String body, int length, Instant date)
            throws IOException {
        String head = "HTTP/1.1 " + status + " " + (status < 300 ? "OK" : "Error") + "\r\nx-amzn-RequestId:"
                + " 0f3a9c51-7d6e-4c1b-9a52-5e1f0c9d7b11\r\nDate: "
                + DateTimeFormatter.RFC_1123_DATE_TIME.format(date.atZone(ZoneOffset.UTC))
                + "\r\nContent-Type: " + type + "\r\nContent-Length: " + length + "\r\n\r\n";
        socket.getOutputStream().write((head + body).getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
    }
}
