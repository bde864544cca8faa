package dev.tegula.kms.aws;

import dev.tegula.failure.CannotOpenException;
import dev.tegula.failure.DeniedException;
import dev.tegula.failure.UnavailableException;
import dev.tegula.kms.Kek;
import dev.tegula.kms.KekStatus;
import dev.tegula.kms.WrapContext;
import dev.tegula.kms.WrappedKey;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.DecryptResponse;
import software.amazon.awssdk.services.kms.model.DryRunOperationException;
import software.amazon.awssdk.services.kms.model.EncryptResponse;
import software.amazon.awssdk.services.kms.model.GetKeyRotationStatusResponse;
import software.amazon.awssdk.services.kms.model.KeyMetadata;
import software.amazon.awssdk.services.kms.model.ReEncryptRequest;
import software.amazon.awssdk.services.kms.model.ReEncryptResponse;

/** One symmetric key of AWS KMS. Its versions are key materials, as KMS names them. */
final class AwsKek implements Kek {

    /** KMS takes no more (API reference of Decrypt), and nothing Tegula wrapped comes near. */
    private static final int MAXIMUM_WRAPPED_BYTES = 6144;

    private final AwsKms kms;
    private final KeyName name;

    AwsKek(AwsKms kms, KeyName name) {
        this.kms = kms;
        this.name = name;
    }

    @Override
    public String provider() {
        return AwsKms.PROVIDER;
    }

    @Override
    public String key() {
        return name.value();
    }

    @Override
    public WrappedKey wrap(byte[] root, WrapContext context) {
        Kek.requireRoot(root);
        String version = newestVersion();
        Call call = call("kms:Encrypt", context);
        EncryptResponse answer = ask(
                call,
                client -> client.encrypt(request -> request.keyId(name.value())
                        .plaintext(SdkBytes.fromByteArrayUnsafe(root))
                        .encryptionContext(EncryptionContext.of(context))));
        byte[] wrapped = bytes(call, "CiphertextBlob", answer.ciphertextBlob());
        String arn = text(call, "KeyId", answer.keyId());
        return WrappedKey.copyOf(wrapped, version.isEmpty() ? arn : version);
    }

    /**
     * Looked at before anything is wrapped: whatever Encrypt would answer, a key that is disabled, or of another kind, is not
     * used. Encrypt does not say which key material it used either; who may not ask gets the key's ARN for all of them: empty.
     *
     * @throws DeniedException if the key is not enabled
     * @throws dev.tegula.failure.ConfigurationException if it is of a kind that binds no context
     */
    private String newestVersion() {
        KeyMetadata metadata;
        try {
            metadata = describe();
        } catch (DeniedException e) {
            return "";
        }
        new DescribedKey(metadata, kms.region()).requireFit();
        return metadata.currentKeyMaterialId() == null ? "" : metadata.currentKeyMaterialId();
    }

    @Override
    public byte[] unwrap(WrappedKey wrapped, WrapContext context) {
        SdkBytes blob = blob(wrapped, context);
        Call call = call("kms:Decrypt", context);
        DecryptResponse answer = ask(
                call,
                client -> client.decrypt(request -> request.keyId(name.value())
                        .ciphertextBlob(blob)
                        .encryptionContext(EncryptionContext.of(context))));
        return root(call, answer, name);
    }

    /** The root that was answered, wiped where it is not returned. */
    static byte[] root(Call call, DecryptResponse answer, KeyName name) {
        byte[] root = bytes(call, "Plaintext", answer.plaintext());
        boolean good = false;
        try {
            good = root.length == ROOT_BYTES && name.mayBe(text(call, "KeyId", answer.keyId()));
        } finally {
            if (!good) {
                Arrays.fill(root, (byte) 0);
            }
        }
        if (!good) {
            throw new CannotOpenException(call.field());
        }
        return root;
    }

    @Override
    public WrappedKey rewrap(WrappedKey wrapped, WrapContext context) {
        return reEncrypt(name, wrapped, context);
    }

    /** Between two keys of one service object the root does not leave KMS; both keys' rights are needed then. */
    @Override
    public WrappedKey rewrapFrom(Kek from, WrappedKey wrapped, WrapContext context) {
        return from instanceof AwsKek other && other.kms == kms
                ? reEncrypt(other.name, wrapped, context)
                : Kek.super.rewrapFrom(from, wrapped, context);
    }

    private WrappedKey reEncrypt(KeyName from, WrappedKey wrapped, WrapContext context) {
        Call call = moving(from, context);
        SdkBytes blob = blob(wrapped, context);
        ReEncryptResponse answer = ask(call, client -> client.reEncrypt(request -> fill(request, from, blob, context)));
        byte[] moved = bytes(call, "CiphertextBlob", answer.ciphertextBlob());
        if (!from.mayBe(text(call, "SourceKeyId", answer.sourceKeyId()))) {
            throw new CannotOpenException(context.field());
        }
        return WrappedKey.copyOf(
                moved, version(answer.destinationKeyMaterialId(), text(call, "KeyId", answer.keyId())));
    }

    /** Whether a rewrap would be allowed; changes and returns nothing. */
    void rehearseRewrap(WrappedKey wrapped, WrapContext context) {
        SdkBytes blob = blob(wrapped, context);
        ask(moving(name, context), client -> {
            try {
                return client.reEncrypt(
                        request -> fill(request, name, blob, context).dryRun(true));
            } catch (DryRunOperationException allowed) {
                return ReEncryptResponse.builder().build();
            }
        });
    }

    private ReEncryptRequest.Builder fill(
            ReEncryptRequest.Builder request, KeyName from, SdkBytes blob, WrapContext context) {
        return request.sourceKeyId(from.value())
                .sourceEncryptionContext(EncryptionContext.of(context))
                .destinationKeyId(name.value())
                .destinationEncryptionContext(EncryptionContext.of(context))
                .ciphertextBlob(blob);
    }

    private Call moving(KeyName from, WrapContext context) {
        return new Call(
                "kms:ReEncryptFrom and kms:ReEncryptTo",
                from.equals(name) ? List.of(name.value()) : List.of(from.value(), name.value()),
                kms.region(),
                context.field());
    }

    @Override
    public KekStatus status() {
        return new KmsKeyCheck(this, name, kms.connection()).status();
    }

    KeyMetadata describe() {
        Call call = call("kms:DescribeKey");
        return present(
                call,
                "KeyMetadata",
                ask(call, client -> client.describeKey(request -> request.keyId(name.value())))
                        .keyMetadata());
    }

    GetKeyRotationStatusResponse rotation(String arn) {
        return ask(
                call("kms:GetKeyRotationStatus"), client -> client.getKeyRotationStatus(request -> request.keyId(arn)));
    }

    String region() {
        return kms.region();
    }

    static String version(@Nullable String keyMaterialId, String arn) {
        return keyMaterialId == null ? arn : keyMaterialId;
    }

    /** One call, with what goes wrong in Tegula's words. */
    private <T> T ask(Call call, Function<KmsClient, T> request) {
        KmsClient client = kms.client();
        try {
            return request.apply(client);
        } catch (RuntimeException e) {
            throw Failures.of(e, call);
        }
    }

    private Call call(String action) {
        return new Call(action, List.of(name.value()), kms.region(), "");
    }

    private Call call(String action, WrapContext context) {
        return new Call(action, List.of(name.value()), kms.region(), context.field());
    }

    private static SdkBytes blob(WrappedKey wrapped, WrapContext context) {
        byte[] bytes = wrapped.bytes();
        if (bytes.length == 0 || bytes.length > MAXIMUM_WRAPPED_BYTES) {
            throw new CannotOpenException(context.field());
        }
        return SdkBytes.fromByteArrayUnsafe(bytes);
    }

    private static byte[] bytes(Call call, String field, @Nullable SdkBytes value) {
        return present(call, field, value).asByteArrayUnsafe();
    }

    private static String text(Call call, String field, @Nullable String value) {
        return present(call, field, value);
    }

    private static <T> T present(Call call, String field, @Nullable T value) {
        if (value == null) {
            throw new UnavailableException(call + ": the answer has no " + field + ", so it is not one of AWS KMS.");
        }
        return value;
    }

    @Override
    public String toString() {
        return "AwsKek[" + name + "]";
    }
}
