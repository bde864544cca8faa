package dev.tegula.kms.aws;

import dev.tegula.failure.ConfigurationException;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;

/**
 * Watches the way to the service: lets nothing go out in clear, and remembers the last address and how far the two clocks
 * were apart. The address is looked at when it is used, because AWS_ENDPOINT_URL_KMS and profiles can set one too.
 */
final class Connection implements ExecutionInterceptor {

    private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.[0-9]+){3}|\\[?::1\\]?");

    private final InstantSource clock;
    private volatile @Nullable URI address;
    private volatile @Nullable Duration skew;

    Connection(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * The address itself.
     *
     * @throws ConfigurationException unless it is https, or http to this machine
     */
    static URI checked(URI endpoint) {
        String scheme = String.valueOf(endpoint.getScheme()).toLowerCase(Locale.ROOT);
        boolean clear = scheme.equals("http") && loopback(endpoint);
        if (endpoint.getHost() == null || !(scheme.equals("https") || clear)) {
            throw new ConfigurationException(
                    "The endpoint of AWS KMS must be an https address, or http on this machine for"
                            + " an emulator, because data keys travel there, not `" + scheme + "://"
                            + endpoint.getHost()
                            + "`."
                            + " Look at `endpoint`, AWS_ENDPOINT_URL_KMS and AWS_ENDPOINT_URL.");
        }
        return endpoint;
    }

    static boolean loopback(URI endpoint) {
        return endpoint.getHost() != null
                && LOOPBACK.matcher(endpoint.getHost()).matches();
    }

    @Override
    public void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes attributes) {
        address = checked(context.httpRequest().getUri());
    }

    @Override
    public void afterTransmission(Context.AfterTransmission context, ExecutionAttributes attributes) {
        skew = context.httpResponse()
                .firstMatchingHeader("Date")
                .flatMap(Connection::date)
                .map(theirs -> Duration.between(theirs.toInstant(), clock.instant()))
                .orElse(null);
    }

    private static Optional<ZonedDateTime> date(String header) {
        try {
            return Optional.of(ZonedDateTime.parse(header, DateTimeFormatter.RFC_1123_DATE_TIME));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** Where the last request went; empty before the first. */
    Optional<URI> address() {
        return Optional.ofNullable(address);
    }

    /** How far this machine's clock was ahead at the last answer; empty if that carried no date. */
    Optional<Duration> skew() {
        return Optional.ofNullable(skew);
    }
}
