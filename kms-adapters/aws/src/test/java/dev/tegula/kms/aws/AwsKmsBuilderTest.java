package dev.tegula.kms.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.kms.Kek;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AwsKmsBuilderTest {

    private static AwsKmsBuilder builder() {
        return AwsKms.builder().region(Steps.REGION).credentials(Adapters.CREDENTIALS);
    }

    @Test
    void kek_ofTheDocumentation_isOneOfTheService() {
        // docs:begin kms-aws
        AwsKms aws = AwsKms.builder().region("eu-central-1").build();
        Kek main = aws.kek("arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab");
        // docs:end kms-aws
        assertThat(main.provider()).isEqualTo(aws.provider());
        aws.close();
    }

    @Test
    void build_noRegion_isRefused() {
        assertThatThrownBy(() -> AwsKms.builder().build())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("none was given");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "frankfurt", "eu-central-1.example", "EU-CENTRAL-1", "eu-central-1/"})
    void build_regionThatIsNone_isRefused(String region) {
        assertThatThrownBy(() -> builder().region(region).build())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("not `" + region + "`");
    }

    @ParameterizedTest
    @ValueSource(strings = {"eu-central-1", "us-gov-west-1", "ap-southeast-12"})
    void build_region_isTaken(String region) {
        assertThatCode(() -> builder().region(region).build().close()).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://kms.example",
                "http://127.0.0.1.example:4566",
                "http://localhost.example",
                "ftp://localhost",
                "kms.example",
                "https:kms"
            })
    void build_endpointThatIsNotHttps_isRefused(String endpoint) {
        assertThatThrownBy(() -> builder().endpoint(URI.create(endpoint)).build())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("https");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://vpce-1.kms.eu-central-1.vpce.amazonaws.com",
                "http://localhost:4566",
                "http://127.0.0.1:5000",
                "http://[::1]:5000"
            })
    void build_endpointWithTlsOrOfThisMachine_isTaken(String endpoint) {
        assertThatCode(() -> builder().endpoint(URI.create(endpoint)).build().close())
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 99, 60_001, -1})
    void build_timeoutOutOfRange_isRefused(long millis) {
        assertThatThrownBy(() -> builder().timeout(Duration.ofMillis(millis)).build())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("timeout");
    }
}
