package dev.tegula.test.servers;

import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Skips or fails a class whose servers are missing. */
final class ServerCondition implements ExecutionCondition {

    private final ServerSearch search;

    ServerCondition() {
        this(ServerSearch.HERE);
    }

    ServerCondition(ServerSearch search) {
        this.search = search;
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return context.getTestMethod().isPresent()
                ? ConditionEvaluationResult.enabled("decided for its class")
                : decide(context.getRequiredTestClass());
    }

    /**
     * Whether the class can run.
     *
     * @throws IllegalStateException if it cannot and nothing may be skipped
     */
    ConditionEvaluationResult decide(Class<?> type) {
        Optional<String> missing = missing(type);
        if (missing.isEmpty()) {
            return ConditionEvaluationResult.enabled("its servers are here");
        }
        String line = type.getSimpleName() + " needs " + missing.get();
        if (search.serversAreRequired()) {
            throw new IllegalStateException(line + " (CI or TEGULA_REQUIRE_SERVERS is true: nothing may be skipped)");
        }
        // Maven prints how many were skipped, not why.
        System.err.println("SKIPPED " + line);
        return ConditionEvaluationResult.disabled(line);
    }

    private Optional<String> missing(Class<?> type) {
        NeedsVault vault = type.getAnnotation(NeedsVault.class);
        if (vault != null && !available(ServerGroup.VAULT, vault.own())) {
            return Optional.of(cure(ServerGroup.VAULT));
        }
        NeedsAwsKms aws = type.getAnnotation(NeedsAwsKms.class);
        if (aws != null && !available(ServerGroup.AWS_KMS, aws.own())) {
            return Optional.of(cure(ServerGroup.AWS_KMS));
        }
        if (type.isAnnotationPresent(NeedsPgBouncer.class) && !available(ServerGroup.PGBOUNCER, true)) {
            return Optional.of(cure(ServerGroup.PGBOUNCER));
        }
        if (type.isAnnotationPresent(NeedsChromium.class) && !available(ServerGroup.CHROMIUM, true)) {
            return Optional.of(cure(ServerGroup.CHROMIUM));
        }
        return Optional.empty();
    }

    private boolean available(ServerGroup group, boolean own) {
        return (!own && search.address(group).isPresent())
                || search.program(group).isPresent();
    }

    private static String cure(ServerGroup group) {
        String install = group.title() + ": run tests/servers/install " + group.argument();
        return group.addressVariable().isEmpty() ? install : install + ", or set " + group.addressVariable();
    }
}
