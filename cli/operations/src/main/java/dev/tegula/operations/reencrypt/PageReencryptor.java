package dev.tegula.operations.reencrypt;

import dev.tegula.envelope.EnvelopeHead;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Mode;
import dev.tegula.envelope.RowId;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.CannotOpenException;
import dev.tegula.failure.MalformedException;
import dev.tegula.operations.reencrypt.CompareAndSetQuery.ChangedRow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Decrypts a page under its source keys and encrypts it under the targets. What is inside is carried over as it is, so types
 * and padding need not be known. A value that does not open in the place where it is found goes to the quarantine list.
 */
final class PageReencryptor {

    /** Those that a key is derived from. */
    private static final int SALT_BYTES = 12;

    private final JobPlan plan;
    private final KeyPaging keys;
    private final CipherSource ciphers;
    private final Map<KeyId, KeyMove> bySource;

    PageReencryptor(JobPlan plan, KeyPaging keys, CipherSource ciphers) {
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
    record Reencrypted(List<ChangedRow> swaps, List<Quarantine.Entry> unreadable) {}

    /**
     * Moves a page in memory, one column after the other, decrypting all before encrypting all: a cipher that changes its key
     * at every value takes several times as long. Failures of KMS and registry are thrown; they are not the value's
     * fault.
     */
    Reencrypted move(Page page) {
        List<Quarantine.Entry> unreadable = new ArrayList<>();
        List<List<byte @Nullable []>> columns = new ArrayList<>();
        for (int i = 0; i < plan.columns().size(); i++) {
            columns.add(moveColumn(page, i, unreadable));
        }
        List<ChangedRow> swaps = new ArrayList<>();
        for (int r = 0; r < page.rows().size(); r++) {
            List<byte @Nullable []> values = new ArrayList<>();
            for (List<byte @Nullable []> column : columns) {
                values.add(column.get(r));
            }
            Page.Row row = page.rows().get(r);
            ChangedRow swap = new ChangedRow(row.key(), row.cells(), values);
            if (swap.size() > 0) {
                swaps.add(swap);
            }
        }
        return new Reencrypted(swaps, unreadable);
    }

    private List<byte @Nullable []> moveColumn(Page page, int index, List<Quarantine.Entry> unreadable) {
        JobPlan.Column column = plan.columns().get(index);
        List<@Nullable Opened> opened =
                new ArrayList<>(Collections.nCopies(page.rows().size(), null));
        SortedMap<Integer, Quarantine.Entry> bad = new TreeMap<>();
        try {
            for (int r : bySalt(page, index)) {
                Page.Row row = page.rows().get(r);
                Cell cell = row.cells().get(index);
                if (cell != null && cell.tooLarge()) {
                    bad.put(r, entry(column, row, cell, VerifyReport.TOO_LARGE));
                } else if (cell != null) {
                    try {
                        opened.set(r, open(column, cell, row.key()));
                    } catch (CannotOpenException | MalformedException e) {
                        bad.put(r, entry(column, row, cell, e.code()));
                    }
                }
            }
            unreadable.addAll(bad.values());
            List<byte @Nullable []> values = new ArrayList<>();
            for (Opened value : opened) {
                values.add(value == null ? null : value.encrypted(ciphers));
            }
            return values;
        } finally {
            opened.forEach(value -> {
                if (value != null) {
                    value.wipe();
                }
            });
        }
    }

    /** The rows with a value in this column, by key and salt: values of one salt are opened under one derived key. */
    private static List<Integer> bySalt(Page page, int index) {
        return IntStream.range(0, page.rows().size())
                .filter(r -> page.rows().get(r).cells().get(index) != null)
                .boxed()
                .sorted((one, other) -> Arrays.compareUnsigned(salted(page, one, index), salted(page, other, index)))
                .toList();
    }

    private static byte[] salted(Page page, int row, int index) {
        Cell cell = page.rows().get(row).cells().get(index);
        byte[] value = cell == null ? new byte[0] : cell.value();
        return value.length < EnvelopeHead.SALT_OFFSET
                ? value
                : Arrays.copyOfRange(
                        value,
                        EnvelopeHead.KEY_ID_OFFSET,
                        Math.min(value.length, EnvelopeHead.SALT_OFFSET + SALT_BYTES));
    }

    private Quarantine.Entry entry(JobPlan.Column column, Page.Row row, Cell cell, String reason) {
        return new Quarantine.Entry(
                column.name(), keys.shown(row.key()), cell.keyId(), cell, reason, Optional.empty(), "");
    }

    private Opened open(JobPlan.Column column, Cell cell, List<String> key) {
        Scope scope = scope(column, cell.tenant());
        KeyId source = cell.keyId();
        KeyMove move = bySource.get(source);
        if (move == null || !move.scope().equals(scope)) {
            throw new CannotOpenException(column.field().value());
        }
        RowId row = column.mode() == Mode.ROW ? keys.rowId(key) : null;
        return new Opened(
                move, column.mode(), row, ciphers.cipher(source, scope).decrypt(column.mode(), row, cell.value()));
    }

    /** A value between its two keys. */
    private static final class Opened {
        private final KeyMove move;
        private final Mode mode;
        private final @Nullable RowId row;
        private final byte[] inner;

        Opened(KeyMove move, Mode mode, @Nullable RowId row, byte[] inner) {
            this.move = move;
            this.mode = mode;
            this.row = row;
            this.inner = inner;
        }

        byte[] encrypted(CipherSource ciphers) {
            return ciphers.target(move.target(), move.scope()).encrypt(mode, row, inner);
        }

        void wipe() {
            Arrays.fill(inner, (byte) 0);
        }
    }

    /** Whose key opens a value of the column in a row of that tenant. */
    static Scope scope(JobPlan.Column column, Optional<String> tenant) {
        if (column.tenantColumn().isEmpty()) {
            return Scope.data(column.field(), TenantId.none());
        }
        return Scope.data(
                column.field(),
                TenantId.of(tenant.orElseThrow(() -> new MalformedException(
                        MalformedException.Kind.TENANT,
                        column.field() + ": its row names no tenant, but each tenant has its own key."))));
    }
}
