package dev.tegula.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.tegula.failure.TegulaException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every vector file, one test each. A file with an op or an outcome that is not known here fails, and so does none. */
class FormatVectorsTest {

    /** Does what a file says and checks what it expects; a failure of Tegula is the outcome. */
    interface Op {
        void run(VectorFile file) throws GeneralSecurityException;
    }

    private static final Map<String, Op> OPS = Map.ofEntries(
            Map.entry("open", OpenOp::run),
            Map.entry("encode", ValueOps::encode),
            Map.entry("tuple", KeyOps::tuple),
            Map.entry("row-id", KeyOps::rowId),
            Map.entry("tenant", KeyOps::tenant),
            Map.entry("field", KeyOps::field),
            Map.entry("derive", KeyOps::derive),
            Map.entry("key-commitment", KeyOps::keyCommitment),
            Map.entry("wrap-context", KeyOps::wrapContext),
            Map.entry("branch-field", BranchOps::field),
            Map.entry("branch-unwrap", BranchOps::unwrap),
            Map.entry("registry-seal", SealOp::run),
            Map.entry("catalogue-seal", CatalogueSealOp::run),
            Map.entry("index-seal", IndexSealOp::run),
            Map.entry("secret-name", SecretOps::name),
            Map.entry("secret-row-id", SecretOps::rowId),
            Map.entry("secret-seal", SecretOps::seal),
            Map.entry("secret-version-seal", SecretOps::versionSeal),
            Map.entry("census-seal", CensusOp::seal),
            Map.entry("shred-mark", ShredOps::mark),
            Map.entry("shred-seal", ShredOps::seal),
            Map.entry("audit-key", AuditOps::key),
            Map.entry("audit-entry", AuditOps::entry),
            Map.entry("audit-head", AuditOps::head),
            Map.entry("audit-chain", AuditOps::chain),
            Map.entry("audit-anchor", AuditOps::anchor),
            Map.entry("snapshot", SnapshotOp::run),
            Map.entry("blind-index", IndexOp::run),
            Map.entry("blind-tokens", TokensOp::run),
            Map.entry("xaes", XaesOps::open),
            Map.entry("xaes-accumulated", XaesOps::accumulated));

    @TestFactory
    Stream<DynamicTest> vectors() throws IOException {
        List<VectorFile> files = VectorFile.all();
        assertThat(files).as("vector files").isNotEmpty();
        return files.stream().map(file -> dynamicTest(file.path().getFileName().toString(), () -> run(file)));
    }

    private static void run(VectorFile file) throws GeneralSecurityException {
        assertThat(file.path()).hasFileName(file.name() + ".json");
        assertThat(VectorFile.OUTCOMES).as("known outcomes").contains(file.outcome());
        assertThat(OPS).as("known ops").containsKey(file.op());
        assertThat(file.json().required("suite").intValue()).isEqualTo(1);
        assertThat(outcome(file)).as(file.json().required("about").textValue()).isEqualTo(file.outcome());
    }

    private static String outcome(VectorFile file) throws GeneralSecurityException {
        try {
            OPS.get(file.op()).run(file);
            return "ok";
        } catch (TegulaException e) {
            return e.code();
        }
    }
}
