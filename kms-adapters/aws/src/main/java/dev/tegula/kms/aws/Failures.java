package dev.tegula.kms.aws;

import dev.tegula.failure.CannotOpenException;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.DeniedException;
import dev.tegula.failure.TegulaException;
import dev.tegula.failure.ThrottledException;
import dev.tegula.failure.UnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnknownHostException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Sorts what the SDK throws, by the code of the error and the class of the exception; {@code retryable()} is of no use
 * here, and throttling is a 400. What the service wrote is neither quoted nor kept as a cause, because an endpoint can
 * write what it was sent; names of errors, ids of requests and who was refused are taken over in a strict form.
 */
final class Failures {

    private static final int SERVER_ERROR = 500;
    private static final int REQUEST_TIMEOUT = 408;

    private static final Set<String> NOT_WHAT_WAS_WRAPPED =
            Set.of("InvalidCiphertextException", "IncorrectKeyException");

    private static final Set<String> KEY_UNFIT = Set.of(
            "NotFoundException",
            "InvalidKeyUsageException",
            "InvalidArnException",
            "UnsupportedOperationException",
            "ValidationException");

    private static final Set<String> CREDENTIALS = Set.of(
            "UnrecognizedClientException",
            "InvalidClientTokenId",
            "InvalidSignatureException",
            "SignatureDoesNotMatch",
            "IncompleteSignature",
            "MissingAuthenticationToken",
            "MissingAuthenticationTokenException",
            "ExpiredToken",
            "ExpiredTokenException",
            "RequestExpired");

    private static final Pattern CALLER =
            Pattern.compile("User: (arn:aws[a-z-]*:(?:iam|sts)::[0-9]{12}:[\\w+=,.@/-]+) is");

    private static final Pattern WORD = Pattern.compile("[A-Za-z]{1,60}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private Failures() {}

    /** What to throw for a failed call; what is not the SDK's comes back as it is. */
    static RuntimeException of(RuntimeException thrown, Call call) {
        TegulaException ours = cause(thrown, TegulaException.class);
        if (ours != null) {
            return ours;
        }
        if (thrown instanceof AwsServiceException answer) {
            return refused(answer, call);
        }
        if (thrown instanceof AbortedException) {
            Thread.currentThread().interrupt();
        }
        return thrown instanceof SdkException || thrown instanceof UncheckedIOException
                ? unanswered(thrown, call)
                : thrown;
    }

    private static TegulaException refused(AwsServiceException answer, Call call) {
        AwsErrorDetails details = answer.awsErrorDetails();
        String code = details == null ? "" : word(details.errorCode());
        String what = call + ": " + (code.isEmpty() ? "an answer without an error code" : code) + " (HTTP "
                + answer.statusCode() + ", request `" + word(answer.requestId()) + "`)";
        if (NOT_WHAT_WAS_WRAPPED.contains(code)) {
            return new CannotOpenException(call.field());
        }
        if (answer.isThrottlingException()) {
            return new ThrottledException(what + ". It may work later.");
        }
        if (answer.statusCode() >= SERVER_ERROR || answer.statusCode() == REQUEST_TIMEOUT) {
            return new UnavailableException(what + ". It may work later.");
        }
        if (KEY_UNFIT.contains(code)) {
            return new ConfigurationException(what
                    + ". There is no such key here, or it does not encrypt symmetrically; see " + call.look() + ".");
        }
        if (code.isEmpty()) {
            return new ConfigurationException(
                    what + ", so it is not AWS KMS that answers. Look at the endpoint and at proxies on the way.");
        }
        return new DeniedException(what + denial(code, details == null ? null : details.errorMessage(), call));
    }

    /** What the names of errors and the ids of requests are made of; else nothing. */
    private static String word(@Nullable String text) {
        return text != null && WORD.matcher(text).matches() ? text : "";
    }

    private static String denial(String code, @Nullable String said, Call call) {
        if (CREDENTIALS.contains(code)) {
            return ". The credentials are wrong, expired or revoked, or this machine's clock is wrong;"
                    + " `aws sts get-caller-identity` shows whose they are.";
        }
        if (code.equals("DisabledException") || code.equals("KMSInvalidStateException")) {
            return ". The key is disabled, waits for its deletion, or its store is not connected; see " + call.look()
                    + ".";
        }
        if (!code.equals("AccessDeniedException")) {
            return ". This call will not be served; the KMS API reference tells what the error means.";
        }
        String message = said == null ? "" : said;
        Matcher caller = CALLER.matcher(message);
        return (caller.find() ? " for " + caller.group(1) : "")
                + (message.contains("because no ") ? ", no policy allows it" : "")
                + (message.contains("with an explicit deny") ? ", a policy denies it" : "")
                + ". It needs " + call.action() + " on the key, in a policy of the role or of the key.";
    }

    private static TegulaException unanswered(RuntimeException thrown, Call call) {
        if (cause(thrown, CertificateException.class) != null
                || cause(thrown, CertPathValidatorException.class) != null
                || cause(thrown, SSLPeerUnverifiedException.class) != null) {
            return new ConfigurationException(
                    call
                            + ": the certificate of the endpoint is not trusted by this JVM, or is another host's. Look at the"
                            + " endpoint, proxies on the way, and the JVM's trust store.",
                    thrown);
        }
        if (cause(thrown, UnknownHostException.class) != null) {
            return new UnavailableException(
                    call + ": the host of the endpoint is unknown. Look at the region's name, and at DNS here.",
                    thrown);
        }
        return network(thrown)
                ? new UnavailableException(call + ": no answer, or not in time. It may work later.", thrown)
                : new UnavailableException(call + ": an answer that cannot be read. It may work later.");
    }

    /** A parser's failure can quote the answer. */
    private static boolean network(Throwable thrown) {
        IOException broken = cause(thrown, IOException.class);
        return broken == null
                ? !thrown.getClass().equals(SdkClientException.class)
                : broken.getClass().getName().startsWith("java");
    }

    private static <T extends Throwable> @Nullable T cause(Throwable thrown, Class<T> type) {
        for (Throwable at = thrown; at != null; at = at.getCause()) {
            if (type.isInstance(at)) {
                return type.cast(at);
            }
        }
        return null;
    }
}
