package dev.tegula.test.servers;

import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Skips or fails a class whose servers are missing. */
final class ServerCondition implements ExecutionCondition {

    private static final ConcurrentMap<ServerGroup, Boolean> PROGRAMS = new ConcurrentHashMap<>();

    private final ServerSearch search;

    ServerCondition() {
        this(ServerSearch.HERE);
    }

    ServerCondition(ServerSearch search) {
        this.search = search;
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        Class<?> type = context.getRequiredTestClass();
        if (context.getTestMethod().isPresent()) {
            return ConditionEvaluationResult.enabled("its class is enabled");
        }
        Optional<String> missing = missing(type);
        if (missing.isEmpty()) {
            return ConditionEvaluationResult.enabled("its servers are here");
        }
        String line = type.getSimpleName() + " needs " + missing.get();
        if (search.serversAreRequired()) {
            throw new IllegalStateException(line + " (CI or TEGULA_REQUIRE_SERVERS is true: nothing may be skipped)");
        }
        // The reason of a skipped class is in no output of Maven.
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
        return Optional.empty();
    }

    private boolean available(ServerGroup group, boolean own) {
        if (!own && search.address(group).isPresent()) {
            return true;
        }
        return search == ServerSearch.HERE
                ? PROGRAMS.computeIfAbsent(group, g -> search.program(g).isPresent())
                : search.program(group).isPresent();
    }

    private static String cure(ServerGroup group) {
        return group.title() + ": run tests/servers/install " + group.argument() + ", or set "
                + group.addressVariable();
    }
}
