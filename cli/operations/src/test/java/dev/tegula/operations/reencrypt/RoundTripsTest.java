package dev.tegula.operations.reencrypt;

import static dev.tegula.operations.live.LiveLab.move;
import static dev.tegula.operations.live.LiveLab.scope;
import static dev.tegula.operations.live.LiveLab.spec;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.envelope.KeyId;
import dev.tegula.operations.live.LiveLab;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a sweep sends for a page: each message costs the way to the server and back while rows are locked or waited for. */
final class RoundTripsTest {

    private static final Set<String> SENDING = Set.of("commit", "rollback", "setSavepoint", "releaseSavepoint");

    /** For each connection what was sent on it: others look at progress meanwhile. */
    private final List<List<String>> connections = new CopyOnWriteArrayList<>();

    private LiveLab lab;

    @BeforeEach
    void start() throws Exception {
        lab = LiveLab.start();
        lab.patients(500);
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    /** Settings, the page behind the next one, the swap with its savepoint, the cursor, COMMIT. */
    @Test
    void sweep_ofAPage_takesFiveRoundTrips() {
        List<List<String>> pages = pages(50);
        assertThat(pages).isNotEmpty().allSatisfy(page -> assertThat(page).hasSize(5));
        assertThat(pages.get(0))
                .satisfiesExactly(
                        opening -> assertThat(opening.split("; "))
                                .satisfiesExactly(
                                        level -> assertThat(level).startsWith("SET TRANSACTION"),
                                        settings -> assertThat(settings).startsWith("SELECT pg_catalog.set_config(")),
                        read -> assertThat(read).startsWith("SELECT").contains("LIMIT ?"),
                        swap -> assertThat(swap).matches("(?s)SAVEPOINT .*; WITH .*; RELEASE SAVEPOINT .*"),
                        cursor -> assertThat(cursor).startsWith("UPDATE tegula_range"),
                        commit -> assertThat(commit).isEqualTo("commit"));
    }

    /** The server plans a text that stays once, and from then on bytes are not sent as twice as many digits. */
    @Test
    void sweep_ofPagesOfAnySize_sendsTheSameTexts() {
        List<List<String>> small = pages(40);
        List<List<String>> large = pages(50);
        assertThat(small).hasSizeGreaterThan(large.size());
        assertThat(Stream.concat(small.stream(), large.stream()).distinct()).hasSize(1);
    }

    /** A key and two values a row; a column without a tenant sends none. */
    @Test
    void swap_ofTwoColumnsWithoutTenants_bindsTwoArraysForEach() {
        String swap = pages(50).get(0).get(2);
        assertThat(swap.chars().filter(c -> c == '?').count()).isEqualTo(1 + 2 * 2);
    }

    /** Whether anything is left is counted at the end, and no transaction may be long where the table is. */
    @Test
    void close_ofALargeTable_countsInPages() {
        KeyId old = lab.activeKey(scope("patient.ssn"));
        JobSpec spec = spec(
                LiveLab.patientColumns().subList(0, 1),
                1,
                move(scope("patient.ssn"), lab.nextKey(scope("patient.ssn")).keyId(), old));
        lab.sql("UPDATE pg_class SET reltuples = 1000000 WHERE relname = 'patient'");
        Reencryption engine = new Reencryption(
                recorded(lab.database), CipherSource.of(lab.tegula.keyring()), SweepSettings.standard());
        Job job = engine.plan(spec);
        assertThat(engine.sweep(job.id(), 1, new RunControl(), ProgressListener.none())
                        .outcome())
                .isEqualTo(JobOutcome.DONE);
        lab.sql(
                "UPDATE pg_class SET reltuples = 1000000 WHERE relname = 'patient'",
                "UPDATE patient SET ssn = overlay(ssn placing '\\x" + old.hex() + "' from 3 for 32) WHERE id < 3");
        connections.clear();

        JobReport report = engine.close(job.id(), new RunControl());

        assertThat(report.left()).isEqualTo(3);
        assertThat(report.outcome()).isEqualTo(JobOutcome.PARTIAL);
        assertThat(connections.stream().flatMap(List::stream))
                .anyMatch(sent -> sent.startsWith("WITH page AS"))
                .noneMatch(sent -> sent.startsWith("SELECT count(*)") && sent.contains("\"patient\""));
    }

    /** The pages between the first, for which two are read, and the last, for which none is. */
    private List<List<String>> pages(int rows) {
        List<KeyMove> moves = Stream.of("patient.ssn", "patient.note")
                .map(field -> {
                    KeyId old = lab.activeKey(scope(field));
                    return move(scope(field), lab.nextKey(scope(field)).keyId(), old);
                })
                .toList();
        Reencryption quiet = new Reencryption(
                lab.database,
                CipherSource.of(lab.tegula.keyring()),
                SweepSettings.standard().withBatchRows(rows));
        JobSpec spec = spec(LiveLab.patientColumns(), 1, moves.toArray(KeyMove[]::new));
        Job job = quiet.plan(spec);
        connections.clear();
        new Reencryption(
                        recorded(lab.database),
                        CipherSource.of(lab.tegula.keyring()),
                        SweepSettings.standard().withBatchRows(rows),
                        () -> 0)
                .sweep(job.id(), 1, new RunControl(), ProgressListener.none());
        quiet.close(job.id(), new RunControl());
        List<List<String>> swaps = connections.stream()
                .flatMap(sent -> transactions(sent).stream())
                .filter(t -> t.stream().anyMatch(message -> message.contains("SKIP LOCKED")))
                .toList();
        return swaps.subList(1, swaps.size() - 1);
    }

    private static List<List<String>> transactions(List<String> sent) {
        List<List<String>> transactions = new ArrayList<>();
        List<String> transaction = new ArrayList<>();
        for (String message : List.copyOf(sent)) {
            transaction.add(message);
            if (message.equals("commit")) {
                transactions.add(transaction);
                transaction = new ArrayList<>();
            }
        }
        return transactions;
    }

    private DataSource recorded(DataSource source) {
        return proxy(DataSource.class, source, "", new ArrayList<>());
    }

    private <T> T proxy(Class<T> type, T real, String text, List<String> sent) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    note(method, arguments, text, sent);
                    Object result = invoke(real, method, arguments);
                    if (real instanceof DataSource && result instanceof Connection connection) {
                        List<String> onThis = Collections.synchronizedList(new ArrayList<>());
                        connections.add(onThis);
                        return proxy(Connection.class, connection, "", onThis);
                    }
                    if (result instanceof PreparedStatement prepared) {
                        return proxy(PreparedStatement.class, prepared, (String) arguments[0], sent);
                    }
                    return method.getName().equals("createStatement")
                            ? proxy(Statement.class, (Statement) result, "", sent)
                            : result;
                }));
    }

    private static void note(Method method, Object[] arguments, String text, List<String> sent) {
        if (method.getName().startsWith("execute")) {
            sent.add(text.isEmpty() ? (String) arguments[0] : text);
        } else if (SENDING.contains(method.getName())) {
            sent.add(method.getName());
        }
    }

    private static Object invoke(Object real, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(real, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
