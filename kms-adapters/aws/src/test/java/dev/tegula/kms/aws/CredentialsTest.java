package dev.tegula.kms.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.UnavailableException;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;

@Timeout(180)
@Tag("long")
class CredentialsTest {

    /** For searches that hang. Through the adapter each takes as long as all attempts of a call; unwrap_searchThatHangs shows that. */
    private static final Duration BOUND = Duration.ofMillis(100);

    private static byte[] unwrap(AwsKms kms) {
        return kms.kek(Steps.KEY).unwrap(Adapters.wrapped(), Adapters.context());
    }

    /** The SDK's whole chain, in a place where none of its sources has any. */
    @Test
    void unwrap_noCredentialsAtAll_isConfigurationAndSendsNothing() throws IOException {
        Map<String, String> nowhere = Map.of(
                "aws.disableEc2Metadata", "true",
                "aws.sharedCredentialsFile", "/nowhere/credentials",
                "aws.configFile", "/nowhere/config");
        nowhere.forEach(System::setProperty);
        try (ScriptedKms server = ScriptedKms.of(Steps.decrypted(Adapters.root()));
                AwsKms kms = AwsKms.builder()
                        .region(Steps.REGION)
                        .endpoint(server.endpoint())
                        .build()) {
            assertThatThrownBy(() -> unwrap(kms))
                    .isExactlyInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("No AWS credentials");
            assertThat(server.requests()).isEmpty();
        } finally {
            nowhere.keySet().forEach(System::clearProperty);
        }
    }

    @Test
    void unwrap_credentialsGoneAfterTheyWereThere_isUnavailable() throws IOException {
        AtomicBoolean gone = new AtomicBoolean();
        AwsCredentialsProvider provider = () -> {
            if (gone.get()) {
                throw SdkClientException.create("the token service is down");
            }
            return Adapters.CREDENTIALS.resolveCredentials();
        };
        try (ScriptedKms server = ScriptedKms.of(Steps.decrypted(Adapters.root()));
                AwsKms kms =
                        Adapters.at(server.endpoint()).credentials(provider).build()) {
            assertThat(unwrap(kms)).isEqualTo(Adapters.root());
            gone.set(true);

            assertThatThrownBy(() -> unwrap(kms)).isExactlyInstanceOf(UnavailableException.class);
            gone.set(false);
            assertThat(unwrap(kms)).isEqualTo(Adapters.root());
        }
    }

    @Test
    void unwrap_searchThatHangs_isUnavailableInTime() throws IOException {
        CountDownLatch never = new CountDownLatch(1);
        AwsCredentialsProvider provider = () -> {
            try {
                never.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            throw SdkClientException.create("too late");
        };
        try (ScriptedKms server = ScriptedKms.of(Steps.decrypted(Adapters.root()));
                AwsKms kms = Adapters.at(server.endpoint())
                        .timeout(Adapters.SHORT)
                        .credentials(provider)
                        .build()) {
            long begin = System.nanoTime();

            Throwable thrown = catchThrowable(() -> unwrap(kms));

            assertThat(thrown)
                    .isExactlyInstanceOf(UnavailableException.class)
                    .hasMessageContaining("No AWS credentials within");
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Adapters.BOUND);
            assertThat(server.requests()).isEmpty();
            assertThat(Thread.interrupted()).isFalse();
        }
    }

    /** A search for an instance's role hears no interrupt while it connects. */
    @Test
    void resolve_afterSearchesThatHangForEver_findsCredentialsThatAreThereNow() {
        CountDownLatch end = new CountDownLatch(1);
        AtomicBoolean hang = new AtomicBoolean(true);
        AwsCredentialsProvider provider = () -> {
            while (hang.get() && end.getCount() > 0) {
                awaitDeaf(end);
            }
            return Adapters.CREDENTIALS.resolveCredentials();
        };
        try (Credentials credentials = Credentials.given(provider, BOUND)) {
            for (int call = 0; call < Credentials.MOST_SEARCHES - 1; call++) {
                assertThatThrownBy(credentials::resolveCredentials).isExactlyInstanceOf(UnavailableException.class);
            }
            hang.set(false);

            assertThat(found(credentials)).isEqualTo(Adapters.CREDENTIALS.resolveCredentials());
        } finally {
            end.countDown();
        }
    }

    /** A search that works may take longer than the bound on a busy machine, and then the next one finds. */
    private static AwsCredentials found(Credentials credentials) {
        for (int call = 0; ; call++) {
            try {
                return credentials.resolveCredentials();
            } catch (UnavailableException e) {
                if (call == 50) {
                    throw e;
                }
            }
        }
    }

    @Test
    void resolve_whereEverySearchHangs_keepsNoMoreThanAFewThreads() {
        CountDownLatch end = new CountDownLatch(1);
        AwsCredentialsProvider provider = () -> {
            while (end.getCount() > 0) {
                awaitDeaf(end);
            }
            return Adapters.CREDENTIALS.resolveCredentials();
        };
        try (Credentials credentials = Credentials.given(provider, BOUND)) {
            for (int call = 0; call < Credentials.MOST_SEARCHES; call++) {
                assertThatThrownBy(credentials::resolveCredentials).isExactlyInstanceOf(UnavailableException.class);
            }
            assertThatThrownBy(credentials::resolveCredentials)
                    .isExactlyInstanceOf(UnavailableException.class)
                    .hasMessageContaining("searches for AWS credentials hang");
        } finally {
            end.countDown();
        }
    }

    private static void awaitDeaf(CountDownLatch end) {
        try {
            end.await();
        } catch (InterruptedException e) {
            // As a connection attempt does.
        }
    }

    @Test
    void webIdentity_onTheClassPath_isThere() throws ClassNotFoundException {
        assertThat(Class.forName(
                        "software.amazon.awssdk.services.sts.internal.StsWebIdentityCredentialsProviderFactory"))
                .isNotNull();
    }
}
