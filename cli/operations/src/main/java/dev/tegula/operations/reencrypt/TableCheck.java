package dev.tegula.operations.reencrypt;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.EnvelopeHead;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Mode;
import dev.tegula.envelope.RowId;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.CannotOpenException;
import dev.tegula.failure.KeyUnknownException;
import dev.tegula.failure.MalformedException;
import dev.tegula.failure.MalformedException.Kind;
import dev.tegula.failure.TegulaException;
import dev.tegula.failure.ValueException;
import dev.tegula.jdbc.Dialect;
import dev.tegula.jdbc.KeptConnection;
import dev.tegula.jdbc.Retry;
import dev.tegula.jdbc.TableName;
import dev.tegula.operations.reencrypt.VerifyReport.BadValue;
import dev.tegula.value.Inner;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Opens the values of one table, page by page. */
final class TableCheck {

    private static final int FIRST_PRINTABLE = 0x20;

    private final KeptConnection kept;
    private final CipherSource ciphers;
    private final SweepSettings settings;
    private final RunControl control;
    private final Rate rate;
    private final VerifyTally tally;
    private final Set<Dead> dead = new HashSet<>();
    private final ProgressListener listener;
    private final int workers;

    TableCheck(
            KeptConnection kept,
            CipherSource ciphers,
            SweepSettings settings,
            RunControl control,
            Rate rate,
            VerifyTally tally,
            ProgressListener listener,
            int workers) {
        this.kept = kept;
        this.ciphers = ciphers;
        this.settings = settings;
        this.control = control;
        this.rate = rate;
        this.tally = tally;
        this.listener = listener;
        this.workers = workers;
    }

    /** A key that is gone for ever, asked for in its own scope: the registry is asked once, and not for each value. */
    private record Dead(KeyId keyId, Scope scope) {}

    /** Returns whether it came to the end. */
    boolean run(TableName table, List<EncryptedColumn> columns, double percent) {
        Retry retry = control.retry();
        String doing = "verifying " + table;
        TableShape shape = retry.run(doing, () -> kept.once(c -> TableShape.read(c, table, columns)));
        Dialect dialect = retry.run(doing, kept::dialect);
        long rowsExpected = retry.run(doing, () -> kept.once(c -> TableFacts.estimatedRows(c, table)));
        long expected = (long) (rowsExpected * columns.size() * percent / 100);
        tally.expect(expected);
        PageQuery pages = new PageQuery(
                shape,
                columns.stream()
                        .map(c -> PageQuery.ColumnFilter.of(
                                c.column(), c.tenantColumn(), value -> interest(c, percent, value), List.of()))
                        .toList(),
                dialect);
        int rows = settings.pageRows();
        PageQuery.Bounds bounds = PageQuery.Bounds.of(settings, rows, rows);
        List<String> after = null;
        long lookedAt = 0;
        while (control.proceed()) {
            List<String> from = after;
            Page page = retry.run(doing, () -> kept.once(c -> pages.read(c, from, null, bounds)));
            long looked = check(page, shape.keys(), columns, percent == 100);
            lookedAt += looked;
            boolean last = !page.cut() && page.scanned() < rows;
            if (last) {
                tally.counted(lookedAt, expected);
            }
            tally.progress(table, Verification.fields(columns), looked, workers, listener);
            if (last) {
                retry.run(doing, () -> kept.once(shape::still));
                return true;
            }
            after = page.next();
            control.sleep(rate.book(looked));
        }
        return false;
    }

    /** A NULL is of interest where NULLs are sealed: there it is a value that was taken away. */
    private static String interest(EncryptedColumn column, double percent, String value) {
        if (percent < 100) {
            return value + String.format(Locale.ROOT, " IS NOT NULL AND random() < %.6f", percent / 100);
        }
        return column.sealNulls()
                ? "(" + value + " IS NULL OR " + value + " IS NOT NULL)"
                : PageQuery.ColumnFilter.held(value);
    }

    private long check(Page page, KeyPaging keys, List<EncryptedColumn> columns, boolean all) {
        long looked = 0;
        for (Page.Row row : page.rows()) {
            for (int i = 0; i < columns.size(); i++) {
                EncryptedColumn column = columns.get(i);
                Cell cell = row.cells().get(i);
                if (cell != null) {
                    looked++;
                    check(column, keys, row.key(), cell);
                } else if (all && column.sealNulls()) {
                    tally.bad(new BadValue(column, keys.shown(row.key()), Optional.empty(), "null-not-sealed"));
                }
            }
        }
        return looked;
    }

    private void check(EncryptedColumn column, KeyPaging keys, List<String> key, Cell cell) {
        String row = keys.shown(key);
        if (cell.tooLarge()) {
            tally.bad(new BadValue(column, row, Optional.empty(), VerifyReport.TOO_LARGE));
            return;
        }
        try {
            EnvelopeHead.check(column.field().value(), cell.value());
            Scope scope = scope(column, cell.tenant());
            if (dead.contains(new Dead(cell.keyId(), scope))) {
                tally.shredded();
                return;
            }
            RowId id = column.mode() == Mode.ROW ? keys.rowId(key) : null;
            byte[] inner = ciphers.cipher(cell.keyId(), scope).decrypt(column.mode(), id, cell.value());
            try {
                Inner.decode(new AnyValue(column.type()), inner);
            } finally {
                Arrays.fill(inner, (byte) 0);
            }
            tally.opened(column, cell.keyId());
        } catch (CannotOpenException | MalformedException | ValueException | KeyUnknownException e) {
            bad(column, row, cell, e);
        }
    }

    private void bad(EncryptedColumn column, String row, Cell cell, TegulaException e) {
        if (e instanceof KeyUnknownException unknown && unknown.ofShreddedTenant()) {
            dead.add(new Dead(cell.keyId(), scope(column, cell.tenant())));
            tally.shredded();
            return;
        }
        boolean envelope = !noEnvelope(cell, e);
        Optional<KeyId> claimed = envelope && cell.claimsKey() ? Optional.of(cell.keyId()) : Optional.empty();
        tally.bad(new BadValue(column, row, claimed, envelope ? e.code() : VerifyReport.NOT_AN_ENVELOPE));
    }

    /**
     * Suites are numbered from 1 on, so what starts with a printable character, or is shorter than any envelope, was
     * written by no release of Tegula, whatever a reader must call it.
     */
    private static boolean noEnvelope(Cell cell, TegulaException e) {
        if (!(e instanceof MalformedException malformed) || malformed.kind() != Kind.UNKNOWN_SUITE) {
            return e.code().equals(VerifyReport.NOT_AN_ENVELOPE);
        }
        return cell.value().length < EnvelopeHead.MIN_BYTES || (cell.value()[0] & 0xff) >= FIRST_PRINTABLE;
    }

    private static Scope scope(EncryptedColumn column, Optional<String> tenant) {
        if (column.tenantColumn().isEmpty()) {
            return Scope.data(column.field(), TenantId.none());
        }
        return Scope.data(
                column.field(),
                TenantId.of(tenant.orElseThrow(() -> new MalformedException(
                        MalformedException.Kind.TENANT,
                        column.label() + ": a row names no tenant, but each tenant has its own key."))));
    }
}
