package dev.tegula.reencrypt;

import dev.tegula.cipher.EnvelopeCipher;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Mode;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.CannotOpenException;
import dev.tegula.failure.MalformedException;
import dev.tegula.failure.TegulaException;
import dev.tegula.reencrypt.SwapQuery.Swap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Opens a page under its source keys and seals it under the targets. What is inside is carried over as it is, so types
 * and padding need not be known. A value that does not open in the place where it is found goes to the quarantine list.
 */
final class Mover {

    private final JobPlan plan;
    private final Keyset keys;
    private final CipherSource ciphers;
    private final Map<KeyId, Move> bySource;

    Mover(JobPlan plan, Keyset keys, CipherSource ciphers) {
        this.plan = plan;
        this.keys = keys;
        this.ciphers = ciphers;
        this.bySource = plan.bySource();
    }

    /**
     * What becomes of a page.
     *
     * @param swaps rows with at least one new value
     * @param unreadable values that do not open
     */
    record Moved(List<Swap> swaps, List<Quarantine.Entry> unreadable) {}

    /** Moves a page in memory. Failures of KMS and registry are thrown; they are not the value's fault. */
    Moved move(Page page) {
        List<Swap> swaps = new ArrayList<>();
        List<Quarantine.Entry> unreadable = new ArrayList<>();
        for (Page.Row row : page.rows()) {
            List<byte @Nullable []> values = new ArrayList<>();
            boolean any = false;
            for (int i = 0; i < plan.columns().size(); i++) {
                Cell cell = row.cells().get(i);
                byte[] value = null;
                if (cell != null) {
                    JobPlan.Column column = plan.columns().get(i);
                    try {
                        value = reseal(column, cell);
                        any = true;
                    } catch (CannotOpenException | MalformedException e) {
                        unreadable.add(entry(column, row, cell, e));
                    }
                }
                values.add(value);
            }
            if (any) {
                swaps.add(new Swap(row.key(), row.cells(), values));
            }
        }
        return new Moved(swaps, unreadable);
    }

    private Quarantine.Entry entry(JobPlan.Column column, Page.Row row, Cell cell, TegulaException e) {
        return new Quarantine.Entry(column.name(), keys.shown(row.key()), cell.keyId(), cell, e.code());
    }

    private byte[] reseal(JobPlan.Column column, Cell cell) {
        Scope scope = scope(column.field().value(), column, cell.tenant());
        KeyId source = cell.keyId();
        Move move = bySource.get(source);
        if (move == null || !move.scope().equals(scope)) {
            throw new CannotOpenException(column.field().value());
        }
        EnvelopeCipher from = ciphers.cipher(source, scope);
        byte[] inner = from.open(Mode.FIELD, null, cell.value());
        try {
            return ciphers.target(move.target(), scope).seal(Mode.FIELD, null, inner);
        } finally {
            Arrays.fill(inner, (byte) 0);
        }
    }

    private static Scope scope(String field, JobPlan.Column column, Optional<String> tenant) {
        if (column.tenantColumn().isEmpty()) {
            return Scope.data(column.field(), TenantId.none());
        }
        return Scope.data(
                column.field(),
                TenantId.of(tenant.orElseThrow(() -> new MalformedException(
                        MalformedException.Kind.TENANT,
                        field + ": its row names no tenant, but each tenant has its own key."))));
    }
}
