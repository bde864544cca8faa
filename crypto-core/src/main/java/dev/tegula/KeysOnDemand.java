package dev.tegula;

import dev.tegula.envelope.Scope;
import dev.tegula.keyring.MissingKeys;
import dev.tegula.kms.KekResult;
import dev.tegula.kms.Keks;
import dev.tegula.registry.KeyLifecycle;
import dev.tegula.registry.KeyRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Makes the first keys of scopes. While the keys of a KEK are made, the threads that want others under it wait, and all of theirs
 * are made in the next change: alone each would be a transaction of its own, and all of them would be in conflict. Thread-safe.
 */
final class KeysOnDemand implements MissingKeys {

    private static final int TOGETHER = 256;

    private final KeyLifecycle lifecycle;
    private final Keks keks;
    private final Map<String, Line> lines = new ConcurrentHashMap<>();

    KeysOnDemand(KeyLifecycle lifecycle, Keks keks) {
        this.lifecycle = lifecycle;
        this.keks = keks;
    }

    @Override
    public KeyRow apply(Scope scope) {
        return lines.computeIfAbsent(keks.aliasFor(scope), alias -> new Line()).key(scope);
    }

    @Override
    public List<KekResult<KeyRow>> all(List<Scope> scopes) {
        return lifecycle.provideAll(scopes, keks::aliasFor);
    }

    private record Wanted(Scope scope, CompletableFuture<KekResult<KeyRow>> key) {}

    /** Who waits for keys under one KEK: a KMS that does not answer holds up nobody who needs another. */
    private final class Line {

        private final Queue<Wanted> waiting = new ConcurrentLinkedQueue<>();
        private final Lock making = new ReentrantLock();

        KeyRow key(Scope scope) {
            Wanted mine = new Wanted(scope, new CompletableFuture<>());
            waiting.add(mine);
            making.lock();
            try {
                while (!mine.key().isDone()) {
                    make();
                }
            } finally {
                making.unlock();
            }
            try {
                return mine.key().join().get();
            } catch (CompletionException e) {
                throw e.getCause() instanceof RuntimeException cause ? cause : e;
            }
        }

        private void make() {
            List<Wanted> together = new ArrayList<>();
            for (Wanted next = waiting.poll();
                    next != null;
                    next = together.size() < TOGETHER ? waiting.poll() : null) {
                together.add(next);
            }
            try {
                List<KekResult<KeyRow>> keys =
                        all(together.stream().map(Wanted::scope).toList());
                for (int at = 0; at < together.size(); at++) {
                    together.get(at).key().complete(keys.get(at));
                }
            } catch (RuntimeException | Error e) {
                together.forEach(each -> each.key().completeExceptionally(e));
            }
        }
    }
}
