package dev.tegula.kek;

import java.util.LinkedHashMap;
import java.util.Map;

/** Credentials where the AWS SDK looks for them in this process; the emulator takes any. */
final class AwsLogin implements AutoCloseable {

    private static final Map<String, String> PROPERTIES =
            Map.of("aws.accessKeyId", "test", "aws.secretAccessKey", "test");

    private final Map<String, String> before = new LinkedHashMap<>();

    private AwsLogin() {
        PROPERTIES.forEach((name, value) -> {
            String old = System.setProperty(name, value);
            if (old != null) {
                before.put(name, old);
            }
        });
    }

    static AwsLogin begin() {
        return new AwsLogin();
    }

    @Override
    public void close() {
        PROPERTIES.keySet().forEach(System::clearProperty);
        before.forEach(System::setProperty);
    }
}
