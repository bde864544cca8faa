package dev.tegula.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.tegula.kms.Kek;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.UniqueId;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;
import org.junit.platform.testkit.engine.EventType;

/** The contract has teeth: an adapter that breaks it in one way is seen by the cases that are there for it. */
final class KmsContractTest {

    @TestFactory
    Stream<DynamicTest> contract_brokenAdapter_failsWhereItShould() {
        return Breach.ALL.stream()
                .map(breach -> DynamicTest.dynamicTest(breach.name(), () -> {
                    Set<String> failed = failed(breach.broken(), Map.of());
                    assertTrue(
                            failed.containsAll(breach.seenBy()),
                            () -> breach.seenBy() + " must fail; " + failed + " did");
                }));
    }

    @Test
    void contract_soundAdapter_failsNowhere() {
        assertEquals(Set.of(), failed(UnaryOperator.identity(), Map.of()));
    }

    @Test
    void contract_gapThatIsNone_fails() {
        Map<KmsAbility, String> gap = Map.of(KmsAbility.DENY, "it cannot");

        assertEquals(Set.of("anyUse_afterDenial_isDeniedNotUnavailable"), failed(UnaryOperator.identity(), gap));
    }

    private static Set<String> failed(UnaryOperator<Kek> broken, Map<KmsAbility, String> gaps) {
        BrokenContract.broken = broken;
        BrokenContract.gaps = gaps;
        var results = EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(BrokenContract.class))
                .execute();
        assertTrue(results.testEvents().finished().count() > 20, "the contract ran");
        return results.allEvents().stream()
                .filter(event -> event.getType() == EventType.FINISHED)
                .filter(event ->
                        event.getRequiredPayload(TestExecutionResult.class).getStatus()
                                == TestExecutionResult.Status.FAILED)
                .map(Event::getTestDescriptor)
                .map(KmsContractTest::method)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The method of a test, or of a dynamic test in it. */
    private static String method(TestDescriptor test) {
        return test.getUniqueId().getSegments().stream()
                .filter(segment -> Set.of("method", "test-factory").contains(segment.getType()))
                .map(UniqueId.Segment::getValue)
                .map(value -> value.replace("()", ""))
                .findFirst()
                .orElse(test.getDisplayName());
    }
}
