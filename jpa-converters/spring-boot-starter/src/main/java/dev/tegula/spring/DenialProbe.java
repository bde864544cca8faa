package dev.tegula.spring;

import dev.tegula.failure.FailureKind;
import dev.tegula.failure.TegulaException;
import dev.tegula.kms.Kek;
import dev.tegula.kms.KmsCalls;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Tells a KMS that denies everything from one that denied one key: after a denial it is asked for the status of its KEK, at
 * most every {@value #PAUSE_SECONDS} seconds, and in between the answer stands.
 */
final class DenialProbe {

    static final int PAUSE_SECONDS = 30;

    private static final long PAUSE_NANOS = Duration.ofSeconds(PAUSE_SECONDS).toNanos();

    private final LongSupplier nanoTime;
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();

    /**
     * What it answered.
     *
     * @param denies whether the question was denied, or not answered
     * @param unusable whether the KEK is not to be used, which a later good call to another key does not change
     * @param at when it was asked
     */
    private record Answer(boolean denies, boolean unusable, long at) {}

    DenialProbe(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Whether the KMS of this alias denies its KEK to this application. */
    boolean denies(String alias, Kek kek, KmsCalls calls) {
        boolean denied =
                calls.trouble().filter(kind -> kind == FailureKind.DENIED).isPresent();
        Answer answer = answers.get(alias);
        if (!denied && (answer == null || !answer.unusable())) {
            return false;
        }
        if (answer == null || nanoTime.getAsLong() - answer.at() >= PAUSE_NANOS) {
            answer = ask(kek);
            answers.put(alias, answer);
        }
        return answer.denies() || answer.unusable();
    }

    /** One that does not answer says nothing new: it denied when it was heard last. */
    private Answer ask(Kek kek) {
        try {
            return new Answer(false, !kek.status().usable(), nanoTime.getAsLong());
        } catch (TegulaException e) {
            return new Answer(true, false, nanoTime.getAsLong());
        }
    }
}
